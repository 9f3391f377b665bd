/// What answers, refusals and silence mean to teleport_client.

#include <gmock/gmock.h>

#include "tests/unit/actors/support/teleport_client_world.hpp"

namespace actors::testing {
namespace {

using namespace std::chrono_literals;
using messages::hindered;
using teleport::errc;
using teleport::trouble;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class TeleportHealth : public teleport_client_world {
 protected:
  void refuse_calls(const std::string& text) {
    teleport.refuse = [text](const auto&) { return teleport::error{errc::access_denied, text}; };
  }
};

// -- silence

TEST_F(TeleportHealth, ACutIsNoticedWithinTenSecondsUnderTraffic) {
  start();
  advance(3s);
  cut_the_wire();
  get("a");
  advance(7900ms);
  EXPECT_TRUE(connected());
  advance(2s);
  EXPECT_FALSE(connected());
  EXPECT_THAT(teleport.abandoned, ElementsAre(1)) << "its calls go on to wait";
  EXPECT_THAT(teleport.connecting, SizeIs(1)) << "does not connect anew at once";
}

TEST_F(TeleportHealth, ACutOfAnIdleConnectionIsNoticedWithinFifteenSeconds) {
  start();
  cut_the_wire();
  advance(15s);
  EXPECT_FALSE(connected());
}

TEST_F(TeleportHealth, TheFirstCallAfterACutSucceedsWithinASecondOfTheNetworksReturn) {
  start();
  cut_the_wire();
  get("a");
  advance(10s);
  teleport.connecting.clear();  // the attempt of that moment hangs
  kill(client);
  refuse(trouble::unreachable, "no route");
  teleport.hold = teleport.hold_pings = teleport.hold_connect = false;
  start();
  advance(1min);
  teleport.refuse_connect = nullptr;
  advance(1s);
  answers.clear();
  get("b");
  EXPECT_THAT(answers, ElementsAre(text("b", errc::not_found)));
}

TEST_F(TeleportHealth, ASlowCallIsNoLostConnection) {
  start();
  teleport.hold = true;
  get("a");
  advance(2min);  // pings are answered
  EXPECT_TRUE(connected());
  EXPECT_EQ(teleport.connects, 1);
}

TEST_F(TeleportHealth, APauseOfTheWholeProcessIsNoSilence) {
  start();
  advance(9s);
  teleport.hold_pings = true;
  advance(1s);
  ASSERT_THAT(teleport.pings, SizeIs(1));
  // Both are due: the tick comes first, the answer is in the mailbox behind it.
  sched().clock().advance_time(1min);
  teleport.pings.front()();
  run();
  teleport.hold_pings = false;
  EXPECT_TRUE(connected());
}

TEST_F(TeleportHealth, ARenewalWhileAPingIsOpenDoesNotEndAllPinging) {
  context.env.config.renewal_interval = 12s;
  start();
  teleport.hold_pings = true;
  advance(12s);
  ASSERT_EQ(teleport.connects, 2);
  ASSERT_THAT(teleport.pings, SizeIs(1));
  teleport.hold_pings = false;
  teleport.online = false;
  teleport.hold_connect = true;
  advance(11s);
  EXPECT_FALSE(connected()) << "nobody asks any more whether the session works";
}

TEST_F(TeleportHealth, AnIdleSessionThatDiesIsNoticed) {
  start();
  teleport.online = false;
  teleport.hold_connect = true;
  advance(11s);
  EXPECT_FALSE(connected());
}

TEST_F(TeleportHealth, AnIdleConnectionCostsNoMoreThanAPingEveryTenSeconds) {
  start();
  teleport.hold_pings = true;
  int pings = 0;
  for (int second = 0; second < 600; ++second) {
    advance(1s);
    pings += static_cast<int>(teleport.pings.size());
    for (auto& reply : std::exchange(teleport.pings, {})) reply();
    run();
  }
  EXPECT_GE(pings, 50);
  EXPECT_LE(pings, 60);
}

// -- refusals that are about the operator

TEST_F(TeleportHealth, ALockIsFoundOutAndTheCallsWaitForItsEnd) {
  start();
  refuse_calls("access denied");
  refuse(trouble::locked, "lock targeting the bot is in force");
  for (const auto* name : {"a", "b", "c"}) get(name);
  EXPECT_FALSE(connected());
  EXPECT_EQ(told.back().reason, trouble::locked);
  EXPECT_THAT(answers, ElementsAre(text("a", errc::connection), text("b", errc::connection),
                                   text("c", errc::connection)))
      << "an object takes it for a refusal of its resource";
  teleport.refuse = nullptr;
  teleport.refuse_connect = nullptr;
  advance(2s);
  EXPECT_TRUE(connected());
}

TEST_F(TeleportHealth, AllRefusalsOfThatMomentAreHeldBackUntilItIsClear) {
  start();
  teleport.hold = teleport.hold_connect = true;
  for (const auto* name : {"a", "b", "c"}) get(name);
  const teleport::error denied{errc::access_denied, "access denied"};
  for (int i = 0; i < 3; ++i) teleport.answer(0, denied);
  run();
  EXPECT_THAT(answers, IsEmpty());
  ASSERT_THAT(teleport.connecting, SizeIs(1));
  teleport.answer_connect();
  run();
  EXPECT_THAT(answers, SizeIs(3));
  EXPECT_THAT(answers, Contains(text("a", errc::access_denied)));
  EXPECT_TRUE(connected());
}

TEST_F(TeleportHealth, ARefusalThatIsMeantIsBelievedForAWhile) {
  start();
  refuse_calls("access denied");
  get("a");
  EXPECT_EQ(teleport.connects, 2);
  for (int i = 0; i < 100; ++i) get("a");
  EXPECT_EQ(teleport.connects, 2);
  EXPECT_THAT(answers, Each(text("a", errc::access_denied)));
}

TEST_F(TeleportHealth, MissingRightsAreNoLock) {
  start();
  teleport.put("a", role("a", root_spec, true));
  teleport.refuse = [](const auto& call) -> std::optional<teleport::error> {
    if (call.name == "a") return std::nullopt;
    return teleport::error{errc::access_denied,
                           R"(access denied to perform action "read" on "role")"};
  };
  for (int i = 0; i < 100; ++i) get(i % 10 == 0 ? "a" : "b");
  EXPECT_EQ(teleport.connects, 1);
}

TEST_F(TeleportHealth, AnIdleOperatorLearnsOfALockByItsPings) {
  start();
  teleport.refuse_pings = teleport::error{errc::access_denied, "access denied"};
  refuse(trouble::locked, "lock targeting the bot is in force");
  advance(11s);
  EXPECT_FALSE(connected());
  EXPECT_EQ(told.back().reason, trouble::locked);
}

TEST_F(TeleportHealth, WritesThatWantMfaAreToldAndSoIsTheirEnd) {
  start();
  refuse_calls("admin-level API request requires MFA verification");
  create("a");
  EXPECT_TRUE(connected());
  EXPECT_EQ(told.back().what, hindered::calling);
  EXPECT_EQ(told.back().reason, trouble::mfa_required);
  const auto before = told.size();
  create("b");
  EXPECT_EQ(told.size(), before);
  EXPECT_EQ(teleport.connects, 1);
  teleport.refuse = nullptr;
  get("a");
  EXPECT_EQ(told.back().what, hindered::calling) << "a read proves nothing";
  create("a");
  EXPECT_EQ(told.back().what, hindered::nothing);
}

// -- a server that can be reached and answers nothing

class TeleportBreaker : public TeleportHealth {
 protected:
  /// Pings and connects go on to work.
  void go_dumb() {
    teleport.refuse = [](const auto&) {
      return teleport::error{errc::connection, "backend is gone"};
    };
  }
  void trip() {
    go_dumb();
    for (int i = 0; i < 10; ++i) get("a");
  }
};

TEST_F(TeleportBreaker, TenCallsWithoutAnAnswerEndTheConnection) {
  start();
  trip();
  EXPECT_FALSE(connected());
  EXPECT_EQ(told.back().reason, trouble::auth_down);
  EXPECT_EQ(teleport.connects, 1);
}

TEST_F(TeleportBreaker, FromThenOnOneCallIsTriedAndNobodyIsToldBeforeItIsAnswered) {
  start();
  trip();
  teleport.counts.clear();
  const auto before = told.size();
  advance(10min);
  EXPECT_FALSE(connected());
  EXPECT_GE(teleport.counts["get"], 10);
  EXPECT_LE(teleport.counts["get"], 60);
  for (std::size_t i = before; i < told.size(); ++i) EXPECT_FALSE(told.at(i).connected);
  teleport.refuse = nullptr;
  advance(31s);
  EXPECT_TRUE(connected());
  get("a");
  EXPECT_EQ(answers.back(), text("a", errc::not_found));
}

TEST_F(TeleportBreaker, ATrialThatDiesWithTheActorIsNoTrouble) {
  start();
  trip();
  teleport.hold = true;
  advance(1s);
  ASSERT_THAT(teleport.pending, SizeIs(1));
  kill(client);
  teleport.hold = false;
  teleport.refuse = nullptr;
  teleport.answer(0);
  run();
  start();
  EXPECT_TRUE(connected());
}

// -- the window

TEST_F(TeleportHealth, AConnectionBeginsWithFewCallsAndOpensWithTheAnswers) {
  start();
  teleport.hold = true;
  for (int i = 0; i < 200; ++i) get("r" + std::to_string(i));
  std::vector<std::size_t> sizes;
  for (int round = 0; round < 6; ++round) {
    sizes.push_back(teleport.pending.size());
    for (auto left = sizes.back(); left > 0; --left) teleport.answer(0);
    run();
  }
  EXPECT_THAT(sizes, ElementsAre(4, 8, 16, 32, 64, 64));
}

}  // namespace
}  // namespace actors::testing
