#include "app/duration.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <limits>

namespace app {

namespace {

using std::chrono::nanoseconds;

struct unit {
  std::string_view name;
  std::int64_t nanoseconds;
};

// A unit that another one starts with comes after it: "ms" before "m".
constexpr std::array<unit, 8> units{{{"ns", 1},
                                     {"us", 1'000},
                                     {"\u00b5s", 1'000},  // micro sign
                                     {"\u03bcs", 1'000},  // Greek mu
                                     {"ms", 1'000'000},
                                     {"s", 1'000'000'000},
                                     {"m", 60'000'000'000},
                                     {"h", 3'600'000'000'000}}};

bool take_sign(std::string_view& text) {
  if (text.empty() || (text[0] != '-' && text[0] != '+')) return false;
  const bool negative = text[0] == '-';
  text.remove_prefix(1);
  return negative;
}

/// Takes digits with at most one point among them. Empty when there is no digit.
std::optional<long double> take_number(std::string_view& text) {
  long double value = 0;
  long double scale = 1;
  bool digits = false;
  bool point = false;
  while (!text.empty()) {
    const char c = text[0];
    if (c == '.' && !point) {
      point = true;
    } else if (c >= '0' && c <= '9') {
      digits = true;
      value = value * 10 + (c - '0');
      if (point) scale *= 10;
    } else {
      break;
    }
    text.remove_prefix(1);
  }
  if (!digits) return std::nullopt;
  return value / scale;
}

std::optional<std::int64_t> take_unit(std::string_view& text) {
  for (const auto& candidate : units) {
    if (!text.starts_with(candidate.name)) continue;
    text.remove_prefix(candidate.name.size());
    return candidate.nanoseconds;
  }
  return std::nullopt;
}

/// "1.5" from 1'500 and 3 decimals: no trailing zeros.
std::string decimal(std::int64_t value, int decimals) {
  std::int64_t scale = 1;
  for (int i = 0; i < decimals; ++i) scale *= 10;
  std::string text = std::to_string(value / scale);
  std::string fraction = std::to_string(value % scale + scale).substr(1);
  while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
  if (decimals > 0 && !fraction.empty()) text += "." + fraction;
  return text;
}

}  // namespace

std::optional<nanoseconds> parse_duration(std::string_view text) {
  const bool negative = take_sign(text);
  if (text == "0") return nanoseconds{0};
  if (text.empty()) return std::nullopt;
  long double total = 0;
  while (!text.empty()) {
    const auto number = take_number(text);
    if (!number) return std::nullopt;
    const auto factor = take_unit(text);
    if (!factor) return std::nullopt;
    total += *number * static_cast<long double>(*factor);
  }
  total = std::round(total);
  if (total > static_cast<long double>(std::numeric_limits<std::int64_t>::max())) {
    return std::nullopt;
  }
  const auto count = static_cast<std::int64_t>(total);
  return nanoseconds{negative ? -count : count};
}

std::string format_duration(nanoseconds value) {
  std::int64_t rest = value.count();
  if (rest == 0) return "0s";
  std::string text;
  if (rest < 0) {
    text = "-";
    rest = -rest;
  }
  if (rest < 1'000) return text + decimal(rest, 0) + "ns";
  if (rest < 1'000'000) return text + decimal(rest, 3) + "us";
  if (rest < 1'000'000'000) return text + decimal(rest, 6) + "ms";
  const std::int64_t hours = rest / units[7].nanoseconds;
  const std::int64_t minutes = rest / units[6].nanoseconds % 60;
  if (hours > 0) text += std::to_string(hours) + "h";
  if (hours > 0 || minutes > 0) text += std::to_string(minutes) + "m";
  return text + decimal(rest % units[6].nanoseconds, 9) + "s";
}

}  // namespace app
