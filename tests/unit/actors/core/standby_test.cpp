/// What a pass does while another process leads: table tests of next_step.

#include "actors/core/standby.hpp"

#include "actors/core/cr_marks.hpp"
#include "support.hpp"

namespace actors::core {
namespace {

using testing::foreign;
using testing::make_cr;
using testing::other_spec;
using testing::remember;
using testing::root_spec;
using testing::see;
using testing::stored;
using testing::to_text;

/// In sync, as the leader left it.
k8s::object settled_cr() {
  auto cr = make_cr();
  remember(cr, stored(root_spec, "r1"));
  return cr;
}

std::string next_while_standing_by(k8s::object cr, const std::string& there) {
  auto seen = see(std::move(cr));
  seen.standby = true;
  seen.there = there;
  return to_text(next_step(seen));
}

TEST(Standby, WhatTheLeaderRecordedAndTeleportConfirmsIsInSync) {
  EXPECT_EQ(next_while_standing_by(settled_cr(), "r1"), "finish in_sync");
}

TEST(Standby, TheRecordAloneIsNotBelieved) {
  EXPECT_EQ(next_while_standing_by(settled_cr(), ""), "finish standby") << "nothing was told";
  EXPECT_EQ(next_while_standing_by(settled_cr(), "r2"), "finish standby") << "it has moved since";
}

TEST(Standby, WhatTheLeaderHasNotDoneYetIsLeftToIt) {
  EXPECT_EQ(next_while_standing_by(make_cr(), "r1"), "finish standby") << "never written";
  auto edited = settled_cr();
  edited.spec = other_spec;
  EXPECT_EQ(next_while_standing_by(edited, "r1"), "finish standby") << "another content";
  auto touched = settled_cr();
  ++touched.generation;
  EXPECT_EQ(next_while_standing_by(touched, "r1"), "finish standby") << "not said to be Ready";
  auto failed = settled_cr();
  failed.status.conditions.front().status = "False";
  EXPECT_EQ(next_while_standing_by(failed, "r1"), "finish standby");
  auto fresh = make_cr();
  fresh.finalizers.clear();
  EXPECT_EQ(next_while_standing_by(fresh, ""), "finish standby");
  auto pruned = settled_cr();
  pruned.status.fields.clear();
  EXPECT_EQ(next_while_standing_by(pruned, ""), "finish standby") << "by a CRD without the fields";
}

TEST(Standby, ADeletionIsLeftToTheLeader) {
  auto cr = settled_cr();
  cr.deletion_timestamp = "2026-01-03T00:00:00Z";
  EXPECT_EQ(next_while_standing_by(cr, "r1"), "finish standby");
  for (const auto* annotation : {words::keep_annotation, words::ignore_annotation}) {
    auto marked = cr;
    marked.annotations[annotation] = "true";
    EXPECT_EQ(next_while_standing_by(marked, "r1"), "finish standby") << annotation;
  }
  cr.finalizers.clear();
  EXPECT_EQ(next_while_standing_by(cr, "r1"), "finish untouched");
}

TEST(Standby, WhatNeedsNoCallIsToldByTheCRAlone) {
  auto ignored = make_cr();
  ignored.annotations[words::ignore_annotation] = "true";
  EXPECT_EQ(next_while_standing_by(ignored, ""), "finish ignored");
  auto seen = see(settled_cr());
  seen.standby = true;
  seen.held_by = "TeleportRoleV6 default/admin";
  EXPECT_EQ(to_text(next_step(seen)), "finish claimed");
  seen.held_by.reset();
  seen.claimed.name = "before";
  EXPECT_EQ(to_text(next_step(seen)), "finish unclaimed");
}

/// Nobody else would ever tell, where its kind has no events.
TEST(Standby, ACRThatVanishedIsLookedAfterUntilItsResourceIsGone) {
  auto cr = settled_cr();
  cr.deletion_timestamp = "2026-01-03T00:00:00Z";
  auto seen = see(std::move(cr));
  seen.standby = seen.vanished = true;
  EXPECT_EQ(to_text(next_step(seen)), "look_up");
  seen.looked_up = true;
  EXPECT_EQ(to_text(next_step(seen)), "finish released");
  seen.existing = stored(root_spec, "r1");
  EXPECT_EQ(to_text(next_step(seen)), "finish standby") << "the leader deletes it";
  seen.existing = foreign(root_spec, "r1");
  EXPECT_EQ(to_text(next_step(seen)), "finish released") << "it is not ours";
  seen.teleport_failure = teleport::error{teleport::errc::connection, "no"};
  EXPECT_EQ(to_text(next_step(seen)), "finish standby");
}

TEST(Standby, SpecsAreReadOnlyWhereThatCanSettle) {
  const auto decoded = [](k8s::object cr) {
    observed seen;
    seen.kind = &testing::role_kind();
    seen.standby = true;
    seen.cr = std::make_shared<const k8s::object>(std::move(cr));
    decode_into(seen);
    EXPECT_EQ(seen.target.key.name, "admin");
    return seen.desired.has_value();
  };
  EXPECT_TRUE(decoded(settled_cr()));
  EXPECT_FALSE(decoded(make_cr())) << "10,000 new ones would cost what they cost the leader";
}

TEST(Standby, AWriteThatIsRefusedSinceAnotherLeadsEndsThePass) {
  for (const bool deleting : {false, true}) {
    auto cr = settled_cr();
    if (deleting) cr.deletion_timestamp = "2026-01-03T00:00:00Z";
    auto seen = see(cr);
    seen.looked_up = true;
    seen.existing = stored(other_spec, "r2");
    seen.teleport_failure = teleport::error{teleport::errc::not_leading, "not leading"};
    EXPECT_EQ(to_text(next_step(seen)), "finish standby");
    seen.teleport_failure.reset();
    seen.kubernetes_failure = k8s::error{k8s::errc::not_leading, 0, {}, "not leading", {}};
    EXPECT_EQ(to_text(next_step(seen)), "finish standby");
  }
}

/// Such as one with Secrets, which only the leader reads.
TEST(Standby, TheFirstPassAfterItBelievesTheRecordToo) {
  auto seen = see(settled_cr());
  seen.there = "r1";
  EXPECT_EQ(to_text(next_step(seen)), "finish in_sync");
  seen.there = "r2";
  EXPECT_EQ(to_text(next_step(seen)), "look_up");
}

}  // namespace
}  // namespace actors::core
