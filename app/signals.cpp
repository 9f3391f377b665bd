#include "app/signals.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <utility>

namespace app {

namespace {

/// Tells the thread of a signal_watch to end; sent to that thread only.
constexpr int end_of_watch = SIGUSR2;

sigset_t watched_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int each : {SIGINT, SIGTERM, end_of_watch}) sigaddset(&set, each);
  return set;
}

/// The next signal; 0 when the time is up. Without a time: waits for ever.
int wait_for_signal(std::optional<std::chrono::seconds> at_most) {
  const auto set = watched_signals();
  for (;;) {
    const timespec time{at_most.value_or(std::chrono::seconds{0}).count(), 0};
    const int number = at_most ? sigtimedwait(&set, nullptr, &time) : sigwaitinfo(&set, nullptr);
    if (number > 0) return number;
    if (errno == EAGAIN) return 0;  // else interrupted: wait on
  }
}

}  // namespace

signal_watch::signal_watch() {
  const auto set = watched_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  thread_ = std::thread{[this] { watch(); }};
}

signal_watch::~signal_watch() {
  pthread_kill(thread_.native_handle(), end_of_watch);
  thread_.join();
}

void signal_watch::arm(reactions what) {
  const std::scoped_lock lock{mutex_};
  armed_ = std::move(what);
}

signal_watch::reactions signal_watch::take_reactions() {
  const std::scoped_lock lock{mutex_};
  if (!armed_) std::_Exit(EXIT_SUCCESS);
  return std::move(*armed_);
}

void signal_watch::watch() {
  if (wait_for_signal(std::nullopt) == end_of_watch) return;
  auto reaction = take_reactions();
  reaction.on_stop();
  reaction.on_stop = nullptr;
  const int next = wait_for_signal(reaction.grace);
  if (next == end_of_watch) return;
  if (next == 0) reaction.on_overdue();
  std::_Exit(EXIT_FAILURE);
}

}  // namespace app
