/// What a replica that does not lead knows and costs, and what it does in the moment in which it
/// leads.

#include <gmock/gmock.h>

#include "actors/core/words.hpp"
#include "tests/unit/actors/support/two_replicas.hpp"

namespace actors::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class StandbyReplica : public two_replicas {
 protected:
  static k8s::object_key nth(int i) { return key("role-" + std::to_string(i)); }
  void apply_many(int count, const std::string& spec = root_spec) {
    for (int i = 0; i < count; ++i) api.apply(nth(i), spec);
  }
  void given_both_with(int count) {
    apply_many(count);
    start_leader();
    start_standby();
    for (int i = 0; i < count; ++i) ASSERT_EQ(ready(nth(i).name), "True NoError") << i;
  }
  std::string login(const std::string& name) const {
    const auto found = teleport.resources.find(name);
    return found == teleport.resources.end() ? std::string{} : login_of(found->second);
  }
  double gauge(const std::string& state) const {
    return context.metric("teleport_operator_resources", {"teleportrolev7", state});
  }
};

// -- what it costs --

TEST_F(StandbyReplica, ListsOnceAndWritesNothing) {
  apply_many(10);
  start_leader();
  forget_costs();
  start_standby();
  pass(1min);
  EXPECT_EQ(standby_calls, (counts{{"list", 1}}));
  EXPECT_EQ(writes() + api.counts["get"], 0);
  EXPECT_THAT(api.events, IsEmpty());
}

TEST_F(StandbyReplica, CallsNobodyForTheCRsThatTheLeaderMakes) {
  start_leader();
  start_standby();
  forget_costs();
  apply_many(30);
  pass(1min);
  EXPECT_EQ(writes(), 60) << "a finalizer and a status each, by the leader";
  EXPECT_EQ(api.counts["get"], 0);
  EXPECT_THAT(standby_calls, IsEmpty());
  EXPECT_EQ(teleport.resources.size(), 30U);
}

TEST_F(StandbyReplica, WithoutALeaderItWaits) {
  apply_many(3);
  api.leases.refuse = [](const auto&) {
    return k8s::error{k8s::errc::forbidden, 403, {}, "no", {}};
  };
  start();
  pass(10min);
  EXPECT_EQ(writes(), 0);
  EXPECT_THAT(teleport.resources, IsEmpty());
  EXPECT_THAT(api.events, IsEmpty());
}

TEST_F(StandbyReplica, CountsNoReconcile) {
  given_both_with(3);
  api.apply(nth(0), other_spec);
  settle();
  for (const auto* result : {"success", "error", "requeue", "requeue_after"}) {
    EXPECT_EQ(context.metric("controller_runtime_reconcile_total", {"teleportrolev7", result}), 0)
        << result;
  }
  EXPECT_EQ(context.metric("controller_runtime_reconcile_errors_total", {"teleportrolev7"}), 0);
}

TEST_F(StandbyReplica, WhoTakesTheLeaseAtTheStartDoesNotStandByBefore) {
  apply_many(3);
  start_leader();
  kill_leader();
  api.leases.hold_by("");
  forget_costs();
  start();
  EXPECT_EQ(context.metric("controller_runtime_reconcile_total", {"teleportrolev7", "success"}), 3);
  EXPECT_EQ(teleport.counts, (counts{{"list", 1}}));
  EXPECT_THAT(requests(), IsEmpty());
}

TEST_F(StandbyReplica, ItsGaugesTellWhatTheRecordsSay) {
  start_leader();
  start_standby();
  apply_many(3);
  teleport.hold = true;
  settle();
  EXPECT_EQ(gauge("waiting"), 3);
  let_go();
  EXPECT_EQ(gauge("in_sync"), 3);
  EXPECT_EQ(gauge("waiting"), 0);
  api.annotate(nth(0), core::words::ignore_annotation, "true");
  settle();
  EXPECT_EQ(gauge("ignored"), 1);
}

// -- taking over --

TEST_F(StandbyReplica, TakesOverWithoutAnyRequestForWhatIsInSync) {
  given_both_with(20);
  take_over();
  pass(1min);
  EXPECT_THAT(teleport.counts, IsEmpty());
  EXPECT_THAT(requests(), IsEmpty());
}

