#include "actors/core/reconnect.hpp"

#include <gtest/gtest.h>

#include "actors/core/breaker.hpp"

namespace actors::core {
namespace {

using namespace std::chrono_literals;
using teleport::connect_failure;
using teleport::errc;
using teleport::trouble;

connect_failure failure(trouble what, errc code = errc::access_denied, bool permanent = false) {
  return {{code, "text"}, permanent, what};
}

TEST(Reconnect, AnOutageIsTriedEveryHalfToOneSecondForEver) {
  const connect_failure rows[] = {failure(trouble::unreachable),
                                  failure(trouble::unknown, errc::connection),
                                  failure(trouble::unknown, errc::timeout)};
  for (const auto& row : rows) {
    EXPECT_TRUE(is_outage(row));
    for (const unsigned attempts : {1U, 2U, 1000U}) {
      EXPECT_EQ(reconnect_wait(row, attempts, 0.0), 500ms);
      EXPECT_LE(reconnect_wait(row, attempts, 0.999), 1s);
    }
  }
}

TEST(Reconnect, AuthThatIsDownBehindItsProxyIsTriedLessOften) {
  const auto row = failure(trouble::auth_down, errc::connection);
  EXPECT_TRUE(is_outage(row));
  EXPECT_EQ(reconnect_wait(row, 1, 1.0), 1s);
  EXPECT_EQ(reconnect_wait(row, 3, 0.0), 2s);
  EXPECT_EQ(reconnect_wait(row, 1000, 1.0), 4s);
}

TEST(Reconnect, ARefusalIsTriedLessAndLessOftenUpToAMinute) {
  const auto row = failure(trouble::rate_limited, errc::limit_exceeded);
  EXPECT_FALSE(is_outage(row));
  EXPECT_EQ(reconnect_wait(row, 1, 1.0), 1s);
  EXPECT_EQ(reconnect_wait(row, 2, 1.0), 2s);
  EXPECT_EQ(reconnect_wait(row, 3, 0.0), 2s) << "jitter is the lower half";
  EXPECT_EQ(reconnect_wait(row, 30, 1.0), 1min);
}

TEST(Reconnect, WhatAPersonMustMendIsTriedUpToEveryFiveMinutes) {
  EXPECT_EQ(reconnect_wait(failure(trouble::locked), 1, 1.0), 1s);
  EXPECT_EQ(reconnect_wait(failure(trouble::locked), 30, 1.0), 5min);
  EXPECT_EQ(reconnect_wait(failure(trouble::unknown, errc::config, true), 30, 1.0), 5min);
}

TEST(Reconnect, ARenewalIsTriedSeveralTimesBeforeTheCertificateEnds) {
  const auto row = failure(trouble::locked);
  EXPECT_EQ(renewal_wait(row, 30, 1h, 1.0), 5min);
  EXPECT_EQ(renewal_wait(row, 30, 4min, 1.0), 1min);
  EXPECT_EQ(renewal_wait(row, 30, 1s, 1.0), 500ms);
  EXPECT_EQ(renewal_wait(row, 30, -5s, 1.0), 500ms);
}

TEST(Reconnect, ConnectionsThatBreakAtOnceAreMadeLessAndLessOften) {
  EXPECT_EQ(barren_wait(0, 1.0), 0ms);
  EXPECT_EQ(barren_wait(1, 1.0), 0ms) << "one may be an accident";
  EXPECT_EQ(barren_wait(2, 1.0), 500ms);
  EXPECT_EQ(barren_wait(3, 1.0), 1s);
  EXPECT_EQ(barren_wait(99, 1.0), 30s);
}

TEST(Reconnect, RenewsOnTheIntervalAndWellBeforeTheEnd) {
  EXPECT_EQ(renewal_after(30min, 1h, 0.0), 30min);
  EXPECT_EQ(renewal_after(30min, 6min, 0.0), 4min);
  EXPECT_EQ(renewal_after(30min, 1h, 1.0), 27min) << "jitter is a tenth";
  EXPECT_EQ(renewal_after(30min, 100ms, 0.0), 1s);
}

TEST(Reconnect, DoesNotSpinWhenAClockIsWrong) {
  EXPECT_EQ(renewal_after(30min, -2h, 0.0), 1min);
}

// -- the breaker

constexpr breaker::time_point start{1h};

TEST(Breaker, TripsWhenNineOfTenCallsGoWithoutAnAnswer) {
  breaker it{start};
  EXPECT_FALSE(it.trips(false, start));
  for (int i = 0; i < 8; ++i) EXPECT_FALSE(it.trips(true, start));
  EXPECT_TRUE(it.trips(true, start));
  EXPECT_FALSE(it.trips(true, start)) << "does not begin anew";
}

TEST(Breaker, DoesNotTripWhileSomeAreAnswered) {
  breaker it{start};
  for (int i = 0; i < 1000; ++i) EXPECT_FALSE(it.trips(i % 5 != 0, start));
}

TEST(Breaker, ForgetsAfterAMinute) {
  breaker it{start};
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(it.trips(true, start + i * 10s)) << i;
}

}  // namespace
}  // namespace actors::core
