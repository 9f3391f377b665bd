#pragma once

/// How the process is asked to end: SIGINT and SIGTERM, in order and in time.

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

namespace app {

/// Takes over SIGINT and SIGTERM of the whole process, on a thread of its own. Construct it before
/// any other thread exists: threads inherit that the signals are blocked.
///
/// Before `arm`, a signal ends the process at once with exit code 0: there is nothing to finish.
/// After it, the first signal calls `on_stop`; a second one, or `grace` without the watch having
/// been destroyed, ends the process at once with exit code 1.
class signal_watch {
 public:
  struct reactions {
    std::function<void()> on_stop;  ///< destroyed right after its call
    std::chrono::seconds grace{30};
    std::function<void()> on_overdue;  ///< the last thing before the end by `grace`
  };

  signal_watch();
  ~signal_watch();
  signal_watch(const signal_watch&) = delete;
  signal_watch& operator=(const signal_watch&) = delete;

  /// Once, from any thread.
  void arm(reactions what);

 private:
  void watch();
  reactions take_reactions();

  std::mutex mutex_;
  std::optional<reactions> armed_;
  std::thread thread_;
};

}  // namespace app
