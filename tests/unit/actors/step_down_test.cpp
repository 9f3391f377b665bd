/// A replica that leads no more: what is under way ends without a word, and what others do
/// meanwhile is seen.

#include <gmock/gmock.h>

#include "tests/unit/actors/support/two_replicas.hpp"

namespace actors::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;

/// The replica of operator_world leads first; no other one runs.
class StepDown : public two_replicas {
 protected:
  /// Writes are refused as by the fence, or carried out again.
  void close_fence(bool closed) {
    if (!closed) {
      teleport.refuse = nullptr;
      api.refuse = nullptr;
      return;
    }
    teleport.refuse = [](const fake_teleport::call& one) -> std::optional<teleport::error> {
      if (one.verb == "get" || one.verb == "list") return {};
      return teleport::error{teleport::errc::not_leading, "this process does not lead"};
    };
    api.refuse = [](const fake_api::asked& one) -> std::optional<k8s::error> {
      if (one.verb.find("patch") == std::string::npos) return {};
      return k8s::error{k8s::errc::not_leading, 0, {}, "this process does not lead", {}};
    };
  }
  void step_down() {
    close_fence(true);
    tell_kinds(false);
  }
  void lead_again() {
    close_fence(false);
    tell_kinds(true);
  }
  void given_in_sync() {
    api.apply(key(), root_spec);
    start();
    ASSERT_EQ(ready(), "True NoError");
    forget_costs();
  }
  std::string login(const std::string& name = "admin") const {
    const auto found = teleport.resources.find(name);
    return found == teleport.resources.end() ? std::string{} : login_of(found->second);
  }
  double errors() const {
    return context.metric("controller_runtime_reconcile_errors_total", {"teleportrolev7"});
  }
  double running() const {
    return context.metric("controller_runtime_active_workers", {"teleportrolev7"});
  }
};

/// Wherever the pass is when the permit goes, it ends there.
TEST_F(StepDown, APassUnderWayEndsWithoutAWord) {
  for (const auto* open : {"get", "update"}) {
    SCOPED_TRACE(open);
    if (!root) given_in_sync();
    const auto before = api.find(key())->status;
    forget_costs();
    teleport.hold = true;
    api.apply(key(), login() == "root" ? other_spec : root_spec);
    until_open(open);
    step_down();
    let_go();
    pass(1min);
    EXPECT_EQ(api.find(key())->status, before);
    EXPECT_EQ(api.counts["patch"] + api.counts["patch status"], 0);
    EXPECT_THAT(api.events, IsEmpty());
    EXPECT_EQ(errors(), 0);
    EXPECT_EQ(running(), 0) << "a slot is lost";
    lead_again();
    EXPECT_EQ(ready(), "True NoError");
    EXPECT_EQ(api.find(key())->status.conditions.front().observed_generation,
              api.find(key())->generation);
  }
}

TEST_F(StepDown, ADeletionUnderWayEndsWithoutAWord) {
  given_in_sync();
  teleport.hold = true;
  api.remove(key());
  until_open("get");
  step_down();
  let_go();
  pass(1min);
  ASSERT_NE(api.find(key()), nullptr);
  EXPECT_EQ(ready(), "True NoError");
  EXPECT_THAT(api.events, IsEmpty());
  lead_again();
  EXPECT_EQ(api.find(key()), nullptr);
  EXPECT_THAT(teleport.resources, IsEmpty());
}

TEST_F(StepDown, AStatusThatCouldNotBeWrittenIsWrittenLater) {
  given_in_sync();
  teleport.hold = true;
  api.apply(key(), other_spec);
  until_open("update");
  teleport.carry_out(0);
  step_down();
  let_go();
  pass(1min);
  EXPECT_EQ(login(), "guest");
  lead_again();
  EXPECT_EQ(ready(), "True NoError");
  EXPECT_EQ(api.find(key())->status.fields.at("teleportRevision"), teleport.revision_of("admin"));
}

TEST_F(StepDown, AllSlotsAreThereAgain) {
  context.env.config.slots_per_kind = 2;
  start();
  teleport.hold = true;
  for (int i = 0; i < 6; ++i) api.apply(key("role-" + std::to_string(i)), root_spec);
  settle();
  step_down();
  let_go();
  pass(1min);
  EXPECT_EQ(running(), 0);
  EXPECT_THAT(teleport.resources, IsEmpty());
  lead_again();
  EXPECT_EQ(teleport.resources.size(), 6U);
}

TEST_F(StepDown, WithoutChangesLeadingAgainCostsNothing) {
  given_in_sync();
  step_down();
  pass(10min);
  lead_again();
  EXPECT_THAT(requests(), IsEmpty());
  EXPECT_EQ(teleport.counts["get"] + teleport.counts["list"], 0);
}

TEST_F(StepDown, WhatSomebodyElseChangedMeanwhileIsSeen) {
  given_in_sync();
  for (const auto* name : {"edited", "deleted", "drifted", "taken"})
    api.apply(key(name), root_spec);
  settle();
  step_down();
  api.apply(key("edited"), other_spec);
  api.remove(key("deleted"));
  teleport.put("drifted", role("drifted", other_spec, true));
  teleport.take("taken");
  pass(1min);
  EXPECT_EQ(login("edited"), "root");
  EXPECT_EQ(login("drifted"), "guest");
  lead_again();
  EXPECT_EQ(login("edited"), "guest");
  EXPECT_EQ(api.find(key("deleted")), nullptr);
  EXPECT_EQ(login("drifted"), "root");
  EXPECT_EQ(login("taken"), "root");
}

TEST_F(StepDown, WhatANewLeaderDidMeanwhileIsNotDoneAgain) {
  given_in_sync();
  api.leases.hold_by("leader");  // it is about to start
  settle();
  start_leader();
  api.apply(key(), other_spec);
  api.apply(key("new"), root_spec);
  settle();
  ASSERT_EQ(ready("new"), "True NoError");
  take_over();
  EXPECT_EQ(api.counts["get"] + api.counts["patch status"], 0);
  EXPECT_THAT(teleport.counts, IsEmpty());
}

TEST_F(StepDown, AWriteWithoutAnAnswerIsFoundWhenItLeadsAgain) {
  given_in_sync();
  teleport.hold = true;
  api.apply(key(), other_spec);
  until_open("update");
  teleport.carry_out(0);
  step_down();
  teleport.answer(0, teleport::error{teleport::errc::timeout, "no answer"});
  let_go();
  pass(1min);
  lead_again();
  EXPECT_EQ(ready(), "True NoError");
  EXPECT_EQ(teleport.counts["update"], 1) << "the write is repeated";
}

/// The permit can be gone for a moment, and nobody tells.
TEST_F(StepDown, ARefusalAloneIsTriedAgain) {
  given_in_sync();
  close_fence(true);
  api.apply(key(), other_spec);
  pass(5s);
  EXPECT_EQ(login(), "root");
  EXPECT_EQ(ready(), "True NoError");
  EXPECT_EQ(errors(), 0);
  EXPECT_THAT(api.events, IsEmpty());
  close_fence(false);
  pass(1min);
  EXPECT_EQ(login(), "guest");
}

}  // namespace
}  // namespace actors::testing
