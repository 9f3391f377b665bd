#pragma once

/// From what the command line and the surroundings say to what the actors get. Nothing here starts
/// a thread or touches the network.

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "actors/environment.hpp"
#include "app/namespaces.hpp"
#include "app/options.hpp"

namespace app {

/// The version of this program, from the build.
const char* version();

/// Where Kubernetes mounts a pod's token unless KUBERNETES_TOKEN_PATH says otherwise.
inline constexpr const char* default_kubernetes_token_path =
    "/var/run/secrets/kubernetes.io/serviceaccount/token";

/// Settings of the actors. `namespaces` as resolve_namespaces gave them.
actors::settings actor_settings(const options& given, std::vector<std::string> namespaces);

/// Who we are in requests to the API server: "teleport-operator-caf/1.2.3".
std::string user_agent();

/// Settings of the way to Teleport.
teleport::connector_settings connector_settings(const options& given, const surroundings& from);

/// The same; every call is told to `stats`, and changes need the `fence` open.
teleport::connector_settings connector_settings(const options& given, const surroundings& from,
                                                actors::metrics& stats,
                                                const actors::lease_fence& fence);

/// Settings of the Kubernetes client; every request is told to `stats`, and writes to custom
/// resources need the `fence` open.
k8s::client_options client_options(actors::metrics& stats, const actors::lease_fence& fence);

/// Names of the controllers, for the metrics.
std::vector<std::string> controller_names(const actors::settings& settings);

/// A source of uniform numbers in [0, 1). Thread-safe.
double random_fraction();

/// Hands `first` out at the first call, and what `make_another` makes at each later one: what was
/// made to be checked at start is not thrown away. Thread-safe.
template <class T>
std::function<std::unique_ptr<T>()> first_then(std::unique_ptr<T> first,
                                               std::function<std::unique_ptr<T>()> make_another) {
  struct keeper {
    std::mutex mutex;
    std::unique_ptr<T> first;
  };
  auto kept = std::make_shared<keeper>();
  kept->first = std::move(first);
  return [kept, make_another = std::move(make_another)] {
    {
      const std::scoped_lock lock{kept->mutex};
      if (kept->first) return std::move(kept->first);
    }
    return make_another();
  };
}

}  // namespace app
