#include "actors/reaper.hpp"

#include <utility>

namespace actors {

reaper::reaper() : thread_([this] { run(); }) {}

reaper::~reaper() {
  {
    const std::lock_guard lock{mutex_};
    ending_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void reaper::post(std::function<void()> destroy) {
  {
    const std::lock_guard lock{mutex_};
    pending_.push_back(std::move(destroy));
  }
  wake_.notify_one();
}

void reaper::run() {
  std::unique_lock lock{mutex_};
  for (;;) {
    wake_.wait(lock, [this] { return ending_ || !pending_.empty(); });
    if (pending_.empty()) return;
    auto destroy = std::move(pending_.front());
    pending_.pop_front();
    lock.unlock();
    destroy();
    destroy = nullptr;
    lock.lock();
  }
}

}  // namespace actors
