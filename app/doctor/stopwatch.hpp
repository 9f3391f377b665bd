#pragma once

/// How long a step took, for those that are slow.

#include <chrono>

#include "app/doctor/finding.hpp"

namespace app::doctor {

class stopwatch {
 public:
  /// The finding with the time since the last one was marked, or since the start.
  finding mark(finding one) {
    const auto now = std::chrono::steady_clock::now();
    one.took = std::chrono::duration_cast<std::chrono::milliseconds>(now - since_);
    since_ = now;
    return one;
  }

 private:
  std::chrono::steady_clock::time_point since_ = std::chrono::steady_clock::now();
};

}  // namespace app::doctor
