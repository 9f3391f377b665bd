#include "actors/core/trouble_tale.hpp"

#include <gtest/gtest.h>

namespace actors::core {
namespace {

using namespace std::chrono_literals;
using teleport::trouble;

const trouble_tale::time_point start{std::chrono::hours{500'000}};

TEST(TroubleTale, IsToldAtItsBeginningAtEachTurnAndAtItsEnd) {
  trouble_tale it;
  EXPECT_TRUE(it.goes_on_with(trouble::unreachable, start));
  EXPECT_FALSE(it.goes_on_with(trouble::unreachable, start + 1s));
  EXPECT_TRUE(it.goes_on_with(trouble::locked, start + 2s));
  EXPECT_FALSE(it.goes_on_with(trouble::locked, start + 3s));
  EXPECT_EQ(it.reason(), trouble::locked);
  EXPECT_EQ(it.since(), start);
  const auto end = it.ends(start + 62s);
  ASSERT_TRUE(end);
  EXPECT_EQ(end->reason, trouble::locked);
  EXPECT_EQ(end->lasted, 62s);
  EXPECT_EQ(it.reason(), trouble::none);
}

TEST(TroubleTale, ThereIsNoneWithoutTrouble) {
  trouble_tale it;
  EXPECT_FALSE(it.ends(start));
  it.goes_on_with(trouble::locked, start);
  it.ends(start);
  EXPECT_FALSE(it.ends(start));
}

TEST(TroubleTale, ANamelessOneIsUnknown) {
  trouble_tale it;
  EXPECT_TRUE(it.goes_on_with(trouble::none, start));
  EXPECT_EQ(it.reason(), trouble::unknown);
}

TEST(TroubleTale, AClockThatIsSetBackMakesNoNegativeTime) {
  trouble_tale it;
  it.goes_on_with(trouble::clock_skew, start);
  EXPECT_EQ(it.ends(start - 1h)->lasted, 0s);
}

TEST(BriefDuration, LooksLikeThis) {
  EXPECT_EQ(brief_duration(0s), "0s");
  EXPECT_EQ(brief_duration(59s), "59s");
  EXPECT_EQ(brief_duration(182s), "3m2s");
  EXPECT_EQ(brief_duration(3600s), "1h0m0s");
  EXPECT_EQ(brief_duration(90'061s), "25h1m1s");
}

}  // namespace
}  // namespace actors::core