TEST_F(StandbyReplica, KnowsWhatTheLeaderDidWhileItStoodBy) {
  given_both_with(20);
  teleport.hold = true;
  for (int i = 20; i < 30; ++i) api.apply(nth(i), root_spec);
  settle();  // both know of them when Teleport tells
  let_go();
  for (int i = 0; i < 5; ++i) api.apply(nth(i), other_spec);
  for (int i = 5; i < 10; ++i) api.remove(nth(i));
  settle();
  for (int i = 10; i < 15; ++i) teleport.put(nth(i).name, role(nth(i).name, other_spec, true));
  settle();
  for (int i = 15; i < 20; ++i) {
    const auto name = nth(i).name;
    teleport.take(name);
  }
  settle();
  ASSERT_EQ(teleport.resources.size(), 25U);
  take_over();
  EXPECT_THAT(teleport.counts, IsEmpty());
  EXPECT_THAT(requests(), IsEmpty());
}

TEST_F(StandbyReplica, PutsRightWhatHappenedWhileNobodyLed) {
  given_both_with(10);
  kill_leader();
  forget_costs();
  api.apply(nth(0), other_spec);
  api.remove(nth(1));
  teleport.put("role-2", role("role-2", other_spec, true));
  teleport.take("role-3");
  api.apply(key("new"), root_spec);
  settle();
  ASSERT_EQ(writes(), 0);
  ASSERT_THAT(teleport.counts, IsEmpty());
  lead(true);
  EXPECT_EQ(login("role-0"), "guest");
  EXPECT_EQ(api.find(nth(1)), nullptr);
  EXPECT_FALSE(teleport.resources.contains("role-1"));
  EXPECT_EQ(login("role-2"), "root");
  EXPECT_EQ(login("role-3"), "root");
  EXPECT_EQ(ready("new"), "True NoError");
  EXPECT_EQ(teleport.counts, (counts{{"get", 5}, {"create", 2}, {"update", 2}, {"remove", 1}}));
  pass(1min);
  EXPECT_THAT(api.events, Contains("DriftHealed"));
}

TEST_F(StandbyReplica, FinishesWhatTheLeaderWasDoing) {
  given_both_with(1);
  teleport.hold = true;
  api.apply(key("half"), root_spec);
  until_open("create");
  teleport.carry_out(0);
  kill_leader();
  teleport.pending.clear();
  teleport.hold = false;
  lead(true);
  EXPECT_EQ(ready("half"), "True NoError");
}

TEST_F(StandbyReplica, AfterAWriteWithoutAStatusItCreatesNothing) {
  given_both_with(1);
  api.refuse = [](const fake_api::asked& one) -> std::optional<k8s::error> {
    if (one.verb != "patch status") return {};
    return k8s::error{k8s::errc::connection, 0, {}, "gone", {}};
  };
  api.apply(key("half"), root_spec);
  settle();
  ASSERT_EQ(login("half"), "root");
  api.refuse = nullptr;
  take_over();
  EXPECT_EQ(ready("half"), "True NoError");
  EXPECT_EQ(teleport.counts["create"], 0);
}

TEST_F(StandbyReplica, CompletesADeletionThatTheLeaderBegan) {
  given_both_with(1);
  teleport.hold = true;
  api.remove(nth(0));
  until_open("remove");
  teleport.carry_out(0);
  kill_leader();
  teleport.pending.clear();
  teleport.hold = false;
  lead(true);
  EXPECT_EQ(api.find(nth(0)), nullptr);
}

TEST_F(StandbyReplica, WhatWasRefusedIsTriedAgain) {
  teleport.refuse = [](const fake_teleport::call& one) -> std::optional<teleport::error> {
    if (one.verb != "create") return {};
    return teleport::error{teleport::errc::bad_parameter, "no such role"};
  };
  apply_many(1);
  start_leader();
  ASSERT_EQ(ready("role-0").substr(0, 5), "False");
  start_standby();
  teleport.refuse = nullptr;
  take_over();
  EXPECT_EQ(ready("role-0"), "True NoError");
}

TEST_F(StandbyReplica, WithoutRevisionsItLooksAtEachOnceAndWritesNothing) {
  teleport.has_revisions = false;
  given_both_with(5);
  take_over();
  EXPECT_EQ(teleport.counts, (counts{{"get", 5}}));
  EXPECT_EQ(writes(), 0);
}

