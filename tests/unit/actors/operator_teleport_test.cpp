/// What the root makes of trouble with Teleport: what people are told, and who is woken.

#include <gmock/gmock.h>

#include "tests/unit/actors/support/operator_world.hpp"

namespace actors::testing {
namespace {

using namespace std::chrono_literals;
using teleport::errc;
using teleport::trouble;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class OperatorTeleport : public operator_world {
 protected:
  OperatorTeleport() {
    context.env.config.own_pod = {"v1", "Pod", {"teleport", "operator-0"}, "pod-uid"};
    const auto epoch = sched().clock().now();
    context.env.now = [this, epoch] {
      return context.wall + std::chrono::duration_cast<std::chrono::system_clock::duration>(
                                sched().clock().now() - epoch);
    };
    teleport.now = context.env.now;
  }

  void refuse(trouble what, const std::string& text) {
    teleport.refuse_connect = [=] {
      return teleport::connect_failure{{errc::access_denied, text}, false, what};
    };
  }
  void lock() {
    refuse(trouble::locked, "lock targeting the bot is in force");
    teleport.refuse = [](const auto&) {
      return teleport::error{errc::access_denied, "access denied"};
    };
    teleport.refuse_pings = teleport::error{errc::access_denied, "access denied"};
  }
  void unlock() {
    teleport.refuse_connect = nullptr;
    teleport.refuse = nullptr;
    teleport.refuse_pings.reset();
  }
  std::string teleport_line() const { return context.health.report().lines.front(); }
  double troubled(const char* reason) const {
    return context.metric("teleport_operator_teleport_trouble", {reason});
  }
};

TEST_F(OperatorTeleport, ATroubleIsToldOnceWhateverItLasts) {
  start();
  lock();
  pass(30min);
  const auto told = context.log.lines("connect-failed");
  ASSERT_EQ(told.size(), 1U);
  EXPECT_THAT(told.front(), AllOf(HasSubstr("error"), HasSubstr("lock targeting the bot"),
                                  HasSubstr(" locked "), HasSubstr("remove the lock")));
  EXPECT_THAT(api.events, ElementsAre("TeleportTrouble"));
  EXPECT_EQ(troubled("locked"), 1.0);
  EXPECT_FALSE(context.health.report().ready);
  EXPECT_THAT(teleport_line(), HasSubstr("not ready: locked: lock targeting the bot"));
}

TEST_F(OperatorTeleport, ItsEndIsToldWithItsLength) {
  start();
  lock();
  pass(10min);
  unlock();
  pass(5min);
  EXPECT_THAT(context.log.lines("trouble-over"), ElementsAre(HasSubstr(" locked 1")));
  EXPECT_THAT(api.events, ElementsAre("TeleportTrouble", "TeleportRecovered"));
  EXPECT_EQ(troubled("locked"), 0.0);
  EXPECT_TRUE(context.health.report().ready);
}

TEST_F(OperatorTeleport, ATroubleThatTurnsIntoAnotherOneIsToldAnew) {
  start();
  lock();
  pass(1min);
  refuse(trouble::bot_gone, "bot operator does not exist");
  pass(5min);
  EXPECT_EQ(context.log.count("connect-failed"), 2U);
  EXPECT_EQ(troubled("locked"), 0.0);
  EXPECT_EQ(troubled("bot_gone"), 1.0);
}

TEST_F(OperatorTeleport, ARenewalThatFailsLeavesItReadyAndSaysSo) {
  context.env.config.renewal_interval = 60s;
  start();
  refuse(trouble::token_refused, "token expired or not found");
  pass(10min);
  EXPECT_TRUE(context.health.report().ready);
  EXPECT_THAT(teleport_line(),
              AllOf(HasSubstr("teleport ok"), HasSubstr("the renewal fails since 2026-01-02T"),
                    HasSubstr("token_refused: token expired or not found")));
  EXPECT_EQ(context.log.count("renewal-failed"), 1U);
  EXPECT_EQ(context.metric("teleport_operator_teleport_connected"), 1.0);
  EXPECT_EQ(troubled("token_refused"), 1.0);
  teleport.refuse_connect = nullptr;
  pass(5min);
  EXPECT_EQ(context.log.count("trouble-over"), 1U);
  EXPECT_EQ(troubled("token_refused"), 0.0);
}

TEST_F(OperatorTeleport, TheEventIsAboutItsOwnPod) {
  start();
  lock();
  pass(20s);
  EXPECT_THAT(api.bodies,
              AllOf(HasSubstr(R"("kind":"Pod","name":"operator-0","namespace":"teleport")"),
                    HasSubstr("locked: can't connect to Teleport: lock targeting the bot")));
}

TEST_F(OperatorTeleport, WithoutAPodThereIsNoEvent) {
  context.env.config.own_pod.reset();
  start();
  lock();
  pass(1min);
  EXPECT_THAT(api.events, IsEmpty());
  EXPECT_EQ(context.log.count("connect-failed"), 1U);
}

TEST_F(OperatorTeleport, AnEventThatIsRefusedIsAWordAtDebugLevel) {
  api.refuse = [](const auto& asked) -> std::optional<k8s::error> {
    if (asked.verb != "create") return std::nullopt;
    return k8s::error{k8s::errc::forbidden, 403, {}, "events is forbidden", {}};
  };
  start();
  lock();
  pass(1min);
  EXPECT_THAT(context.log.lines("event-refused"), ElementsAre(HasSubstr("debug")));
  EXPECT_EQ(context.log.count("events-forbidden"), 0U);
}

TEST_F(OperatorTeleport, ATroubleIsNotToldAgainWhenTheClientDies) {
  start();
  lock();
  pass(1min);
  kill_newest("teleport_client");
  pass(1min);
  EXPECT_EQ(context.log.count("connect-failed"), 1U);
  unlock();
  pass(5min);
  EXPECT_EQ(context.log.count("trouble-over"), 1U);
}

TEST_F(OperatorTeleport, WhatWasRefusedMeanwhileIsLookedAtWhenTheTroubleIsOver) {
  start();
  teleport.refuse = [](const auto& call) -> std::optional<teleport::error> {
    if (call.verb != "create") return std::nullopt;
    return teleport::error{errc::access_denied,
                           "admin-level API request requires MFA verification"};
  };
  api.apply(key("one"), root_spec);
  api.apply(key("two"), root_spec);
  pass(20min);  // back-off of refusals: minutes by now
  EXPECT_EQ(troubled("mfa_required"), 1.0);
  EXPECT_FALSE(context.health.report().ready);
  EXPECT_THAT(teleport_line(), HasSubstr("calls are refused since"));
  teleport.refuse = nullptr;
  api.apply(key("one"), other_spec);
  pass(1s);
  EXPECT_EQ(ready("one"), "True NoError");
  EXPECT_EQ(ready("two"), "True NoError") << "waits for its own back-off";
  EXPECT_TRUE(context.health.report().ready);
}

TEST_F(OperatorTeleport, AttemptsThatFailAlikeAreNoNewsToTheKinds) {
  start();
  lock();
  pass(1min);
  const auto before = hooks.points.size();
  pass(30min);
  EXPECT_LE(hooks.points.size() - before, 40U);
}

}  // namespace
}  // namespace actors::testing
