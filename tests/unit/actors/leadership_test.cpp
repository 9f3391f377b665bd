/// Who leads, in the whole tree: leader_elector, the fence, and what the root makes of them.

#include <gmock/gmock.h>

#include "tests/unit/actors/support/operator_world.hpp"

namespace actors::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class Leadership : public operator_world {
 protected:
  double metric() const { return context.metric("leader_election_master_status", {"lease"}); }
  bool leads() const { return metric() == 1.0; }
  bool root_lives() { return !hooks.living("operator").empty(); }
  std::vector<std::string> shown() const { return context.health.report().lines; }
  void stop() {
    self()->send(root, messages::stop_operator{});
    settle();
  }
  /// A CR was made, and what was to come of it has come.
  void expect_no_write() {
    api.apply(key("new"), root_spec);
    settle();
    EXPECT_TRUE(api.find(key("new"))->finalizers.empty()) << "written without the lease";
    EXPECT_FALSE(teleport.resources.contains("new"));
  }
};

TEST_F(Leadership, IsTakenWithTheFirstConnectionAndTold) {
  start();
  EXPECT_TRUE(leads());
  EXPECT_TRUE(context.fence.open());
  EXPECT_EQ(api.leases.holder(), "me");
  EXPECT_THAT(api.lease_events, ElementsAre("me became leader"));
  EXPECT_THAT(shown(), Contains("[+]leadership ok: leads"));
  EXPECT_EQ(context.log.count("leading"), 1U);
}

TEST_F(Leadership, IsNotStoodForWithoutAConnection) {
  teleport.hold_connect = true;
  start();
  EXPECT_THAT(api.leases.log, IsEmpty());
  EXPECT_THAT(shown(), Contains("[-]leadership not ready: nobody leads yet"));
}

TEST_F(Leadership, OfAnotherLeavesAReadyStandbyThatWritesNothing) {
  api.leases.hold_by("other");
  start();
  EXPECT_FALSE(leads());
  EXPECT_TRUE(context.health.report().ready);
  EXPECT_THAT(shown(), Contains("[+]leadership ok: standby: other leads"));
  EXPECT_EQ(context.log.count("standby"), 1U);
  EXPECT_THAT(api.lease_events, IsEmpty());
  expect_no_write();
}

TEST_F(Leadership, ThatIsReleasedIsTakenWithoutWaiting) {
  api.leases.hold_by("other");
  start();
  api.apply(key(), root_spec);
  settle();
  api.leases.hold_by("");
  settle();
  EXPECT_TRUE(leads());
  EXPECT_EQ(ready(), "True NoError");
}

TEST_F(Leadership, ThatIsNotRenewedIsTakenWhenItHasRunOut) {
  api.leases.hold_by("other");
  start();
  pass(14s);
  EXPECT_FALSE(leads());
  pass(5s);
  EXPECT_TRUE(leads());
}

TEST_F(Leadership, OfAnotherThatRenewsIsNeverTaken) {
  api.leases.hold_by("other");
  start();
  for (int i = 0; i < 40; ++i) {
    pass(2s);
    api.leases.hold_by("other");
  }
  EXPECT_FALSE(leads());
}

TEST_F(Leadership, IsRenewedForAsLongAsTheProcessLives) {
  start();
  api.leases.log.clear();
  pass(1min);
  EXPECT_TRUE(leads());
  EXPECT_EQ(api.leases.log.size(), 30U);
  EXPECT_THAT(api.leases.log, ::testing::Each("update me"));
  EXPECT_THAT(api.lease_events, ElementsAre("me became leader"));
}

TEST_F(Leadership, ThatIsTakenAwayEndsAtOnceAndWithoutTheProcess) {
  start();
  api.apply(key(), root_spec);
  settle();
  api.leases.hold_by("thief");
  settle();
  EXPECT_FALSE(leads());
  EXPECT_FALSE(context.fence.open());
  EXPECT_THAT(api.lease_events, ElementsAre("me became leader", "me stopped leading"));
  EXPECT_THAT(shown(), Contains("[+]leadership ok: standby: thief leads"));
  EXPECT_TRUE(root_lives());
  expect_no_write();
  api.leases.hold_by("");
  settle();
  EXPECT_TRUE(leads());
  EXPECT_EQ(ready("new"), "True NoError");
}

