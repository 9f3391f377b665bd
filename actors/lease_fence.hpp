#pragma once

/// Until when this process may write. leader_elector opens it; whoever sends writes (the clients of
/// k8s/ and teleport/, each on its own thread) asks right before each one. So a write can't leave
/// after the lease may be lost, whatever actors believe, and however long the process was paused in
/// between. One for the process: it outlives every actor, also leader_elector.
///
/// Times are those of a clock that nobody sets and that goes on while the process, or the machine,
/// is stopped (`since_boot` in app/); zero is whenever that clock began. Thread-safe.

#include <atomic>
#include <chrono>
#include <functional>
#include <utility>

namespace actors {

class lease_fence {
 public:
  using time = std::chrono::nanoseconds;

  explicit lease_fence(std::function<time()> clock) : clock_(std::move(clock)) {}
  lease_fence(const lease_fence&) = delete;
  lease_fence& operator=(const lease_fence&) = delete;

  time now() const { return clock_(); }

  /// 0 or less: nothing may be written.
  time left() const { return time{until_.load()} - now(); }
  bool open() const { return left().count() > 0; }
  time until() const { return time{until_.load()}; }

  /// leader_elector alone: our lease was renewed by a request that began that long before `until`.
  void open_until(time until) { until_.store(until.count()); }
  void close() { until_.store(closed); }

 private:
  static constexpr time::rep closed = 0;

  std::function<time()> clock_;
  std::atomic<time::rep> until_{closed};
};

}  // namespace actors
