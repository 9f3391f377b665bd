#pragma once

/// Destroys things whose destructor may wait (for a thread to end, for calls to be answered), so
/// that no actor does. Owned by the environment, outlives the actor system; its destructor waits
/// until all is destroyed.

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace actors {

class reaper {
 public:
  reaper();
  reaper(const reaper&) = delete;
  reaper& operator=(const reaper&) = delete;
  ~reaper();

  /// Takes over and destroys on the reaper's thread. Any thread.
  template <class T>
  void take(std::unique_ptr<T> thing) {
    if (thing) post([shared = std::shared_ptr<T>(std::move(thing))]() mutable { shared.reset(); });
  }

  /// A handle whose last copy may be dropped on any thread: the object itself ends on the reaper's.
  template <class T>
  std::shared_ptr<T> guard(std::shared_ptr<T> thing) {
    auto* raw = thing.get();
    return {raw, [this, owner = std::move(thing)](T*) mutable {
              post([last = std::move(owner)]() mutable { last.reset(); });
            }};
  }

 private:
  void post(std::function<void()> destroy);
  void run();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> pending_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace actors
