/// The life of one CR through the real actor tree: created, edited, deleted, and what it costs.

#include <gmock/gmock.h>

#include "tests/unit/actors/support/operator_world.hpp"

namespace actors::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;

class ObjectLifecycle : public operator_world {
 protected:
  void given_in_sync() {
    start();
    api.apply(key(), root_spec);
    settle();
    ASSERT_EQ(ready(), "True NoError");
    api.counts.clear();
    teleport.counts.clear();
    api.events.clear();
  }
};

TEST_F(ObjectLifecycle, ANewCrCostsTwoWritesAndTwoCalls) {
  start();
  teleport.counts.clear();
  api.apply(key(), root_spec);
  settle();
  EXPECT_EQ(login_of(teleport.resources.at("admin")), "root");
  EXPECT_EQ(ready(), "True NoError");
  EXPECT_EQ(api.condition(key(), "TeleportResourceOwned"), "True NewResource");
  EXPECT_EQ(api.counts["patch"], 1);
  EXPECT_EQ(api.counts["patch status"], 1);
  EXPECT_EQ(api.counts["get"], 0);
  EXPECT_EQ(teleport.counts, (std::map<std::string, int>{{"get", 1}, {"create", 1}}));
  pass(1h);
  EXPECT_EQ(writes(), 2);
  EXPECT_THAT(api.events, ElementsAre("Created"));
}

TEST_F(ObjectLifecycle, AnEditCostsOneWriteOnEachSide) {
  given_in_sync();
  api.apply(key(), other_spec);
  settle();
  EXPECT_EQ(login_of(teleport.resources.at("admin")), "guest");
  EXPECT_EQ(writes(), 1);
  EXPECT_EQ(teleport.counts, (std::map<std::string, int>{{"get", 1}, {"update", 1}}));
  EXPECT_EQ(api.find(key())->status.fields.at("observedGeneration"), "2");
}

TEST_F(ObjectLifecycle, AForeignAnnotationCostsNoWrite) {
  given_in_sync();
  api.annotate(key(), "example.com/x", "y");
  settle();
  EXPECT_EQ(writes(), 0);
  EXPECT_EQ(teleport.counts["update"], 0);
}

TEST_F(ObjectLifecycle, ADeletionTakesTheResourceFirst) {
  given_in_sync();
  teleport.hold = true;
  api.remove(key());
  settle();
  teleport.answer(0);  // the look-up
  settle();
  ASSERT_EQ(teleport.pending.size(), 1U);
  EXPECT_EQ(teleport.pending.front().verb, "remove");
  EXPECT_NE(api.find(key()), nullptr) << "released before Teleport answered";
  teleport.answer(0);
  settle();
  EXPECT_EQ(api.find(key()), nullptr);
  EXPECT_TRUE(teleport.resources.empty());
  EXPECT_TRUE(hooks.living("object_actor").empty());
  pass(1min);
  EXPECT_THAT(api.events, ElementsAre("Deleted"));
}

// The memory of an actor is freed with the last reference to it, be it a weak one, such as that of
// a list of who monitors whom.
TEST_F(ObjectLifecycle, NothingKeepsTheMemoryOfADeadActor) {
  given_in_sync();
  kill_newest("object_actor");
  settle();
  api.remove(key());
  settle();
  pass(1h);
  ASSERT_GE(hooks.count("object_actor"), 2U);
  for (const auto& one : hooks.all) {
    if (one.type != "object_actor") continue;
    const auto ours = caf::actor_cast<caf::weak_actor_ptr>(one.who);
    EXPECT_EQ(ours->strong_refs, 0U);
    EXPECT_EQ(ours->weak_refs, 2U) << "more than the two of this test";
  }
}

TEST_F(ObjectLifecycle, ABlockedDeletionSaysWhyAndGoesOnWhenFreed) {
  given_in_sync();
  bool in_use = true;
  teleport.refuse = [&](const auto& call) -> std::optional<teleport::error> {
    if (call.verb == "remove" && in_use) {
      return teleport::error{teleport::errc::bad_parameter, "role is used by bob"};
    }
    return {};
  };
  api.remove(key());
  settle();
  EXPECT_EQ(ready(), "False DeletionBlocked");
  EXPECT_EQ(teleport.counts["remove"], 2) << "once more, since nobody was found to be in the way";
  pass(1h);
  EXPECT_LE(teleport.counts["remove"], 24) << "retries too often";
  EXPECT_GE(teleport.counts["remove"], 8) << "gave up";
  EXPECT_EQ(api.counts["patch status"], 1);
  in_use = false;
  pass(11min);
  EXPECT_EQ(api.find(key()), nullptr);
  EXPECT_THAT(api.events, Contains("DeletionBlocked"));
}

