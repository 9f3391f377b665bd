#pragma once

/// Notices that a server which can be reached answers next to no call: at least 10 within a minute,
/// 9 of 10 of them without an answer (facts/teleport-connection.md §7.4). Pure.

#include <chrono>

namespace actors::core {

class breaker {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit breaker(time_point now) : began_(now) {}

  /// A call has ended; `failed`: with UNAVAILABLE or without an answer in time. True: enough of it,
  /// and the count begins anew.
  bool trips(bool failed, time_point now) {
    if (now - began_ >= span_) begin(now);
    ++calls_;
    if (failed) ++failures_;
    const bool enough = failed && calls_ >= fewest_ && failures_ * 10 >= calls_ * 9;
    if (enough) begin(now);
    return enough;
  }

 private:
  void begin(time_point now) {
    began_ = now;
    calls_ = failures_ = 0;
  }

  static constexpr std::chrono::minutes span_{1};
  static constexpr unsigned fewest_ = 10;

  time_point began_;
  unsigned calls_ = 0;
  unsigned failures_ = 0;
};

}  // namespace actors::core
