#include "actors/event_budget.hpp"

#include <gtest/gtest.h>

namespace actors {
namespace {

using namespace std::chrono_literals;

constexpr monotonic_time start{1h};

TEST(TokenBucket, GivesItsBurstAndThenOneARefill) {
  token_bucket bucket{3, 1s, start};
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(bucket.take(start));
  EXPECT_FALSE(bucket.take(start));
  EXPECT_FALSE(bucket.take(start + 999ms));
  EXPECT_TRUE(bucket.take(start + 1s));
  EXPECT_FALSE(bucket.take(start + 1s));
}

TEST(TokenBucket, NeverHoldsMoreThanItsBurst) {
  token_bucket bucket{2, 1s, start};
  EXPECT_TRUE(bucket.take(start + 24h));
  EXPECT_TRUE(bucket.take(start + 24h));
  EXPECT_FALSE(bucket.take(start + 24h));
}

TEST(TokenBucket, IsReadyExactlyWhenItsWaitIsOver) {
  // A third of a second has no exact value in binary.
  token_bucket bucket{1, 333'333'333ns, start};
  auto now = start;
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(bucket.take(now)) << i;
    ASSERT_FALSE(bucket.take(now)) << i;
    const auto wait = bucket.wait(now);
    ASSERT_GT(wait, 0ns);
    now += wait;
  }
  EXPECT_NEAR(std::chrono::duration<double>(now - start).count(), 333.333, 0.01);
}

TEST(TokenBucket, TimeThatGoesBackChangesNothing) {
  token_bucket bucket{1, 1s, start};
  EXPECT_TRUE(bucket.take(start));
  EXPECT_FALSE(bucket.take(start - 10s));
  EXPECT_EQ(bucket.wait(start - 10s), 1s);
}

TEST(EventBudget, ObjectsHaveBucketsOfTheirOwn) {
  event_budget budget{{}, start};
  for (int i = 0; i < 25; ++i) EXPECT_TRUE(budget.admit("a", start)) << i;
  EXPECT_FALSE(budget.admit("a", start));
  EXPECT_TRUE(budget.admit("b", start));
  EXPECT_FALSE(budget.admit("a", start + 5min - 1ms));
  EXPECT_TRUE(budget.admit("a", start + 5min));
}

TEST(EventBudget, TheProcessWritesABurstAndThenFiveASecond) {
  event_budget budget{{}, start};
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(budget.spend(start)) << i;
  EXPECT_FALSE(budget.spend(start));
  EXPECT_EQ(budget.wait(start), 200ms);
  int more = 0;
  for (auto now = start; now <= start + 10s; now += 10ms) more += budget.spend(now) ? 1 : 0;
  EXPECT_EQ(more, 50);
}

TEST(EventBudget, ForgetsTheObjectsThatWereNotSeenForLongest) {
  event_limits limits;
  limits.object_burst = 1;
  limits.objects = 2;
  event_budget budget{limits, start};
  EXPECT_TRUE(budget.admit("a", start));
  EXPECT_TRUE(budget.admit("b", start));
  EXPECT_FALSE(budget.admit("a", start)) << "which also makes b the oldest";
  EXPECT_TRUE(budget.admit("c", start));
  EXPECT_FALSE(budget.admit("a", start));
  EXPECT_TRUE(budget.admit("b", start)) << "forgotten, so with a full bucket";
}

}  // namespace
}  // namespace actors
