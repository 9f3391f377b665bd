#pragma once

/// One lane for each Teleport resource: calls in a lane run one after another, in the order they
/// came; lanes run side by side. Thread-safe. Lives longer than any teleport_client, so that a
/// write which a dead actor left under way ends before its successor's first read of the same
/// resource starts.

#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <unordered_map>

namespace actors::core {

class lanes {
 public:
  using leave = std::function<void()>;
  /// Starts a call; must cause `leave` to be called exactly once when the call is over (from any
  /// thread).
  using job = std::function<void(leave)>;

  /// Runs the job now, on this thread, or later, on the thread that leaves the lane.
  void run(const std::string& resource, job start);

  /// Lanes with a call under way.
  std::size_t busy() const;

 private:
  void start(const std::string& resource, const job& next);
  void left(const std::string& resource);

  mutable std::mutex mutex_;
  std::unordered_map<std::string, std::deque<job>>
      waiting_;  ///< an entry exists while its lane is busy
};

}  // namespace actors::core
