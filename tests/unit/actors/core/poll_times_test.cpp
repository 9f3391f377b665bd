#include "actors/core/poll_times.hpp"

#include <gtest/gtest.h>

namespace actors::core {
namespace {

using namespace std::chrono_literals;

struct poll_case {
  double random;
  std::chrono::milliseconds first, next;
};

class PollTimes : public ::testing::TestWithParam<poll_case> {};

TEST_P(PollTimes, LieAroundTheInterval) {
  const auto& [random, first, next] = GetParam();
  EXPECT_LE(std::chrono::abs(first_poll(300s, random) - first), 1ms);
  EXPECT_LE(std::chrono::abs(next_poll(300s, random) - next), 1ms);
}

INSTANTIATE_TEST_SUITE_P(Of5Minutes, PollTimes,
                         ::testing::Values(poll_case{0.0, 150s, 270s}, poll_case{0.5, 225s, 300s},
                                           poll_case{1.0, 300s, 330s}));

TEST(LookSpread, IsHalfTheIntervalUpToFiveMinutes) {
  EXPECT_EQ(look_spread(1s), 500ms);
  EXPECT_EQ(look_spread(5min), 150s);
  EXPECT_EQ(look_spread(10h), 5min);
}

}  // namespace
}  // namespace actors::core
