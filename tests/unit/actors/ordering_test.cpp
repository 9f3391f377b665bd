/// Who waits for whom: a resource that Teleport refuses for want of another, or since another is in
/// its way, is looked at again as soon as that other one has moved. `settle` fires no timer: what
/// is in place after it did not wait for a back-off.

#include <gmock/gmock.h>

#include "teleport/references.hpp"
#include "tests/unit/actors/support/operator_world.hpp"

namespace actors::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

class Ordering : public operator_world {
 protected:
  Ordering() {
    context.env.config.kinds = {
        teleport::find_kind("TeleportRoleV7"), teleport::find_kind("TeleportUser"),
        teleport::find_kind("TeleportBotV1"), teleport::find_kind("TeleportProvisionToken")};
    api.kinds_apart = true;
    teleport.refuse = [this](const auto& call) { return refusal_of(call); };
  }

  void apply_role(const std::string& name) { api.apply(key(name), root_spec); }
  void apply(const std::string& cr_kind, const std::string& version, const std::string& name,
             const std::string& spec) {
    api.apply(key(name), spec, [&](k8s::object& cr) {
      cr.kind = cr_kind;
      cr.api_version = "resources.teleport.dev/" + version;
    });
  }
  /// `roles`: the elements of a JSON list.
  void apply_user(const std::string& name, const std::string& roles) {
    apply("TeleportUser", "v2", name, R"({"roles":[)" + roles + "]}");
  }
  void apply_token(const std::string& name, const std::string& bot) {
    apply("TeleportProvisionToken", "v2", name,
          R"({"roles":["Bot"],"join_method":"token","bot_name":")" + bot + "\"}");
  }
  bool in_teleport(const std::string& name) const { return teleport.resources.contains(name); }
  bool gone(const std::string& name) const {
    return !in_teleport(name) && api.find(key(name)) == nullptr;
  }

  /// As Teleport: what a user, or a token, names must be there; what a user names can't be deleted.
  std::optional<teleport::error> refusal_of(const fake_teleport::call& call) const {
    if (silent_refusals) return teleport::error{teleport::errc::bad_parameter, "no, not now"};
    if (call.verb == "remove") return removal_refusal(call.name);
    if (!call.desired) return {};
    for (const auto& one : teleport::references_in(*call.desired)) {
      if (!in_teleport(one.name))
        return teleport::error{teleport::errc::not_found, to_string(one) + " is not found"};
    }
    return {};
  }
  std::optional<teleport::error> removal_refusal(const std::string& name) const {
    for (const auto& [text, one] : teleport.resources) {
      if (one.of_kind().refers.teleport_kind.empty()) continue;
      const auto names = teleport::texts_at(one.message(), one.of_kind().refers.field);
      if (std::find(names.begin(), names.end(), name) != names.end())
        return teleport::error{teleport::errc::bad_parameter, "the role is still in use"};
    }
    return {};
  }

  bool silent_refusals = false;  ///< every write is refused, by a text that says nothing
};

// -- what is not there yet --

TEST_F(Ordering, AUserIsMadeAsSoonAsItsRoleIsThere) {
  start();
  apply_user("alice", R"("late")");
  settle();
  EXPECT_EQ(ready("alice"), "False TeleportError");
  apply_role("late");
  settle();
  EXPECT_EQ(ready("alice"), "True NoError");
  EXPECT_TRUE(in_teleport("alice"));
  EXPECT_EQ(teleport.counts["create"], 3) << "the refused one, the role, the user";
  EXPECT_EQ(context.log.count("awaited-moved"), 1U);
}

TEST_F(Ordering, ItDoesNotMatterWhoMakesTheRole) {
  start();
  apply_user("alice", R"("late")");
  settle();
  teleport.put("late", role("late", root_spec, false));
  settle();
  EXPECT_EQ(ready("alice"), "True NoError");
}

TEST_F(Ordering, TheRefusalIsShownOnceAndThenReady) {
  start();
  apply_user("alice", R"("late")");
  settle();
  EXPECT_THAT(api.events, ElementsAre("TeleportError"));
  apply_role("late");
  settle();
  EXPECT_EQ(ready("alice"), "True NoError");
  EXPECT_EQ(api.counts["patch status"], 3) << "two of the user, one of the role";
  EXPECT_EQ(std::count(api.events.begin(), api.events.end(), "Created"), 2);
  EXPECT_EQ(std::count(api.events.begin(), api.events.end(), "TeleportError"), 1);
}

