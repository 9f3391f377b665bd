#pragma once

/// Durations as Go writes them in flags: "1h30m", "500ms", "-1.5h", "0".

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace app {

/// Units ns, us (µs, μs), ms, s, m, h; decimal fractions; an optional sign before all of it. A
/// number without a unit is refused, except 0. Empty when the text is not a duration or does not
/// fit.
std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text);

/// As Go prints it: "1h0m0s", "1.5s", "20ms", "0s".
std::string format_duration(std::chrono::nanoseconds value);

}  // namespace app
