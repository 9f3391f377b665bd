#pragma once

/// Which failed requests the client tries again by itself, and when. Pure.
///
/// | answer               | reads (GET)            | writes                       |
/// | 429                  | after Retry-After      | after Retry-After: a 429 was not processed |
/// | 5xx, no answer       | up to 3 attempts       | the caller's: the outcome is unknown |
/// | anything else        | the caller's           | the caller's                 |

#include <chrono>
#include <optional>

#include "k8s/error.hpp"

namespace k8s {

struct failed_attempt {
  bool read = false;                  ///< a GET
  int attempts = 1;                   ///< made so far
  std::chrono::milliseconds left{0};  ///< until the caller stops waiting
};

/// The wait before the next attempt; nullopt: hand the error to the caller. Never shorter than the
/// server's wish and never longer than `left`. `dice` in [0, 1) spreads clients.
std::optional<std::chrono::milliseconds> retry_after(const error& why, const failed_attempt& facts,
                                                     double dice);

/// How many requests may be out at once: halved when the server says 429, one more for each
/// success.
class request_window {
 public:
  /// The API server allows 100 streams a connection by default; watches need the rest.
  static constexpr int most = 64;
  static constexpr int least = 4;
  int size() const noexcept { return size_; }
  void succeeded() noexcept { size_ = size_ < most ? size_ + 1 : most; }
  void throttled() noexcept { size_ = size_ / 2 > least ? size_ / 2 : least; }

 private:
  int size_ = most;
};

}  // namespace k8s
