#include "tests/unit/actors/core/election_world.hpp"

namespace actors::core::testing {
namespace {

class Election : public two_candidates {};

TEST_F(Election, TheFirstCreatesTheLeaseAndLeads) {
  a.round();
  EXPECT_TRUE(a.leads());
  EXPECT_EQ(server.asked, (std::vector{verb::get, verb::create}));
  EXPECT_EQ(server.stored->holder, "a");
  EXPECT_EQ(server.stored->duration, 15s);
  EXPECT_EQ(server.stored->transitions, 0);
  EXPECT_EQ(server.stored->acquire_time, "1970-01-01T01:00:00.000000Z");
  b.round();
  EXPECT_FALSE(b.leads());
  EXPECT_EQ(b.mind.holder(), "a");
}

TEST_F(Election, ARenewalIsOneRequestAndKeepsTheTimeOfTheTaking) {
  a.round();
  const auto acquired = server.stored->acquire_time;
  server.asked.clear();
  pass(2s);
  a.round();
  EXPECT_EQ(server.asked, (std::vector{verb::update}));
  EXPECT_EQ(server.stored->acquire_time, acquired);
  EXPECT_EQ(server.stored->renew_time, "1970-01-01T01:00:02.000000Z");
  EXPECT_EQ(server.stored->transitions, 0);
}

TEST_F(Election, WritesMayLeaveUntilTheDeadlineAfterTheBeginOfTheRenewal) {
  const auto wall = std::chrono::system_clock::time_point{};
  auto request = a.mind.begin(100s, wall);
  request = *a.mind.answered(server.ask(request), 103s, wall);
  EXPECT_EQ(a.mind.answered(server.ask(request), 107s, wall), std::nullopt);
  EXPECT_EQ(a.mind.until(), 113s) << "from 103 s, when the create was sent";
  EXPECT_TRUE(a.mind.leads(112s));
  EXPECT_FALSE(a.mind.leads(113s));
}

TEST_F(Election, AFollowerTakesOverWhenNothingMovedForTheDurationOfTheLease) {
  a.round();
  b.round();
  pass(14s);
  b.round();
  EXPECT_FALSE(b.leads());
  pass(1s);
  b.round();
  EXPECT_TRUE(b.leads());
  EXPECT_EQ(server.stored->transitions, 1);
  EXPECT_FALSE(a.leads()) << "two lead";
}

TEST_F(Election, AFollowerThatIsLateWaitsFromItsOwnFirstLook) {
  a.round();
  pass(60s);
  b.round();
  EXPECT_FALSE(b.leads()) << "it can't know whether the holder lives";
  pass(15s);
  b.round();
  EXPECT_TRUE(b.leads());
}

TEST_F(Election, WhatTheRecordPromisesCountsNotWhatWeWouldPromise) {
  server.put({.key = where, .holder = "other", .duration = 60s, .renew_time = "x"});
  b.round();
  pass(59s);
  b.round();
  EXPECT_FALSE(b.leads());
  pass(1s);
  b.round();
  EXPECT_TRUE(b.leads());
}

TEST_F(Election, ARecordWithoutADurationPromisesOurs) {
  server.put({.key = where, .holder = "other", .renew_time = "x"});
  b.round();
  pass(14s);
  b.round();
  EXPECT_FALSE(b.leads());
  pass(1s);
  b.round();
  EXPECT_TRUE(b.leads());
}

class ElectionSkew : public ::testing::TestWithParam<time> {};

/// Wall clocks, and where monotonic ones began, mean nothing to the others.
TEST_P(ElectionSkew, OfClocksChangesNothing) {
  lease_server server;
  candidate a{server, "a"};
  candidate b{server, "b", GetParam()};
  a.round();
  for (int i = 0; i < 50; ++i) {
    b.round();
    ASSERT_FALSE(b.leads()) << i;
    a.base += 2s;
    b.base += 2s;
    a.round();
    ASSERT_TRUE(a.leads()) << i;
  }
  b.round();
  a.base += 15s;
  b.base += 15s;
  b.round();
  EXPECT_TRUE(b.leads());
  EXPECT_FALSE(a.leads());
}
INSTANTIATE_TEST_SUITE_P(Each, ElectionSkew, ::testing::Values(-59min, -1h + 1s, 0s, 1h, 10'000h));

TEST_F(Election, AReleasedLeaseIsTakenAtOnce) {
  a.round();
  b.round();
  pass(1s);
  a.mind.resign();
  EXPECT_FALSE(a.leads()) << "from that moment on";
  a.round();
  EXPECT_FALSE(a.mind.may_hold());
  EXPECT_EQ(server.stored->holder, "");
  EXPECT_EQ(server.stored->duration, 1s);
  EXPECT_TRUE(b.mind.worth_a_look(""));
  b.round();
  EXPECT_TRUE(b.leads());
  EXPECT_EQ(server.stored->transitions, 1);
}

TEST_F(Election, WhoNeverHeldItReleasesNothing) {
  a.round();
  b.round();
  b.mind.resign();
  EXPECT_FALSE(b.mind.may_hold());
  pass(60s);
  EXPECT_EQ(server.stored->holder, "a");
}

TEST_F(Election, AReleaseThatIsTooLateLeavesTheOthersLeaseAlone) {
  a.round();
  server.edit_holder("b");
  a.mind.resign();
  EXPECT_TRUE(a.mind.may_hold()) << "as far as it knows";
  a.round();
  EXPECT_FALSE(a.mind.may_hold());
  EXPECT_EQ(server.stored->holder, "b");
}

TEST_F(Election, AReleaseWithoutAnAnswerIsLookedAfter) {
  a.round();
  a.mind.resign();
  server.loses_answers = true;
  a.round();
  EXPECT_TRUE(a.mind.may_hold()) << "it can't know";
  server.loses_answers = false;
  a.round();
  EXPECT_FALSE(a.mind.may_hold());
  EXPECT_EQ(server.stored->holder, "");
}

TEST_F(Election, ATakingThatIsOnItsWayWhenItResignsIsReleased) {
  const auto wall = std::chrono::system_clock::time_point{};
  auto request = a.mind.begin(100s, wall);
  request = *a.mind.answered(server.ask(request), 100s, wall);
  a.mind.resign();
  auto next = a.mind.answered(server.ask(request), 101s, wall);
  ASSERT_TRUE(next);
  EXPECT_FALSE(a.mind.leads(101s));
  a.mind.answered(server.ask(*next), 101s, wall);
  EXPECT_EQ(server.stored->holder, "");
  EXPECT_FALSE(a.mind.may_hold());
}

TEST_F(Election, TheSuccessorInAProcessGoesOnWithItsLease) {
  a.round();
  pass(3s);
  candidate again{server, "a", 0s, a.mind.until()};
  again.base = a.base;
  EXPECT_TRUE(again.leads());
  again.round();
  EXPECT_GT(again.mind.until(), a.mind.until());
  EXPECT_EQ(server.stored->transitions, 0);
}

TEST_F(Election, TheSameCandidateStartedAgainHasNotToWait) {
  a.round();
  const auto acquired = server.stored->acquire_time;
  candidate again{server, "a", 5s};
  again.round();
  EXPECT_TRUE(again.leads());
  EXPECT_EQ(server.stored->acquire_time, acquired);
  EXPECT_EQ(server.stored->transitions, 0);
}

/// What labels the Lease does not renew it.
TEST_F(Election, OnlyTheRecordCountsAsALifeSign) {
  a.round();
  b.round();
  pass(14s);
  auto labelled = *server.stored;
  labelled.whole = R"({"metadata":{"labels":{"a":"b"}}})";
  server.put(labelled);
  b.round();
  pass(1s);
  b.round();
  EXPECT_TRUE(b.leads());
}

TEST_F(Election, NewsOfTheWatchThatChangeNothingAreNotLookedAfter) {
  a.round();
  b.round();
  EXPECT_FALSE(a.mind.worth_a_look("a"));
  EXPECT_FALSE(b.mind.worth_a_look("a"));
  EXPECT_FALSE(b.mind.worth_a_look("c"));
}

TEST_F(Election, OnlyTheOthersWaitAtRandom) {
  a.round();
  b.round();
  EXPECT_EQ(a.mind.wait(0.9), 2s);
  EXPECT_EQ(b.mind.wait(0.0), 2s);
  EXPECT_EQ(b.mind.wait(0.5), 2200ms);
}

TEST(ElectionSettings, DurationsMustLeaveRoomForEachOther) {
  const auto wrong = [](std::chrono::milliseconds lease, std::chrono::milliseconds renew,
                        std::chrono::milliseconds retry) {
    return contradiction({where, "a", lease, renew, retry});
  };
  EXPECT_EQ(wrong(15s, 10s, 2s), "");
  EXPECT_EQ(wrong(10s, 10s, 2s), "the lease duration must be longer than the renew deadline");
  EXPECT_EQ(wrong(15s, 2400ms, 2s),
            "the renew deadline must be longer than 1.2 times the retry period");
  EXPECT_EQ(wrong(15s, 2401ms, 2s), "");
  EXPECT_EQ(wrong(15s, 10s, 0s), "the retry period must be longer than 0");
  EXPECT_EQ(wrong(999ms, 500ms, 100ms), "the lease duration must be 1s or longer");
}

}  // namespace
}  // namespace actors::core::testing
