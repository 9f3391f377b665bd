#pragma once

/// Requests to the API server whose answers are no objects: discovery, reviews of rights. Beside
/// k8s/client, with a thread and a connection of its own; for whoever looks at a cluster before
/// anything runs (app/doctor).
///
/// Callbacks run on its thread; they must not block and must not destroy it. Any thread may ask.
/// Destruction closes everything: callbacks that are still open are called with errc::cancelled
/// before the destructor returns.

#include <functional>
#include <memory>
#include <string>

#include "k8s/client.hpp"
#include "k8s/config.hpp"
#include "k8s/error.hpp"
#include "k8s/request.hpp"

namespace k8s {

class raw_client {
 public:
  using text_callback = std::function<void(result<std::string>)>;

  virtual ~raw_client() = default;

  /// Answers the body of a 2xx answer. Retries, window and deadline as for k8s/client.
  virtual void ask(http_request request, text_callback done) = 0;
};

/// Does not connect before the first question. Of the options those about watches mean nothing.
std::unique_ptr<raw_client> make_raw_client(config server, const client_options& options);

}  // namespace k8s
