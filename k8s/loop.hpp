#pragma once

/// The client's thread: runs tasks, timers and the transport. `post` is for any thread; everything
/// else only for the loop's own thread, i.e. from tasks, timers and exchange handlers.

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "k8s/transport.hpp"

namespace k8s {

class loop {
 public:
  using task = std::function<void()>;
  using clock = std::chrono::steady_clock;
  /// Names one timer; a default one names none.
  using timer = std::pair<clock::time_point, std::uint64_t>;

  explicit loop(transport& io) : io_(io) {}
  loop(const loop&) = delete;
  loop& operator=(const loop&) = delete;
  ~loop() { stop({}); }

  void start();

  /// Runs `last` on the loop after all tasks posted so far, then ends the thread and waits for it.
  /// Tasks that `last` posts are still run; later ones are not. Not from the loop's own thread.
  void stop(task last);

  /// Runs `what` on the loop's thread, in order of posting.
  void post(task what);

  timer after(std::chrono::milliseconds delay, task what);
  /// No effect if it ran or was cancelled.
  void cancel(const timer& which) { timers_.erase(which); }

 private:
  void run();
  void run_tasks();
  void run_timers();
  std::chrono::milliseconds until_next_timer() const;

  transport& io_;
  std::mutex mutex_;
  std::vector<task> posted_;  ///< guarded by mutex_
  std::vector<task> batch_;   ///< the loop's own; kept to use its memory again
  std::map<timer, task> timers_;
  std::uint64_t last_timer_ = 0;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace k8s
