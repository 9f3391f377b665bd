#include "actors/operator.hpp"

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

class Operator : public operator_world {
 protected:
  bool root_lives() { return !hooks.living("operator").empty(); }
};

class OperatorService : public Operator, public ::testing::WithParamInterface<const char*> {};

TEST_P(OperatorService, IsRestartedAndTheOperatorWorksOn) {
  start();
  kill_newest(GetParam());
  EXPECT_EQ(hooks.living(GetParam()).size(), 1U);
  EXPECT_EQ(hooks.count(GetParam()), 2U);
  EXPECT_EQ(context.metric("teleport_operator_actor_restarts_total", {GetParam()}), 1.0);
  api.apply(key(), root_spec);
  pass(1s);
  EXPECT_EQ(ready(), "True NoError");
  EXPECT_THAT(api.events, ElementsAre("Created"));
}

TEST_P(OperatorService, ThatDiesMoreThanFiveTimesInThirtySecondsEndsTheOperatorOnce) {
  start();
  api.apply(key(), root_spec);
  pass(1s);
  for (int i = 0; i < 5; ++i) {
    kill_newest(GetParam());
    pass(1s);
    ASSERT_TRUE(root_lives()) << i;
  }
  EXPECT_THAT(given_up, IsEmpty());
  kill_newest(GetParam());
  pass(1s);
  EXPECT_THAT(given_up, ElementsAre(HasSubstr(GetParam())));
  EXPECT_THAT(hooks.living(""), IsEmpty()) << "actors are left behind";
}

TEST_P(OperatorService, MayDieForEverIfItDiesSeldom) {
  start();
  for (int i = 0; i < 20; ++i) {
    kill_newest(GetParam());
    pass(7s);
  }
  EXPECT_THAT(given_up, IsEmpty());
  EXPECT_TRUE(root_lives());
}

INSTANTIATE_TEST_SUITE_P(Each, OperatorService,
                         ::testing::Values("kube_client", "teleport_client", "event_recorder"),
                         [](const auto& row) { return std::string{row.param}; });

TEST_F(Operator, AKindThatKeepsDyingIsRestartedWithBackoffAndEndsNothing) {
  start();
  for (int i = 0; i < 8; ++i) {
    pass(100ms);
    const auto living = hooks.living("kind_supervisor");
    if (!living.empty()) kill_newest("kind_supervisor");
  }
  EXPECT_LE(hooks.count("kind_supervisor"), 4U) << "restarts without a wait";
  EXPECT_FALSE(context.health.report().ready);
  pass(10s);
  EXPECT_EQ(hooks.living("kind_supervisor").size(), 1U);
  EXPECT_THAT(given_up, IsEmpty());
  EXPECT_TRUE(context.health.report().ready);
}

TEST_F(Operator, NothingIsDoneBeforeEveryKindIsListed) {
  context.env.config.namespaces = {"one", "two"};
  api.apply({"one", "a"}, root_spec);
  root = spawn_operator(system(), context.env);
  run();
  ASSERT_TRUE(api.deliver());  // the list of one namespace
  run();
  EXPECT_EQ(writes(), 0);
  settle();
  EXPECT_EQ(api.condition({"one", "a"}, "Ready"), "True NoError");
}

TEST_F(Operator, NothingIsDoneBeforeTheFirstConnection) {
  teleport.refuse_connect = [] {
    return teleport::connect_failure{{teleport::errc::connection, "no route"}, false};
  };
  api.apply({"one", "a"}, root_spec);
  start();
  EXPECT_THAT(hooks.points, Not(Contains("object_actor:pass_begun")));
  teleport.refuse_connect = nullptr;
  pass(10s);
  EXPECT_EQ(api.condition({"one", "a"}, "Ready"), "True NoError");
}

