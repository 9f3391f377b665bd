#include "actors/teleport_client.hpp"

#include <gmock/gmock.h>

#include "tests/unit/actors/support/teleport_client_world.hpp"

namespace actors::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class TeleportClient : public teleport_client_world {};

const teleport::error unavailable{teleport::errc::connection, "UNAVAILABLE"};

TEST_F(TeleportClient, ConnectsAndTellsTheRoot) {
  start();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_TRUE(told.front().connected);
  EXPECT_EQ(told.front().identity, "bot-operator");
  teleport.put("a", role("a", root_spec, true));
  get("a");
  get("b");
  EXPECT_THAT(answers, ElementsAre("a: ok", text("b", teleport::errc::not_found)));
}

TEST_F(TeleportClient, AnswersAtOnceWhileThereIsNoConnection) {
  teleport.hold_connect = true;
  start();
  get("a");
  EXPECT_THAT(answers, ElementsAre(text("a", teleport::errc::connection)));
}

TEST_F(TeleportClient, SendsNoMoreAtOnceThanTheWindow) {
  context.env.config.teleport_window = 2;
  start();
  teleport.hold = true;
  for (const auto* name : {"a", "b", "c"}) get(name);
  EXPECT_EQ(teleport.pending.size(), 2U);
  teleport.answer(0);
  run();
  EXPECT_EQ(teleport.pending.size(), 2U);
}

TEST_F(TeleportClient, SendsLessWhileTheServerIsThrottling) {
  context.env.config.teleport_window = 2;
  start();
  teleport.refuse = [](const auto&) {
    return teleport::error{teleport::errc::limit_exceeded, "slow down"};
  };
  get("a");
  teleport.refuse = nullptr;
  teleport.hold = true;
  for (const auto* name : {"b", "c"}) get(name);
  EXPECT_EQ(teleport.pending.size(), 1U);
}

TEST_F(TeleportClient, CallsOfOneResourceKeepTheirOrderAcrossARestart) {
  start();
  teleport.hold = true;
  get("a");
  get("a");
  kill(client);
  EXPECT_THAT(answers, ElementsAre(text("a", teleport::errc::connection),
                                   text("a", teleport::errc::connection)));
  start();
  get("a");
  get("b");
  ASSERT_EQ(teleport.pending.size(), 2U) << "a second call of one resource runs";
  EXPECT_EQ(teleport.pending[0].session, 1);
  EXPECT_EQ(teleport.pending[1].name, "b");
  teleport.answer(0);  // the dead actor's call ends; its second one never starts
  run();
  ASSERT_EQ(teleport.pending.size(), 2U);
  EXPECT_EQ(teleport.pending[1].name, "a");
  EXPECT_EQ(teleport.pending[1].session, 2);
}

TEST_F(TeleportClient, OneCallsUnavailableIsNotALostConnection) {
  start();
  teleport.hold = true;
  get("a");
  teleport.answer(0, unavailable);
  run();
  EXPECT_THAT(answers, ElementsAre(text("a", teleport::errc::unknown)));
  EXPECT_TRUE(connected());
  EXPECT_EQ(teleport.connects, 1);
}

TEST_F(TeleportClient, AProbeThatFailsTooIsALostConnection) {
  start();
  teleport.hold = true;
  get("a");
  teleport.online = false;
  teleport.hold_connect = true;
  teleport.answer(0, unavailable);
  run();
  EXPECT_THAT(answers, ElementsAre(text("a", teleport::errc::connection)));
  EXPECT_FALSE(connected());
  EXPECT_EQ(teleport.connecting.size(), 1U) << "does not connect anew at once";
  teleport.online = true;
  teleport.answer_connect();
  run();
  EXPECT_TRUE(connected());
}

TEST_F(TeleportClient, AnAnswerIsHeldBackUntilTheProbeHasDecided) {
  start();
  teleport.hold = teleport.hold_pings = true;
  get("a");
  teleport.answer(0, unavailable);
  run();
  EXPECT_THAT(answers, IsEmpty());
  ASSERT_EQ(teleport.pings.size(), 1U);
  teleport.pings.front()();
  run();
  EXPECT_THAT(answers, ElementsAre(text("a", teleport::errc::unknown)));
}

