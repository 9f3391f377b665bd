#include "teleport/codec/texts.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <utility>

#include "teleport/lower_case.hpp"

namespace teleport::codec {
namespace {

using namespace std::string_view_literals;

constexpr std::int64_t hour = 3'600'000'000'000;
constexpr std::int64_t day = 24 * hour;
constexpr std::int64_t longest = std::numeric_limits<std::int64_t>::max();

constexpr std::array<std::pair<std::string_view, std::int64_t>, 11> units = {{
    {"ns", 1},
    {"us", 1'000},
    {"µs", 1'000},  // micro sign, U+00B5
    {"μs", 1'000},  // Greek mu, U+03BC
    {"ms", 1'000'000},
    {"s", 1'000'000'000},
    {"m", 60'000'000'000},
    {"h", hour},
    {"d", day},
    {"mo", 30 * day},
    {"y", 365 * day},
}};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string_view take_digits(std::string_view& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  const auto digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(digits.size());
  return digits;
}

std::optional<std::int64_t> take_unit(std::string_view& text) {
  const auto end =
      std::find_if(text.begin(), text.end(), [](char c) { return c == '.' || is_digit(c); });
  const auto name = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(name.size());
  const auto* found =
      std::find_if(units.begin(), units.end(), [&](const auto& u) { return u.first == name; });
  if (found == units.end()) return std::nullopt;
  return found->second;
}

std::optional<std::int64_t> times(std::string_view digits, std::int64_t unit) {
  std::int64_t value = 0;
  for (const char c : digits) {
    if (value > (longest - (c - '0')) / 10) return std::nullopt;
    value = value * 10 + (c - '0');
  }
  if (value > longest / unit) return std::nullopt;
  return value * unit;
}

/// The part behind the decimal point; digits that a double can't hold do not matter to a
/// nanosecond.
std::int64_t fraction(std::string_view digits, std::int64_t unit) {
  double part = 0;
  double scale = 1;
  for (const char c : digits.substr(0, 18)) {
    part = part * 10 + (c - '0');
    scale *= 10;
  }
  return static_cast<std::int64_t>(part * (static_cast<double>(unit) / scale));
}

/// One number with its unit.
std::optional<std::int64_t> take_part(std::string_view& text) {
  const auto whole = take_digits(text);
  std::string_view decimals;
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    decimals = take_digits(text);
  }
  if (whole.empty() && decimals.empty()) return std::nullopt;
  const auto unit = take_unit(text);
  if (!unit) return std::nullopt;
  const auto value = times(whole, *unit);
  if (!value) return std::nullopt;
  const auto rest = fraction(decimals, *unit);
  if (*value > longest - rest) return std::nullopt;
  return *value + rest;
}

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

std::optional<std::chrono::nanoseconds> read_duration(std::string_view text) {
  if (text == "never") return std::chrono::nanoseconds{0};
  const bool negative = !text.empty() && text.front() == '-';
  if (negative || (!text.empty() && text.front() == '+')) text.remove_prefix(1);
  if (text == "0") return std::chrono::nanoseconds{0};
  if (text.empty()) return std::nullopt;
  std::int64_t sum = 0;
  while (!text.empty()) {
    const auto part = take_part(text);
    if (!part || *part > longest - sum) return std::nullopt;
    sum += *part;
  }
  return std::chrono::nanoseconds{negative ? -sum : sum};
}

std::optional<bool> read_boolean_word(std::string_view text) {
  static constexpr std::array yes = {"yes"sv, "yeah"sv, "y"sv, "true"sv, "1"sv, "on"sv};
  static constexpr std::array no = {"no"sv, "nope"sv, "n"sv, "false"sv, "0"sv, "off"sv};
  const auto word = lower_case(std::string(text));
  if (contains(yes, word)) return true;
  if (contains(no, word)) return false;
  return std::nullopt;
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t most = 48;
  std::string shown;
  for (const char c : text.substr(0, most)) {
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) shown += c;
  }
  return '"' + shown + (text.size() > most ? "…\"" : "\"");
}

}  // namespace teleport::codec