TEST_F(ObjectLifecycle, AnInvalidSpecIsSaidOnceAndNothingIsSent) {
  start();
  teleport.counts.clear();
  api.apply(key(), R"({"nonsense":1})");
  settle();
  EXPECT_EQ(api.condition(key(), "ValidStructure"), "False FailedToDecode");
  pass(2h);
  EXPECT_EQ(teleport_calls(), 0);
  EXPECT_EQ(api.counts["patch status"], 1);
  api.apply(key(), root_spec);
  settle();
  EXPECT_EQ(ready(), "True NoError");
}

TEST_F(ObjectLifecycle, ARefusalIsRetriedSlowlyAndWrittenOnce) {
  start();
  teleport.refuse = [](const auto& call) -> std::optional<teleport::error> {
    if (call.verb == "create") return teleport::error{teleport::errc::bad_parameter, "bad trait"};
    return {};
  };
  api.apply(key(), root_spec);
  pass(1h);
  EXPECT_EQ(ready(), "False TeleportError");
  EXPECT_EQ(api.counts["patch status"], 1);
  EXPECT_LE(teleport.counts["create"], 24);
  EXPECT_GE(teleport.counts["create"], 8);
  api.apply(key(), other_spec);
  teleport.refuse = nullptr;
  settle();
  EXPECT_EQ(ready(), "True NoError") << "an edit is not worked on at once";
}

TEST_F(ObjectLifecycle, IgnoreStopsAndItsEndGoesOn) {
  given_in_sync();
  api.annotate(key(), "teleport.dev/ignore", "true");
  api.apply(key(), other_spec);
  settle();
  EXPECT_EQ(teleport_calls(), 0);
  EXPECT_EQ(writes(), 0);
  api.annotate(key(), "teleport.dev/ignore", "false");
  settle();
  EXPECT_EQ(login_of(teleport.resources.at("admin")), "guest");
}

TEST_F(ObjectLifecycle, AnIgnoredCrCanBeDeletedAndLeavesTheResource) {
  given_in_sync();
  api.annotate(key(), "teleport.dev/ignore", "true");
  settle();
  api.remove(key());
  settle();
  EXPECT_EQ(api.find(key()), nullptr);
  EXPECT_EQ(teleport.resources.count("admin"), 1U);
  EXPECT_EQ(teleport_calls(), 0);
}

TEST_F(ObjectLifecycle, KeepLeavesTheResource) {
  given_in_sync();
  api.annotate(key(), "teleport.dev/keep", "true");
  settle();
  teleport.counts.clear();
  api.remove(key());
  settle();
  EXPECT_EQ(api.find(key()), nullptr);
  EXPECT_EQ(teleport.resources.count("admin"), 1U);
  EXPECT_EQ(teleport_calls(), 0);
}

TEST_F(ObjectLifecycle, AForeignResourceIsRefusedUntilAdopted) {
  teleport.put("admin", role("admin", other_spec, false));
  start();
  api.apply(key(), root_spec);
  settle();
  EXPECT_EQ(api.condition(key(), "TeleportResourceOwned"), "False OriginLabelNotMatching");
  EXPECT_EQ(login_of(teleport.resources.at("admin")), "guest");
  api.annotate(key(), "teleport.dev/adopt", "true");
  settle();
  EXPECT_EQ(ready(), "True NoError");
  EXPECT_EQ(login_of(teleport.resources.at("admin")), "root");
  pass(1min);
  EXPECT_THAT(api.events, Contains("Adopted"));
}

TEST_F(ObjectLifecycle, DeletingACrDoesNotTouchAForeignResource) {
  teleport.put("admin", role("admin", other_spec, false));
  start();
  api.apply(key(), root_spec);
  settle();
  api.remove(key());
  settle();
  EXPECT_EQ(api.find(key()), nullptr);
  EXPECT_EQ(teleport.counts["remove"], 0);
  EXPECT_EQ(teleport.resources.count("admin"), 1U);
}

TEST_F(ObjectLifecycle, AFinalizerPatchedAwayByAPersonLeavesTheResource) {
  given_in_sync();
  auto kube = api.make_client();
  kube->patch({{}, key(), "", R"({"metadata":{"finalizers":[]}})"}, [](const auto&) {});
  api.remove(key());
  settle();
  EXPECT_EQ(teleport.resources.count("admin"), 1U);
  EXPECT_EQ(teleport.counts["remove"], 0);
}

}  // namespace
}  // namespace actors::testing
