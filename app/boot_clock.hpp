#pragma once

/// The clock that a lease is measured by.

#include <chrono>

namespace app {

/// Since the machine was started, the time in which it slept included. Nobody sets this clock, and
/// it goes on while the process is stopped.
std::chrono::nanoseconds since_boot();

}  // namespace app
