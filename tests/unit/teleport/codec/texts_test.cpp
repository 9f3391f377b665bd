#include "teleport/codec/texts.hpp"

#include <gtest/gtest.h>

namespace teleport::codec {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

struct duration_case {
  const char* text;
  std::optional<nanoseconds> means;
};

TEST(ReadDuration, FollowsTeleport) {
  const nanoseconds day = 24h;
  const duration_case cases[] = {
      {"0", 0ns},
      {"never", 0ns},
      {"8h0m0s", 8h},
      {"1.5h", 90min},
      {"300ms", 300ms},
      {"2h45m", 165min},
      {"-1m", -1min},
      {"+1m", 1min},
      {"1d12h", 36h},
      {"1mo", 30 * day},
      {"2y", 730 * day},
      {"1mo1m", 30 * day + 1min},
      {"5us", 5us},
      {"5µs", 5us},
      {"5μs", 5us},
      {".5s", 500ms},
      {"1.s", 1s},
      {"7ns", 7ns},
      {"2562047h", 2562047h},
      {"0.000000001s", 1ns},
      {"", {}},
      {"-", {}},
      {"1", {}},
      {"h", {}},
      {"1.2.3s", {}},
      {"1w", {}},
      {"1 h", {}},
      {"1H", {}},
      {"Never", {}},
      {".s", {}},
      {"2562048h", {}},
      {"300y", {}},
      {"99999999999999999999s", {}},
      {"292y292y", {}},
  };
  for (const auto& [text, means] : cases) EXPECT_EQ(read_duration(text), means) << text;
}

TEST(ReadBooleanWord, KnowsSixWordsEach) {
  for (const auto* word : {"yes", "yeah", "y", "true", "1", "on", "YES", "On"})
    EXPECT_EQ(read_boolean_word(word), true);
  for (const auto* word : {"no", "nope", "n", "false", "0", "off", "Nope"})
    EXPECT_EQ(read_boolean_word(word), false);
  for (const auto* word : {"", "2", "ja", "yes "})
    EXPECT_EQ(read_boolean_word(word), std::nullopt) << word;
}

TEST(InQuotes, CutsAndCleans) {
  EXPECT_EQ(in_quotes("ab"), "\"ab\"");
  EXPECT_EQ(in_quotes("a\nb"), "\"ab\"");
  EXPECT_EQ(in_quotes(std::string(100, 'x')), "\"" + std::string(48, 'x') + "…\"");
}

}  // namespace
}  // namespace teleport::codec