TEST_F(Ordering, AnEditThatNamesAMissingRoleWaitsForItToo) {
  start();
  apply_role("early");
  apply_user("alice", R"("early")");
  settle();
  ASSERT_EQ(ready("alice"), "True NoError");
  teleport.counts.clear();
  apply_user("alice", R"("early","late")");
  settle();
  EXPECT_EQ(ready("alice"), "False TeleportError");
  EXPECT_EQ(teleport.counts["update"], 1) << "taken for a race";
  apply_role("late");
  settle();
  EXPECT_EQ(ready("alice"), "True NoError");
}

TEST_F(Ordering, TwoMissingRolesAreWaitedForOneAfterTheOther) {
  start();
  apply_user("alice", R"("one","two")");
  settle();
  apply_role("two");
  settle();
  EXPECT_EQ(ready("alice"), "False TeleportError");
  apply_role("one");
  settle();
  EXPECT_EQ(ready("alice"), "True NoError");
}

TEST_F(Ordering, AKindWithoutEventsIsAwaitedByOurOwnWrites) {
  teleport.silent = true;
  start();
  apply_token("join", "ci");
  settle();
  EXPECT_EQ(ready("join"), "False TeleportError");
  apply("TeleportBotV1", "v1", "ci", R"({"roles":[]})");
  settle();
  EXPECT_EQ(ready("ci"), "True NoError");
  EXPECT_EQ(ready("join"), "True NoError");
}

TEST_F(Ordering, AWholeChainFallsIntoPlaceFromItsEnd) {
  start();
  apply_token("join", "ci");
  apply("TeleportBotV1", "v1", "ci", R"({"roles":["deploy"]})");
  settle();
  EXPECT_EQ(ready("join"), "False TeleportError");
  EXPECT_EQ(ready("ci"), "False TeleportError");
  apply_role("deploy");
  settle();
  EXPECT_EQ(ready("ci"), "True NoError");
  EXPECT_EQ(ready("join"), "True NoError");
}

TEST_F(Ordering, ARefusalThatNamesNothingIsTriedAgainByBackOff) {
  start();
  silent_refusals = true;
  apply_user("alice", R"("late")");
  settle();
  silent_refusals = false;
  apply_role("late");
  settle();
  EXPECT_EQ(ready("alice"), "False TeleportError") << "nobody knows what it waits for";
  pass(3s);
  EXPECT_EQ(ready("alice"), "True NoError");
}

TEST_F(Ordering, WhatMovesWhileTheRefusalIsBeingWrittenIsNotMissed) {
  start();
  apply_user("alice", R"("late")");
  api.hold = true;
  settle();
  while (!api.pending.empty() && api.pending.front().verb != "patch status") {
    api.answer(0);
    settle();
  }
  ASSERT_FALSE(api.pending.empty());
  ASSERT_EQ(teleport.counts["create"], 1);
  advance(1ms);
  teleport.put("late", role("late", root_spec, true));
  settle();
  api.hold = false;
  while (!api.pending.empty()) api.answer(0);
  settle();
  EXPECT_EQ(ready("alice"), "True NoError");
}

TEST_F(Ordering, WhatMovesWhileTheStreamIsBrokenIsNotMissed) {
  start();
  apply_user("alice", R"("late")");
  settle();
  teleport.refuse_watch = teleport::error{teleport::errc::connection, "no stream"};
  teleport.break_watches();
  teleport.put("late", role("late", root_spec, true));
  settle();
  ASSERT_EQ(ready("alice"), "False TeleportError");
  teleport.refuse_watch.reset();
  pass(600ms);  // the stream is opened again; the user's own back-off is longer
  EXPECT_EQ(ready("alice"), "True NoError");
}

TEST_F(Ordering, ASupervisorThatDiesTakesNothingAlong) {
  start();
  apply_user("alice", R"("late")");
  settle();
  for (const auto& one : hooks.living("kind_supervisor"))
    self()->send_exit(one, caf::exit_reason::kill);
  settle();
  ASSERT_EQ(ready("alice"), "False TeleportError");
  apply_role("late");
  settle();
  EXPECT_EQ(ready("alice"), "True NoError");
}

