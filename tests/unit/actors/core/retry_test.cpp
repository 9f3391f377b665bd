#include "actors/core/retry.hpp"

#include <random>

#include "actors/core/restart_policy.hpp"
#include "support.hpp"

namespace actors::core {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using testing::to_text;

/// The longest wait of a step; the shortest is half of it.
milliseconds longest(milliseconds first, milliseconds most, unsigned attempts) {
  auto wait = first;
  for (unsigned i = 1; i < attempts && wait < most; ++i) wait *= 2;
  return std::min(wait, most);
}

TEST(Backoff, DoublesUpToItsLimitAndDrawsFromTheUpperHalf) {
  std::mt19937 random{7};
  std::uniform_real_distribution<double> unit{0.0, 1.0};
  const backoff_settings settings{500ms, 5min};
  for (unsigned attempts = 1; attempts <= 40; ++attempts) {
    const auto top = longest(settings.first, settings.most, attempts);
    EXPECT_EQ(backoff(settings, attempts, 0.0), top / 2) << attempts;
    for (int i = 0; i < 20; ++i) {
      const auto wait = backoff(settings, attempts, unit(random));
      EXPECT_GE(wait, top / 2) << attempts;
      EXPECT_LE(wait, top) << attempts;
    }
  }
}

TEST(Backoff, DoesNotOverflowAfterYears) {
  EXPECT_EQ(backoff({500ms, 5min}, 4'000'000'000U, 0.0), 150s);
}

struct retry_case {
  verdict what;
  milliseconds first;  ///< 0: no retry
  milliseconds most;
};

TEST(RetryAfter, HasAScheduleForEachVerdict) {
  const std::vector<retry_case> rows{
      {verdict::in_sync, 0ms, 0ms},      {verdict::created, 0ms, 0ms},
      {verdict::updated, 0ms, 0ms},      {verdict::adopted, 0ms, 0ms},
      {verdict::healed, 0ms, 0ms},       {verdict::ignored, 0ms, 0ms},
      {verdict::invalid, 0ms, 0ms},      {verdict::claimed, 0ms, 0ms},
      {verdict::not_admitted, 0ms, 0ms}, {verdict::released, 0ms, 0ms},
      {verdict::untouched, 0ms, 0ms},    {verdict::unowned, 30s, 10min},
      {verdict::misnamed, 0ms, 0ms},     {verdict::out_of_scope, 0ms, 0ms},
      {verdict::unclaimed, 0ms, 0ms},    {verdict::mutation_failed, 30s, 10min},
      {verdict::rejected, 2s, 10min},    {verdict::deletion_blocked, 2s, 10min},
      {verdict::failed, 500ms, 5min},    {verdict::conflict, 50ms, 30s},
  };
  for (const auto& row : rows) {
    for (const unsigned attempts : {1U, 2U, 5U, 30U}) {
      const auto wait = retry_after(row.what, attempts, 0.0);
      EXPECT_FALSE(wait.wait_for_connection);
      if (row.first == 0ms) {
        EXPECT_FALSE(wait.after) << to_text(row.what);
      } else {
        ASSERT_TRUE(wait.after) << to_text(row.what);
        EXPECT_EQ(*wait.after, longest(row.first, row.most, attempts) / 2) << to_text(row.what);
      }
    }
  }
}

TEST(RetryAfter, ALostConnectionIsAwaitedWithoutATimer) {
  const auto wait = retry_after(verdict::disconnected, 7, 0.5);
  EXPECT_TRUE(wait.wait_for_connection);
  EXPECT_FALSE(wait.after);
}

TEST(RestartIntensity, FiveDeathsInThirtySecondsAreAllowedTheSixthIsNot) {
  restart_intensity deaths;
  restart_intensity::time_point now{};
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(deaths.may_restart(now += 5s)) << i;
  EXPECT_FALSE(deaths.may_restart(now += 5s));
}

TEST(RestartIntensity, OldDeathsAreForgotten) {
  restart_intensity deaths;
  restart_intensity::time_point now{};
  // 5 in 30 s, for ever: each death comes when the fifth before it is just out of the period.
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(deaths.may_restart(now += 6001ms)) << i;
}

TEST(RestartIntensity, APeriodEndsAfterItsLastMoment) {
  restart_intensity deaths{1, 30s};
  restart_intensity::time_point now{};
  EXPECT_TRUE(deaths.may_restart(now));
  EXPECT_FALSE(deaths.may_restart(now + 30s));
  restart_intensity others{1, 30s};
  EXPECT_TRUE(others.may_restart(now));
  EXPECT_TRUE(others.may_restart(now + 30s + 1ms));
}

/// facts/controller-testing.md T6, T7.
TEST(RestartBackoff, GrowsWithJitterAndStartsOverAfterASuccess) {
  for (unsigned seed = 0; seed < 100; ++seed) {
    std::mt19937 random{seed};
    std::uniform_real_distribution<double> unit{0.0, 1.0};
    restart_backoff deaths;
    for (int round = 0; round < 3; ++round) {
      EXPECT_EQ(deaths.next(unit(random)), 0ms) << seed;
      for (unsigned again = 1; again <= 12; ++again) {
        const auto top = longest(1s, 5min, again);
        const auto wait = deaths.next(unit(random));
        EXPECT_GE(wait, top / 2) << "seed " << seed << " death " << again;
        EXPECT_LE(wait, top) << "seed " << seed << " death " << again;
      }
      EXPECT_EQ(deaths.deaths(), 13U);
      deaths.succeeded();
      EXPECT_EQ(deaths.deaths(), 0U);
    }
  }
}

}  // namespace
}  // namespace actors::core