TEST_F(Leadership, OfADeletedLeaseGoesOn) {
  start();
  api.leases.remove();
  settle();
  EXPECT_EQ(api.leases.holder(), "me");
  EXPECT_TRUE(leads());
  EXPECT_EQ(context.log.count("stopped-leading"), 0U);
}

TEST_F(Leadership, ThatCanNotBeRenewedEndsAtItsDeadline) {
  start();
  api.leases.refuse = [](const auto&) {
    return k8s::error{k8s::errc::server_error, 500, {}, "not now", {}};
  };
  pass(9s);
  EXPECT_TRUE(leads());
  EXPECT_TRUE(context.fence.open());
  pass(1s);
  EXPECT_FALSE(context.fence.open());
  EXPECT_FALSE(leads());
  expect_no_write();
  api.leases.refuse = nullptr;
  pass(3s);
  EXPECT_TRUE(leads());
  EXPECT_EQ(ready("new"), "True NoError");
  EXPECT_EQ(context.log.count("lease-trouble"), 1U);
  EXPECT_EQ(context.log.count("lease-trouble-over"), 1U);
}

TEST_F(Leadership, EndsAtItsDeadlineAlsoWhenNobodyAnswers) {
  start();
  api.leases.silent = true;
  pass(11s);
  EXPECT_FALSE(leads());
  expect_no_write();
}

/// Everybody believes to lead; the clock knows better.
TEST_F(Leadership, AfterAPauseTheFirstWriteIsRefused) {
  start();
  context.monotonic = [was = context.monotonic] { return was() + 60s; };
  expect_no_write();
  EXPECT_FALSE(context.fence.open());
  pass(3s);  // nobody took the lease meanwhile
  EXPECT_TRUE(leads());
  EXPECT_EQ(ready("new"), "True NoError");
  EXPECT_EQ(context.metric("controller_runtime_reconcile_errors_total", {"teleportrolev7"}), 0.0);
}

TEST_F(Leadership, WithoutTheRightTellsWhatToDo) {
  api.leases.refuse = [](const auto&) {
    return k8s::error{k8s::errc::forbidden, 403, {}, "leases is forbidden", {}};
  };
  start();
  pass(10s);
  EXPECT_FALSE(leads());
  EXPECT_FALSE(context.health.report().ready);
  EXPECT_THAT(shown(), Contains("[-]leadership not ready: leases is forbidden"));
  ASSERT_EQ(context.log.count("lease-trouble"), 1U) << "said once, not at each try";
  EXPECT_THAT(context.log.lines("lease-trouble").front(),
              HasSubstr("get, create and update on leases"));
  api.leases.refuse = nullptr;
  pass(3s);
  EXPECT_TRUE(leads());
  EXPECT_TRUE(context.health.report().ready);
}

TEST_F(Leadership, ARightThatIsMissingIsToldAlsoAfterAnotherTrouble) {
  auto why = k8s::error{k8s::errc::connection, 0, {}, "no answer", {}};
  api.leases.refuse = [&why](const auto&) { return why; };
  start();
  why = {k8s::errc::forbidden, 403, {}, "leases is forbidden", {}};
  pass(3s);
  ASSERT_EQ(context.log.count("lease-trouble"), 2U);
  EXPECT_THAT(context.log.lines("lease-trouble").back(),
              HasSubstr("get, create and update on leases"));
}

TEST_F(Leadership, WithoutTheRightToWatchAReleaseIsFoundAtTheNextLook) {
  api.leases.refuse_watch = k8s::error{k8s::errc::forbidden, 403, {}, "no", {}};
  api.leases.hold_by("other");
  start();
  EXPECT_EQ(api.leases.watches(), 0U) << "it goes on trying";
  EXPECT_EQ(context.log.count("lease-not-watched"), 1U);
  api.leases.hold_by("");
  settle();
  EXPECT_FALSE(leads());
  pass(3s);
  EXPECT_TRUE(leads());
  EXPECT_EQ(context.log.count("lease-not-watched"), 1U);
}

