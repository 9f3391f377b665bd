#pragma once

/// Ending what waits: a switch that is thrown once and wakes every wait that knows it, and the
/// limits (switch and deadline) that every blocking step of a connect takes.

#include <chrono>
#include <functional>
#include <list>
#include <mutex>
#include <optional>

#include "teleport/error.hpp"
#include "teleport/net/descriptor.hpp"

namespace teleport::net {

using steady_time = std::chrono::steady_clock::time_point;

/// Thread-safe. Once tripped it stays so.
class stop_switch {
 public:
  stop_switch();
  stop_switch(const stop_switch&) = delete;
  stop_switch& operator=(const stop_switch&) = delete;

  /// Wakes all waits and runs the registered actions on this thread.
  void trip();
  bool tripped() const;
  /// Readable from the moment it is tripped; for poll.
  int descriptor() const noexcept { return event_.get(); }

  /// Runs `action` when the switch is tripped, at once when it already is. The registration ends
  /// with this object; its destructor waits for a running action.
  class action {
   public:
    action(stop_switch& owner, std::function<void()> run);
    ~action();
    action(const action&) = delete;
    action& operator=(const action&) = delete;

   private:
    stop_switch& owner_;
    std::list<std::function<void()>>::iterator entry_;
  };

 private:
  mutable std::mutex mutex_;
  bool tripped_ = false;
  std::list<std::function<void()>> actions_;
  unique_descriptor event_;
};

/// How long a step may take, and what ends it before that.
struct limits {
  stop_switch& stop;
  steady_time deadline;

  std::chrono::milliseconds left() const;
  /// The same switch with a deadline at most `most` from now.
  limits within(std::chrono::milliseconds most) const;
  /// errc::cancelled or errc::timeout ("<what>: timed out"), when the step has to end.
  std::optional<error> over(const std::string& what) const;
};

/// Waits until one of `events` (POLLIN, POLLOUT) holds for the descriptor.
std::optional<error> wait_for(int descriptor, short events, const limits& within,
                              const std::string& what);

}  // namespace teleport::net
