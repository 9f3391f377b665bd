#pragma once

/// When a supervisor restarts a child that died. Pure; time is an argument.

#include <chrono>
#include <deque>
#include <optional>

#include "actors/core/retry.hpp"

namespace actors::core {

/// For service actors: restart at once, but more than `most` deaths within `period` escalate
/// (OTP's intensity and period; design: 5 in 30 s).
class restart_intensity {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit restart_intensity(std::size_t most = 5,
                             std::chrono::milliseconds period = std::chrono::seconds{30})
      : most_(most), period_(period) {}

  /// Records a death. True: restart; false: this child dies too often, escalate.
  bool may_restart(time_point now);

 private:
  std::size_t most_;
  std::chrono::milliseconds period_;
  std::deque<time_point> deaths_;
};

/// For object actors and kind supervisors: the first death restarts at once, further ones in a row
/// wait 1 s doubling to 5 min with jitter; a success in between starts over.
class restart_backoff {
 public:
  /// Records a death; the wait before the restart.
  std::chrono::milliseconds next(double random);
  void succeeded() { deaths_ = 0; }
  /// Deaths since the last success.
  unsigned deaths() const { return deaths_; }

 private:
  unsigned deaths_ = 0;
};

}  // namespace actors::core