TEST_F(Operator, TheOlderOfTwoClaimantsHasTheResource) {
  api.apply({"one", "admin"}, root_spec);
  api.apply({"two", "admin"}, other_spec);
  start();
  EXPECT_EQ(login_of(teleport.resources.at("admin")), "root");
  EXPECT_EQ(api.condition({"one", "admin"}, "Ready"), "True NoError");
  EXPECT_EQ(api.condition({"two", "admin"}, "Ready"), "False ClaimedByAnotherResource");
  api.remove({"one", "admin"});
  pass(1s);
  EXPECT_EQ(login_of(teleport.resources.at("admin")), "guest");
  EXPECT_EQ(api.condition({"two", "admin"}, "Ready"), "True NoError");
}

TEST_F(Operator, AClaimOutlivesTheSupervisor) {
  api.apply({"one", "admin"}, root_spec);
  api.apply({"two", "admin"}, other_spec);
  start();
  teleport.counts.clear();
  kill_newest("kind_supervisor");
  pass(1s);
  EXPECT_EQ(teleport.counts["update"], 0);
  EXPECT_EQ(api.condition({"two", "admin"}, "Ready"), "False ClaimedByAnotherResource");
}

TEST_F(Operator, DeletingTheClaimantThatHasNothingLeavesTheResource) {
  api.apply({"one", "admin"}, root_spec);
  api.apply({"two", "admin"}, other_spec);
  start();
  api.remove({"two", "admin"});
  pass(1s);
  EXPECT_EQ(api.find({"two", "admin"}), nullptr);
  EXPECT_EQ(login_of(teleport.resources.at("admin")), "root");
}

TEST_F(Operator, StopsWhenWhatIsUnderWayIsFinished) {
  start();
  teleport.hold = true;
  api.apply(key("one"), root_spec);
  settle();
  ASSERT_EQ(teleport.pending.size(), 1U);
  self()->send(root, messages::stop_operator{});
  settle();
  EXPECT_TRUE(root_lives());
  EXPECT_FALSE(context.health.report().ready);
  api.apply(key("two"), root_spec);
  settle();
  EXPECT_EQ(teleport.pending.size(), 1U) << "begins something new";
  teleport.hold = false;
  teleport.answer(0);
  settle();
  EXPECT_EQ(ready("one"), "True NoError") << "the pass was cut off";
  EXPECT_THAT(hooks.living(""), IsEmpty());
  EXPECT_THAT(given_up, IsEmpty());
}

TEST_F(Operator, StopsAtOnceWhenNothingIsUnderWay) {
  start();
  self()->send(root, messages::stop_operator{});
  self()->send(root, messages::stop_operator{});
  settle();
  EXPECT_THAT(hooks.living(""), IsEmpty());
}

TEST_F(Operator, StopsAtTheLatestAfterTheGrace) {
  start();
  teleport.hold = true;
  api.apply(key(), root_spec);
  settle();
  self()->send(root, messages::stop_operator{});
  pass(29s);
  EXPECT_TRUE(root_lives());
  pass(2s);
  EXPECT_THAT(hooks.living(""), IsEmpty());
  // The answer that comes after everybody has ended finds nobody, and harms nobody.
  teleport.answer(0);
}

TEST_F(Operator, AnswersThatItIsAlive) {
  start();
  EXPECT_TRUE(ask<bool>(root, messages::are_you_there{}));
}

TEST_F(Operator, GivesUpAtOnceWhenTheFirstConnectCanNotSucceed) {
  teleport.refuse_connect = [] {
    return teleport::connect_failure{{teleport::errc::config, "the token is not known"}, true};
  };
  start();
  EXPECT_THAT(given_up, ElementsAre(HasSubstr("the token is not known")));
  EXPECT_THAT(hooks.living(""), IsEmpty());
}

TEST_F(Operator, IsNotReadyWhileTeleportIsAwayAndSaysWhy) {
  start();
  ASSERT_TRUE(context.health.report().ready);
  teleport.online = false;
  teleport.refuse_connect = [] {
    return teleport::connect_failure{{teleport::errc::connection, "no route"}, false};
  };
  pass(15s);
  EXPECT_FALSE(context.health.report().ready);
  teleport.online = true;
  teleport.refuse_connect = nullptr;
  pass(31s);
  EXPECT_TRUE(context.health.report().ready);
  EXPECT_THAT(given_up, IsEmpty());
}

}  // namespace
}  // namespace actors::testing