TEST_F(Ordering, ACRThatIsGoneIsNotWaitedWith) {
  start();
  apply_user("alice", R"("late")");
  settle();
  api.remove(key("alice"));
  settle();
  ASSERT_TRUE(gone("alice"));
  hooks.points.clear();
  apply_role("late");
  settle();
  EXPECT_FALSE(in_teleport("alice"));
  EXPECT_EQ(std::count(hooks.points.begin(), hooks.points.end(), "kind_supervisor:awaited_came"),
            0);
}

TEST_F(Ordering, ManyThatWaitForOneAreWokenOnceAndKeepInLine) {
  start();
  constexpr int many = 300;
  for (int i = 0; i < many; ++i) apply_user("user" + std::to_string(i), R"("late")");
  settle();
  EXPECT_EQ(teleport.counts["create"], many);
  teleport.hold = true;
  teleport.put("late", role("late", root_spec, true));
  std::size_t most = 0;
  for (settle(); !teleport.pending.empty(); settle()) {
    most = std::max(most, teleport.pending.size());
    teleport.answer(0);
  }
  EXPECT_LE(most, context.env.config.slots_per_kind);
  EXPECT_EQ(teleport.counts["create"], 2 * many) << "some were tried more than once";
  for (int i = 0; i < many; ++i) ASSERT_EQ(ready("user" + std::to_string(i)), "True NoError") << i;
}

// -- what is in the way of a deletion --

class DeletionOrder : public Ordering {
 protected:
  void given_a_role_with_users(const std::vector<std::string>& users) {
    apply_role("held");
    start();
    for (const auto& name : users) apply_user(name, R"("held")");
    settle();
    for (const auto& name : users) ASSERT_EQ(ready(name), "True NoError");
    teleport.counts.clear();
  }
};

TEST_F(DeletionOrder, ARoleGoesAsSoonAsItsUserIsGone) {
  given_a_role_with_users({"alice"});
  api.remove(key("held"));
  settle();
  EXPECT_EQ(ready("held"), "False DeletionBlocked");
  api.remove(key("alice"));
  settle();
  EXPECT_TRUE(gone("alice"));
  EXPECT_TRUE(gone("held"));
  EXPECT_EQ(teleport.counts["remove"], 3);
}

TEST_F(DeletionOrder, DeletedTogetherTheyGoTogether) {
  given_a_role_with_users({"alice", "bob"});
  for (const auto* name : {"held", "alice", "bob"}) api.remove(key(name));
  settle();
  for (const auto* name : {"held", "alice", "bob"}) EXPECT_TRUE(gone(name)) << name;
}

TEST_F(DeletionOrder, WithSeveralUsersTheLastOneFreesIt) {
  given_a_role_with_users({"alice", "bob"});
  api.remove(key("held"));
  settle();
  api.remove(key("alice"));
  settle();
  EXPECT_EQ(ready("held"), "False DeletionBlocked");
  EXPECT_EQ(teleport.counts["remove"], 2) << "tried although bob has it";
  api.remove(key("bob"));
  settle();
  EXPECT_TRUE(gone("held"));
}

TEST_F(DeletionOrder, AUserThatLosesTheRoleFreesIt) {
  given_a_role_with_users({"alice"});
  api.remove(key("held"));
  settle();
  apply_user("alice", "");
  settle();
  EXPECT_TRUE(gone("held"));
  EXPECT_EQ(ready("alice"), "True NoError");
}

TEST_F(DeletionOrder, ItDoesNotMatterWhoDeletesTheUser) {
  given_a_role_with_users({});
  apply_user("alice", R"("held")");
  settle();
  api.annotate(key("alice"), "teleport.dev/ignore", "true");
  api.remove(key("held"));
  settle();
  EXPECT_EQ(ready("held"), "False DeletionBlocked");
  teleport.take("alice");
  settle();
  EXPECT_TRUE(gone("held"));
}

TEST_F(DeletionOrder, AUserThatGoesWhileItIsLookedForDoesNotCostABackOff) {
  given_a_role_with_users({"alice"});
  api.annotate(key("alice"), "teleport.dev/ignore", "true");
  settle();
  teleport.hold = true;
  api.remove(key("held"));
  until_open("list");
  teleport.resources.erase("alice");
  let_go();
  EXPECT_TRUE(gone("held"));
  EXPECT_EQ(teleport.counts["remove"], 2);
}

}  // namespace
}  // namespace actors::testing
