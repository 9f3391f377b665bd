#include "k8s/loop.hpp"

#include <algorithm>

#include <pthread.h>

namespace k8s {

namespace {
constexpr std::chrono::milliseconds longest_wait{60'000};
}  // namespace

void loop::start() {
  thread_ = std::thread([this] { run(); });
  // The name is for people who look at the process; 15 characters at most.
  pthread_setname_np(thread_.native_handle(), "kube-client");
}

void loop::stop(task last) {
  if (!thread_.joinable()) {
    return;
  }
  post([this, last = std::move(last)] {
    if (last) {
      last();
    }
    ending_ = true;
  });
  thread_.join();
}

void loop::post(task what) {
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    first = posted_.empty();
    posted_.push_back(std::move(what));
  }
  if (first) {
    io_.wake();
  }
}

loop::timer loop::after(std::chrono::milliseconds delay, task what) {
  const timer name{clock::now() + delay, ++last_timer_};
  timers_.emplace(name, std::move(what));
  return name;
}

void loop::run() {
  while (!ending_) {
    io_.perform();
    run_tasks();
    run_timers();
    // Handlers, tasks and timers set timers, so the wait is measured after them. It ends at once
    // when one of them began an exchange or posted a task.
    if (!ending_) {
      io_.wait(until_next_timer());
    }
  }
  run_tasks();
}

void loop::run_tasks() {
  {
    const std::lock_guard lock(mutex_);
    batch_.swap(posted_);
  }
  for (auto& what : batch_) {
    what();
  }
  batch_.clear();
}

void loop::run_timers() {
  const auto now = clock::now();
  while (!timers_.empty() && timers_.begin()->first.first <= now) {
    // Taken out first: the task may add and cancel timers.
    const auto due = timers_.extract(timers_.begin());
    due.mapped()();
  }
}

std::chrono::milliseconds loop::until_next_timer() const {
  if (timers_.empty()) {
    return longest_wait;
  }
  const auto left = timers_.begin()->first.first - clock::now();
  // Rounded up: a wait that ends early would only spin.
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(left);
  return std::clamp(wait, std::chrono::milliseconds{0}, longest_wait);
}

}  // namespace k8s