TEST_F(StandbyReplica, AStreamThatBrokeMeanwhileIsMadeUpForByAList) {
  given_both_with(3);
  forget_costs();
  teleport.break_watches();
  teleport.put("role-1", role("role-1", other_spec, true));  // nobody is told
  pass(1min);
  EXPECT_EQ(standby_calls, (counts{{"list", 1}}));
  EXPECT_EQ(login("role-1"), "root");
  take_over();
  EXPECT_THAT(teleport.counts, IsEmpty());
}

// -- claims, vanished ones, Secrets --

TEST_F(StandbyReplica, KnowsWhichOfTwoCRsHasTheResource) {
  api.apply(nth(0), root_spec);
  api.apply({"other", "role-0"}, other_spec,
            [](k8s::object& cr) { cr.creation_timestamp = "2026-02-02T03:04:05Z"; });
  start_leader();
  ASSERT_EQ(api.condition({"other", "role-0"}, "Ready").substr(0, 5), "False");
  start_standby();
  take_over();
  EXPECT_THAT(teleport.counts, IsEmpty());
  EXPECT_THAT(requests(), IsEmpty());
  EXPECT_THAT(api.events, IsEmpty()) << "the leader has said that";
  api.remove(nth(0));
  settle();
  EXPECT_EQ(login("role-0"), "guest") << "the next one has it now";
}

TEST_F(StandbyReplica, ForgetsAVanishedCRWhenTheLeaderHasCleanedUp) {
  given_both_with(2);
  api.vanish(nth(0));
  settle();
  EXPECT_FALSE(teleport.resources.contains("role-0"));
  EXPECT_EQ(hooks.living("object_actor").size(), 1U);
}

TEST_F(StandbyReplica, ForgetsItAlsoWhereNoEventTells) {
  teleport.silent = true;
  given_both_with(2);
  teleport.hold = true;
  api.vanish(nth(0));
  settle();
  let_go();
  pass(1min);
  EXPECT_FALSE(teleport.resources.contains("role-0"));
  EXPECT_EQ(hooks.living("object_actor").size(), 1U);
}

TEST_F(StandbyReplica, CleansUpAfterAVanishedCRThatTheLeaderDidNotGetTo) {
  given_both_with(2);
  kill_leader();
  api.vanish(nth(0));
  settle();
  ASSERT_TRUE(teleport.resources.contains("role-0"));
  lead(true);
  EXPECT_FALSE(teleport.resources.contains("role-0"));
  EXPECT_EQ(hooks.living("object_actor").size(), 1U);
}

TEST_F(StandbyReplica, ReadsSecretsOnlyWhenItLeads) {
  context.env.config.kinds = {teleport::find_kind("TeleportGithubConnector")};
  api.put_secret({"default", "s"}, R"({"key":"aHVudGVyMg=="})");
  api.apply(key(), R"({"client_id":"me","client_secret":"secret://s/key"})");
  start_leader();
  ASSERT_EQ(ready(), "True NoError");
  forget_costs();
  start_standby();
  EXPECT_EQ(api.counts["get secret"], 0);
  take_over();
  EXPECT_EQ(requests(), (counts{{"get", 1}, {"get secret", 1}}));
  EXPECT_THAT(teleport.counts, IsEmpty());
}

// -- what dies --

TEST_F(StandbyReplica, AnActorThatDiedIsThereAgainAndLosesNothing) {
  given_both_with(3);
  kill_newest("object_actor");
  EXPECT_EQ(hooks.living("object_actor").size(), 3U);
  kill_leader();
  api.apply(nth(2), other_spec);
  settle();
  lead(true);
  EXPECT_EQ(login("role-2"), "guest");
}

TEST_F(StandbyReplica, AnActorThatKeepsDyingIsNotShownOnTheCR) {
  start_leader();
  hooks.throws = [](std::string_view, std::string_view point, std::string_view) {
    return point == "pass_begun";
  };
  start_standby();
  apply_many(1);
  pass(1min);
  EXPECT_EQ(ready("role-0"), "True NoError");
  EXPECT_EQ(writes(), 2);
}

TEST_F(StandbyReplica, AServiceThatDiedCostsNothingAtATakeover) {
  given_both_with(5);
  kill_newest("kube_client");
  kill_newest("teleport_client");
  pass(10s);
  take_over();
  EXPECT_THAT(teleport.counts, IsEmpty());
  EXPECT_THAT(requests(), IsEmpty());
}

}  // namespace
}  // namespace actors::testing
