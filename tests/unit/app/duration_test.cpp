#include "app/duration.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace app {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

TEST(Duration, ReadsWhatGoReads) {
  const std::vector<std::pair<std::string, nanoseconds>> table{
      {"0", 0ns},        {"1h", 1h},   {"1h30m", 90min}, {"1h0m0s", 1h}, {"90s", 90s},
      {"1.5s", 1500ms},  {".5m", 30s}, {"100ms", 100ms}, {"3us", 3us},   {"3\u00b5s", 3us},
      {"3\u03bcs", 3us}, {"7ns", 7ns}, {"-2m", -2min},   {"+2m", 2min},  {"2562047h", 2562047h},
  };
  for (const auto& [text, value] : table) {
    const auto got = parse_duration(text);
    ASSERT_TRUE(got.has_value()) << text;
    EXPECT_EQ(*got, value) << text;
  }
}

TEST(Duration, RefusesWhatGoRefuses) {
  for (const auto* text : {"", "-", "1", "1.2", "h", "1x", "1h1", "1 h", "1d", "1..2s", ".s", "1hh",
                           "9999999h", "s1", "--1s"}) {
    EXPECT_FALSE(parse_duration(text).has_value()) << text;
  }
}

TEST(Duration, IsPrintedAsGoPrintsIt) {
  const std::vector<std::pair<nanoseconds, std::string>> table{
      {0ns, "0s"},      {1ns, "1ns"},     {1500ns, "1.5us"},
      {20ms, "20ms"},   {1500ms, "1.5s"}, {30min, "30m0s"},
      {10h, "10h0m0s"}, {-90s, "-1m30s"}, {1h + 1ms, "1h0m0.001s"},
  };
  for (const auto& [value, text] : table) EXPECT_EQ(format_duration(value), text);
}

}  // namespace
}  // namespace app
