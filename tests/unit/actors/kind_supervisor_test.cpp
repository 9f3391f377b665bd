#include <random>

#include <gmock/gmock.h>

#include "tests/unit/actors/support/operator_world.hpp"

namespace actors::testing {
namespace {

using namespace std::chrono_literals;

class KindSupervisor : public operator_world {
 protected:
  void apply_many(int count) {
    for (int i = 0; i < count; ++i) api.apply(key(name_of(i)), root_spec);
  }
  static std::string name_of(int i) { return "role-" + std::to_string(i); }
  std::size_t open_look_ups() const { return teleport.pending.size(); }
};

TEST_F(KindSupervisor, ReadsAListOfManyPages) {
  api.page_size = 3;
  apply_many(10);
  start();
  EXPECT_EQ(teleport.resources.size(), 10U);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(ready(name_of(i)), "True NoError") << i;
}

TEST_F(KindSupervisor, ARestartInSyncCostsOneListAndNothingElse) {
  apply_many(10);
  start();
  api.counts.clear();
  teleport.counts.clear();
  kill_newest("kind_supervisor");
  pass(1s);
  EXPECT_EQ(hooks.count("object_actor"), 20U);
  EXPECT_EQ(hooks.living("object_actor").size(), 10U);
  EXPECT_EQ(writes() + api.counts["get"], 0);
  EXPECT_EQ(teleport.counts, (std::map<std::string, int>{{"list", 1}}));
}

TEST_F(KindSupervisor, AConnectionThatComesAfterTheListCostsOneListToo) {
  apply_many(10);
  start();
  api.counts.clear();
  teleport.counts.clear();
  teleport.hold_connect = true;
  kill_newest("teleport_client");
  kill_newest("kind_supervisor");
  pass(5s);
  teleport.answer_connect();
  pass(5s);
  EXPECT_EQ(writes(), 0);
  EXPECT_EQ(teleport.counts, (std::map<std::string, int>{{"list", 1}}));
}

TEST_F(KindSupervisor, DriftThatHappenedWhileNobodyLookedIsHealedAtRestart) {
  apply_many(3);
  start();
  teleport.put("role-1", role("role-1", other_spec, true));
  teleport.resources.erase("role-2");
  teleport.counts.clear();
  kill_newest("kind_supervisor");
  pass(1s);
  EXPECT_EQ(login_of(teleport.resources.at("role-1")), "root");
  EXPECT_EQ(teleport.resources.count("role-2"), 1U);
  EXPECT_EQ(teleport.counts["get"], 2) << "what is in sync was looked up";
}

TEST_F(KindSupervisor, AFullComparisonFindsDriftWithOneList) {
  context.env.config.sync_period = 600s;
  apply_many(5);
  start();
  teleport.put("role-1", role("role-1", other_spec, true));
  teleport.counts.clear();
  pass(601s);
  EXPECT_EQ(login_of(teleport.resources.at("role-1")), "root");
  EXPECT_EQ(teleport.counts, (std::map<std::string, int>{{"list", 1}, {"get", 1}, {"update", 1}}));
}

TEST_F(KindSupervisor, AListFindsDeletionsThatTheWatchMissed) {
  apply_many(3);
  start();
  // The CR goes while kube_client is down for good, and so is its memory of where it was.
  kill_newest("kind_supervisor");
  api.make_client()->patch({{}, key("role-1"), "", R"({"metadata":{"finalizers":[]}})"},
                           [](const auto&) {});
  api.remove(key("role-1"));
  pass(1s);
  EXPECT_EQ(hooks.living("object_actor").size(), 2U);
}

TEST_F(KindSupervisor, SlotsBoundHowManyPassesRun) {
  context.env.config.slots_per_kind = 4;
  start();
  teleport.hold = true;
  apply_many(20);
  settle();
  EXPECT_EQ(open_look_ups(), 4U);
  std::size_t most = 0;
  for (int i = 0; i < 200 && !teleport.pending.empty(); ++i) {
    teleport.answer(0);
    settle();
    most = std::max(most, teleport.pending.size());
  }
  EXPECT_EQ(most, 4U);
  EXPECT_EQ(teleport.resources.size(), 20U);
}

TEST_F(KindSupervisor, ASlotOfADeadActorIsGivenToTheNext) {
  context.env.config.slots_per_kind = 1;
  start();
  teleport.hold = true;
  apply_many(2);
  settle();
  ASSERT_EQ(teleport.pending.front().name, "role-0");
  const auto living = hooks.living("object_actor");
  self()->send_exit(living.front(), caf::exit_reason::kill);
  settle();
  ASSERT_EQ(teleport.pending.size(), 2U);
  EXPECT_EQ(teleport.pending.back().name, "role-1");
}

/// facts/controller-testing.md T6.
TEST_F(KindSupervisor, AnActorThatKeepsDyingIsPutAsideAndDisturbsNoOther) {
  std::vector<std::chrono::nanoseconds> deaths;
  context.env.random = [random = std::mt19937{7}]() mutable {
    return std::uniform_real_distribution<double>{0.0, 1.0}(random);
  };
  auto& clock = sched().clock();
  hooks.throws = [&](std::string_view, std::string_view point, std::string_view subject) {
    if (point != "pass_begun" || !subject.ends_with("/poison")) return false;
    deaths.push_back(clock.now().time_since_epoch());
    return true;
  };
  start();
  api.apply(key("poison"), root_spec);
  apply_many(50);
  settle();
  EXPECT_EQ(teleport.resources.size(), 50U) << "good ones wait for the bad one";
  pass(30min);
  EXPECT_EQ(ready("poison"), "False ActorFailed");
  for (int i = 0; i < 50; ++i) EXPECT_EQ(ready(name_of(i)), "True NoError") << i;
  EXPECT_EQ(api.counts["patch status"], 51) << "the failure is written again and again";
  EXPECT_TRUE(given_up.empty());
  EXPECT_EQ(hooks.count("kind_supervisor"), 1U);
  // At once, then 1 s doubling to 5 min, each from the upper half of its step.
  ASSERT_GE(deaths.size(), 12U);
  ASSERT_LE(deaths.size(), 24U);
  std::chrono::nanoseconds step = 1s;
  for (std::size_t i = 2; i < deaths.size(); ++i) {
    const auto wait = deaths[i] - deaths[i - 1];
    EXPECT_GE(wait, step / 2) << i;
    EXPECT_LE(wait, step + 100ms) << i;
    step = std::min<std::chrono::nanoseconds>(step * 2, 5min);
  }
  hooks.throws = nullptr;
  pass(6min);
  EXPECT_EQ(ready("poison"), "True NoError");
  EXPECT_EQ(context.metric("teleport_operator_actor_restarts_total", {"object_actor"}),
            static_cast<double>(deaths.size()));
}

TEST_F(KindSupervisor, AnEditOfACrWhoseActorIsPutAsideIsNotLost) {
  bool poison = true;
  hooks.throws = [&](std::string_view, std::string_view point, std::string_view) {
    return poison && point == "pass_begun";
  };
  start();
  api.apply(key(), root_spec);
  pass(10s);
  api.apply(key(), other_spec);
  settle();
  poison = false;
  pass(1min);
  EXPECT_EQ(login_of(teleport.resources.at("admin")), "guest");
}

TEST_F(KindSupervisor, AMissingCrdIsWaitedForWithoutHoldingAnythingUp) {
  context.env.config.namespaces = {"default"};
  start();
  api.trouble(k8s::errc::not_served);
  settle();
  EXPECT_TRUE(context.health.report().ready) << "not ready for want of a CRD";
  EXPECT_EQ(context.log.count("crd-missing"), 1U);
  api.apply(key(), root_spec);
  settle();
  EXPECT_EQ(ready(), "True NoError");
}

TEST_F(KindSupervisor, AWatchThatFailsMakesTheOperatorUnready) {
  start();
  ASSERT_TRUE(context.health.report().ready);
  api.trouble(k8s::errc::forbidden);
  settle();
  EXPECT_FALSE(context.health.report().ready);
}

TEST_F(KindSupervisor, ANewKubeClientResumesWhereTheOldOneWas) {
  apply_many(3);
  start();
  const auto version = api.find(key("role-2"))->resource_version;
  api.subscriptions.clear();
  kill_newest("kube_client");
  ASSERT_EQ(api.subscriptions.size(), 1U);
  EXPECT_EQ(api.subscriptions.front().resume_from, version);
  api.apply(key("role-3"), root_spec);
  settle();
  EXPECT_EQ(ready("role-3"), "True NoError");
}

TEST_F(KindSupervisor, WatchesEachNamespaceThatItIsToldTo) {
  context.env.config.namespaces = {"one", "two"};
  api.apply({"one", "a"}, root_spec);
  api.apply({"two", "b"}, root_spec);
  api.apply({"three", "c"}, root_spec);
  start();
  EXPECT_EQ(teleport.resources.count("a") + teleport.resources.count("b"), 2U);
  EXPECT_EQ(teleport.resources.count("c"), 0U);
}

}  // namespace
}  // namespace actors::testing