// -- what dies --

class LeadershipOutlives : public Leadership, public ::testing::WithParamInterface<const char*> {};

TEST_P(LeadershipOutlives, ADeath) {
  start();
  api.apply(key(), root_spec);
  settle();
  pass(1s);
  kill_newest(GetParam());
  EXPECT_TRUE(leads());
  EXPECT_TRUE(context.fence.open());
  pass(1min);
  EXPECT_TRUE(leads());
  EXPECT_EQ(context.log.count("stopped-leading"), 0U);
  api.leases.hold_by("thief");
  settle();
  EXPECT_FALSE(leads()) << "the watch is deaf";
}
INSTANTIATE_TEST_SUITE_P(Of, LeadershipOutlives, ::testing::Values("leader_elector", "kube_client"),
                         [](const auto& row) { return std::string{row.param}; });

TEST_F(Leadership, IsLostWithAnElectorThatComesBackTooLate) {
  start();
  api.leases.silent = true;
  kill_newest("leader_elector");
  pass(11s);
  EXPECT_FALSE(leads());
  EXPECT_FALSE(context.fence.open());
}

// -- the end --

TEST_F(Leadership, IsGivenUpAtTheEndWhenNothingIsUnderWayAnyMore) {
  start();
  teleport.hold = true;
  api.apply(key(), root_spec);
  settle();
  stop();
  EXPECT_EQ(api.leases.holder(), "me") << "a write is under way";
  teleport.hold = false;
  teleport.answer(0);
  settle();
  EXPECT_EQ(ready(), "True NoError");
  EXPECT_EQ(api.leases.holder(), "");
  EXPECT_EQ(api.leases.stored()->duration, 1s);
  EXPECT_FALSE(root_lives());
  EXPECT_EQ(context.log.count("resigned"), 1U);
}

TEST_F(Leadership, IsNotGivenUpWhileAWriteMayStillTakeEffect) {
  start();
  teleport.hold = true;
  api.apply(key(), root_spec);
  settle();
  stop();
  pass(31s);
  EXPECT_FALSE(root_lives());
  EXPECT_EQ(api.leases.holder(), "me") << "it runs out by itself";
  teleport.answer(0);
}

TEST_F(Leadership, AHungServerDoesNotHoldUpTheEnd) {
  start();
  api.leases.silent = true;
  stop();
  EXPECT_TRUE(root_lives());
  EXPECT_FALSE(context.fence.open());
  pass(3s);
  EXPECT_FALSE(root_lives());
  EXPECT_EQ(context.log.count("resign-timeout"), 1U);
}

TEST_F(Leadership, AReleaseThatWasNotAnsweredIsLookedAfter) {
  start();
  api.leases.loses_answers = true;
  stop();
  EXPECT_TRUE(root_lives());
  api.leases.loses_answers = false;
  pass(1s);
  EXPECT_FALSE(root_lives());
  EXPECT_EQ(api.leases.holder(), "");
}

TEST_F(Leadership, OfAnotherIsLeftAloneAtTheEnd) {
  api.leases.hold_by("other");
  start();
  stop();
  EXPECT_EQ(api.leases.holder(), "other");
  EXPECT_FALSE(root_lives());
  EXPECT_THAT(api.leases.log, Not(Contains(HasSubstr("update"))));
}

TEST_F(Leadership, IsReleasedByTheSuccessorOfAnElectorThatDiesAtTheEnd) {
  start();
  hooks.throws = [died = false](std::string_view, std::string_view point,
                                std::string_view) mutable {
    return point == "resign" && !std::exchange(died, true);
  };
  stop();
  pass(1s);
  EXPECT_FALSE(root_lives());
  EXPECT_EQ(api.leases.holder(), "");
}

}  // namespace
}  // namespace actors::testing
