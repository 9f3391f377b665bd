#include "actors/core/window.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace actors::core {
namespace {

void fill(window& some) {
  while (some.open()) some.sent();
}

TEST(Window, IsOpenUntilItIsFull) {
  window some{3};
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(some.open());
    some.sent();
  }
  EXPECT_FALSE(some.open());
  some.answered(false);
  EXPECT_TRUE(some.open());
  EXPECT_EQ(some.in_flight(), 2U);
}

TEST(Window, HalvesWhenTheServerSaysTooManyAndNeverCloses) {
  window some{8};
  for (const std::size_t size : {4U, 2U, 1U, 1U}) {
    some.sent();
    some.answered(true);
    EXPECT_EQ(some.size(), size);
  }
  EXPECT_TRUE(some.open());
}

TEST(Window, StaysShutUntilTheExcessIsAnswered) {
  window some{8};
  fill(some);
  some.answered(true);
  EXPECT_EQ(some.in_flight(), 7U);
  EXPECT_FALSE(some.open());
  for (int i = 0; i < 3; ++i) some.answered(false);
  EXPECT_FALSE(some.open());
  some.answered(false);
  EXPECT_TRUE(some.open());
}

TEST(Window, GrowsByOneAWindowsWorthOfGoodAnswersUpToItsMost) {
  window some{4};
  some.sent();
  some.answered(true);
  ASSERT_EQ(some.size(), 2U);
  const auto good = [&](int times) {
    for (int i = 0; i < times; ++i) {
      some.sent();
      some.answered(false);
    }
    return some.size();
  };
  EXPECT_EQ(good(1), 2U);
  EXPECT_EQ(good(1), 3U);
  EXPECT_EQ(good(3), 4U);
  EXPECT_EQ(good(100), 4U);
}

TEST(Window, ThatIsReopenedBeginsWithFourAndDoublesWithEachRoundOfGoodAnswers) {
  window some{64};
  some.reopen();
  std::vector<std::size_t> sizes;
  for (int round = 0; round < 6; ++round) {
    sizes.push_back(some.size());
    const auto sent = some.size();
    fill(some);
    for (std::size_t i = 0; i < sent; ++i) some.answered(false);
  }
  EXPECT_EQ(sizes, (std::vector<std::size_t>{4, 8, 16, 32, 64, 64}));
}

TEST(Window, ThatIsReopenedStopsDoublingWhenTheServerSaysTooMany) {
  window some{64};
  some.reopen();
  for (int i = 0; i < 12; ++i) {
    some.sent();
    some.answered(false);
  }
  ASSERT_EQ(some.size(), 16U);
  some.sent();
  some.answered(true);
  ASSERT_EQ(some.size(), 8U);
  for (int i = 0; i < 8; ++i) {
    some.sent();
    some.answered(false);
  }
  EXPECT_EQ(some.size(), 9U);
}

TEST(Window, CallsWithoutAnAnswerDoNotOpenIt) {
  window some{8};
  some.reopen();
  for (int i = 0; i < 100; ++i) {
    some.sent();
    some.ended();
  }
  EXPECT_EQ(some.size(), 4U);
  EXPECT_EQ(some.in_flight(), 0U);
}

TEST(Window, OfNothingStillLetsOneThrough) {
  window some{0};
  EXPECT_TRUE(some.open());
  some.sent();
  EXPECT_FALSE(some.open());
}

TEST(Window, AnAnswerThatNobodySentForDoesNotWrapAround) {
  window some{2};
  some.answered(false);
  EXPECT_EQ(some.in_flight(), 0U);
}

}  // namespace
}  // namespace actors::core
