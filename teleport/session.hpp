#pragma once

/// An authenticated channel to one Teleport cluster, and the resource calls on it.
///
/// Thread-safe. Callbacks run on gRPC's threads; they must not block. Each call but a watch has a
/// deadline.
/// Destruction cancels open calls; their callbacks are called with errc::cancelled before the
/// destructor returns.

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "teleport/error.hpp"
#include "teleport/features.hpp"
#include "teleport/resource.hpp"
#include "teleport/watch.hpp"

namespace teleport {

using resource_callback = std::function<void(result<resource>)>;
using done_callback = std::function<void(result<bool>)>;  ///< the value is always true
using page_callback = std::function<void(result<std::vector<resource_head>>)>;

/// One finished call, for metrics. `code` is the gRPC status name, e.g. "NOT_FOUND".
using call_observer = std::function<void(const std::string& method, const std::string& code,
                                         std::chrono::nanoseconds took)>;

/// For how long from now calls that change something may be out; 0 or less: none may begin, they
/// are answered with errc::not_leading. Asked right before each begins, from any thread; the call's
/// deadline is at most that long.
using write_permit = std::function<std::chrono::nanoseconds()>;

class session {
 public:
  virtual ~session() = default;

  /// Answers errc::not_found when there is none.
  virtual void get(const kind& of, resource_key key, resource_callback done) = 0;
  /// `create` and `update` answer what the server stored, as far as the call tells; a call that
  /// answers nothing yields the sent resource with an empty revision. `update` sends the resource's
  /// revision.
  virtual void create(resource desired, resource_callback done) = 0;
  virtual void update(resource desired, resource_callback done) = 0;
  virtual void remove(const kind& of, resource_key key, done_callback done) = 0;
  /// All resources of the kind, paged inside; heads only.
  virtual void list(const kind& of, page_callback done) = 0;
  /// One event stream for all these kinds, until the handle or the session is dropped, or the
  /// stream breaks. What was there before is not told.
  virtual std::unique_ptr<watch_handle> watch(const std::vector<const kind*>& kinds,
                                              watch_listener to) = 0;
  /// Answers what the cluster is; also the way to ask whether it is still there.
  virtual void ping(std::function<void(result<cluster_info>)> done) = 0;
  /// The connection is taken for dead: open calls and later ones are answered with errc::cancelled,
  /// soon. Does not wait.
  virtual void abandon() = 0;
};

}  // namespace teleport