TEST_F(TeleportClient, ThatDiesAnswersWhatIsOpen) {
  context.env.config.teleport_window = 1;
  start();
  teleport.hold = true;
  for (const auto* name : {"a", "b"}) get(name);
  kill(client);
  EXPECT_THAT(answers, UnorderedElementsAre(text("a", teleport::errc::connection),
                                            text("b", teleport::errc::connection)));
  EXPECT_EQ(context.metric("teleport_operator_actors", {"teleport_client"}), 0.0);
}

TEST_F(TeleportClient, AnAnswerThatComesAfterEverybodyHasEndedHarmsNobody) {
  start();
  teleport.hold = true;
  get("a");
  kill(client);
  lanes.reset();
  teleport.answer(0);
  run();
  EXPECT_EQ(answers.size(), 1U);
}

// -- a death in each of its states

enum class state { connecting, waiting, live, asking, silent, renewing, suspecting, on_trial };

class TeleportClientDeath : public teleport_client_world,
                            public ::testing::WithParamInterface<std::pair<const char*, state>> {
 protected:
  static constexpr teleport::errc denied = teleport::errc::access_denied;

  /// Leaves two calls open where there is a connection.
  void bring_into(state wanted) {
    if (wanted == state::connecting) teleport.hold_connect = true;
    if (wanted == state::waiting) refuse(teleport::trouble::unreachable, "no route");
    start();
    teleport.hold = true;
    if (wanted == state::on_trial) return give_up_answering();
    for (const auto* name : {"a", "b"}) get(name);
    if (wanted == state::asking) {
      teleport.hold_pings = true;
      teleport.answer(0, unavailable);
    } else if (wanted == state::silent) {
      cut_the_wire();
      advance(10s);
    } else if (wanted == state::renewing) {
      teleport.hold_connect = true;
      advance(30min);
    } else if (wanted == state::suspecting) {
      teleport.hold_connect = true;
      teleport.answer(0, teleport::error{denied, "access denied"});
    }
    run();
  }

  void give_up_answering() {
    for (int i = 0; i < 10; ++i) {
      get("a");
      teleport.answer(0, unavailable);
      run();
    }
    advance(1s);
    ASSERT_FALSE(connected());
    ASSERT_EQ(teleport.pending.size(), 1U) << "tries no call";
  }
};

TEST_P(TeleportClientDeath, LeavesNoCallOpenAndItsSuccessorWorks) {
  bring_into(GetParam().second);
  const auto asked = GetParam().second == state::on_trial ? 10U : 2U;
  kill(client);
  EXPECT_EQ(answers.size(), asked);
  EXPECT_EQ(context.metric("teleport_operator_actors", {"teleport_client"}), 0.0);
  // What was held comes late, and finds nobody.
  teleport.hold = teleport.hold_pings = teleport.hold_connect = false;
  teleport.refuse_connect = nullptr;
  while (!teleport.connecting.empty()) teleport.answer_connect();
  for (auto& reply : std::exchange(teleport.pings, {})) reply();
  while (!teleport.pending.empty()) teleport.answer(0);
  run();
  start();
  EXPECT_TRUE(connected());
  get("z");
  EXPECT_EQ(answers.back(), text("z", teleport::errc::not_found));
  advance(1h);
  EXPECT_TRUE(connected());
}

INSTANTIATE_TEST_SUITE_P(Each, TeleportClientDeath,
                         ::testing::Values(std::pair{"Connecting", state::connecting},
                                           std::pair{"WaitingForTheNextAttempt", state::waiting},
                                           std::pair{"Live", state::live},
                                           std::pair{"AskingWhetherItLives", state::asking},
                                           std::pair{"AfterACut", state::silent},
                                           std::pair{"Renewing", state::renewing},
                                           std::pair{"Suspecting", state::suspecting},
                                           std::pair{"TryingACall", state::on_trial}),
                         [](const auto& row) { return std::string{row.param.first}; });

}  // namespace
}  // namespace actors::testing
