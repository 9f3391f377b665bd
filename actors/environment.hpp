#pragma once

/// What every actor gets at spawn: settings and the ways out of the actor world, as arguments.
/// Built once by app/ (or by a test), outlives the actor system, shared by reference.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/chaos_hooks.hpp"
#include "actors/core/election.hpp"
#include "actors/core/scope_check.hpp"
#include "actors/health.hpp"
#include "actors/lease_fence.hpp"
#include "actors/log.hpp"
#include "actors/metrics.hpp"
#include "actors/reaper.hpp"
#include "k8s/client.hpp"
#include "messages/events.hpp"
#include "teleport/connector.hpp"
#include "teleport/kind.hpp"

namespace actors {

struct settings {
  std::vector<std::string> namespaces;         ///< watched namespaces; empty: all
  std::vector<const teleport::kind*> kinds;    ///< which kinds to run
  std::string own_name = "teleport-operator";  ///< `source.component` of Events
  std::string version;                         ///< of this program
  core::scoped_operator scoped;                ///< scope and what it writes on resources in it
  std::string own_instance;                    ///< host name, for Events
  /// The operator's own Pod, for Events about itself; unset: not known, or not in a cluster.
  std::optional<messages::event_subject> own_pod;
  std::chrono::seconds renewal_interval{1800};  ///< re-join after. Default 30 min
  /// The identity comes from a file and is taken from it anew when that is written.
  bool identity_from_file = false;
  std::chrono::seconds sync_period{36'000};  ///< full comparison. Default 10 h; 0: never
  /// Comparison of the kinds that no event stream tells of. Default 5 min; 0: never
  std::chrono::seconds drift_interval{300};
  /// A process that never reached Teleport gives up after this. Default 20 s
  std::chrono::seconds start_patience{20};
  core::election_settings election;  ///< which Lease, as whom, for how long
  std::chrono::seconds stop_grace{
      30};                             ///< SIGTERM: running passes may take this long. Default 30 s
  std::size_t slots_per_kind = 64;     ///< passes at once in one kind. Default 64
  std::size_t kubernetes_window = 64;  ///< requests to the API server at once. Default 64
  std::size_t teleport_window = 64;    ///< calls to Teleport at once. Default 64
};

struct environment {
  settings config;
  logger* log = nullptr;
  metrics* stats = nullptr;
  health_board* health = nullptr;
  chaos_hooks* hooks = &no_hooks();
  reaper* undertaker = nullptr;
  lease_fence* fence = nullptr;
  std::function<std::unique_ptr<k8s::client>()> make_kube;
  std::function<std::unique_ptr<teleport::connector>()> make_teleport;
  /// Wall clock, for timestamps in status and Events. Timers use CAF's clock.
  std::function<std::chrono::system_clock::time_point()> now;
  /// Uniform in [0, 1), for jitter. Thread-safe; seeded in tests.
  std::function<double()> random;
  /// Another number when a file was written that the way to Teleport depends on (join token,
  /// identity, service-account token). Cheap. May be empty.
  std::function<std::uint64_t()> credentials_stamp;
  /// The root calls it once when it gives up (a service actor that keeps dying) with the last log
  /// line.
  std::function<void(std::string why)> give_up;
};

}  // namespace actors
