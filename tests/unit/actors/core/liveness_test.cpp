#include "actors/core/liveness.hpp"

#include <gtest/gtest.h>

namespace actors::core {
namespace {

using namespace std::chrono_literals;
using verdict = liveness::verdict;

constexpr liveness::time_point start{1h};

TEST(Liveness, AnIdleConnectionIsAskedEveryTenSeconds) {
  const liveness it{start};
  EXPECT_EQ(it.at(start, false).what, verdict::fine);
  EXPECT_EQ(it.at(start, false).again, start + 10s);
  EXPECT_EQ(it.at(start + 10s, false).what, verdict::ask);
}

TEST(Liveness, UnderTrafficFourSecondsOfSilenceAreWorthAQuestion) {
  liveness it{start};
  it.got_busy(start + 3s);
  EXPECT_EQ(it.at(start + 6s, true).what, verdict::fine);
  EXPECT_EQ(it.at(start + 6s, true).again, start + 7s);
  EXPECT_EQ(it.at(start + 7s, true).what, verdict::ask);
}

TEST(Liveness, AnswersPutTheQuestionOffButNotForLongerThanItsInterval) {
  liveness it{start};
  it.got_busy(start);
  for (auto now = start; now < start + 10s; now += 1s) {
    it.heard(now);
    EXPECT_EQ(it.at(now, true).what, verdict::fine);
  }
  EXPECT_EQ(it.at(start + 10s, true).what, verdict::ask) << "the cluster's features are not asked";
}

TEST(Liveness, FourSecondsWithoutAnAnswerToTheQuestionAreDeath) {
  liveness it{start};
  it.asked(start + 10s);
  EXPECT_EQ(it.at(start + 13s, false).what, verdict::fine);
  EXPECT_EQ(it.at(start + 13s, false).again, start + 14s);
  EXPECT_EQ(it.at(start + 14s, false).what, verdict::dead);
}

TEST(Liveness, AnyAnswerIsASignOfLifeWhileTheQuestionIsOpen) {
  liveness it{start};
  it.asked(start + 10s);
  it.heard(start + 13s);
  EXPECT_EQ(it.at(start + 14s, true).what, verdict::fine);
  EXPECT_EQ(it.at(start + 17s, true).what, verdict::dead);
}

TEST(Liveness, UnderTrafficDeathIsNoticedWithinTenSeconds) {
  liveness it{start};
  it.got_busy(start);
  auto now = start;
  while (it.at(now, true).what != verdict::dead) {
    const auto look = it.at(now, true);
    if (look.what == verdict::ask) it.asked(now);
    now = look.again;
    ASSERT_LE(now, start + 10s);
  }
}

}  // namespace
}  // namespace actors::core
