/// What an object makes of news while another process leads, and when this one leads again: which
/// news settle it, and what is looked at after a takeover.

#include <memory>
#include <string>

#include "actors/core/attention.hpp"
#include "support.hpp"

namespace actors::core {
namespace {

using testing::make_cr;
using testing::other_spec;
using testing::remember;
using testing::root_spec;
using testing::stored;
using phase = attention::phase;

class AttentionStandby : public ::testing::Test {
 protected:
  AttentionStandby() { begin_anew(); }

  void begin_anew() {
    mind = attention{};
    mind.leading = false;
    react(mind.on_claim({std::nullopt, {"admin", ""}}));
    settle();
  }

  /// Carries a pass out, as far as it asks nobody; what it ended with.
  verdict pass() {
    EXPECT_EQ(mind.now, phase::waiting_for_slot);
    auto seen = mind.begin();
    seen.kind = &testing::role_kind();
    if (!mind.newest) return end(outcome_of(verdict::standby), seen);
    seen.cr = mind.newest;
    decode_into(seen);
    const auto step = next_step(seen);
    const auto* last = std::get_if<finish>(&step);
    if (last == nullptr) return verdict::failed;
    return end(last->result, seen);
  }
  verdict end(const outcome& result, const observed& seen) {
    ++passes;
    react(mind.ended(result, seen, {}, 0));
    return result.what;
  }
  void react(const reaction& now) {
    EXPECT_FALSE(now.tick_after) << "a timer for each of those that wait";
    asked = asked || now.ask_for_slot;
  }
  void settle() {
    while (mind.now == phase::waiting_for_slot) pass();
  }

  // -- news --
  void shows(const std::string& spec, const std::string& recorded_revision) {
    ++version;
    auto cr = make_cr(spec);
    cr.resource_version = std::to_string(version);
    cr.generation = generation;
    if (!recorded_revision.empty()) remember(cr, stored(spec, recorded_revision));
    react(mind.on_observed(std::make_shared<const k8s::object>(std::move(cr)), false));
    settle();
  }
  /// The user's edit: the record is about the generation before.
  void edits(const std::string& spec, const std::string& recorded_revision) {
    auto cr = make_cr(spec);
    cr.resource_version = std::to_string(++version);
    cr.generation = generation;
    remember(cr, stored(spec == root_spec ? other_spec : root_spec, recorded_revision));
    cr.generation = ++generation;
    react(mind.on_observed(std::make_shared<const k8s::object>(std::move(cr)), false));
    settle();
  }
  void moved(const std::string& revision) {
    react(mind.on_moved({revision, false}, 0));
    settle();
  }
  void deleted() {
    react(mind.on_moved({"", true}, 0));
    settle();
  }
  void listed(const std::string& revision) {
    auto heads = std::make_shared<listed_heads>();
    if (!revision.empty()) heads->emplace(mind.claim->wanted, testing::head_of("v7", revision));
    react(mind.on_list(heads, std::chrono::milliseconds{0}, 0));
    settle();
  }
  void given_in_sync() {
    listed("r1");
    shows(root_spec, "r1");
    ASSERT_TRUE(is_settled(mind.last_verdict));
  }
  /// What the first pass after a takeover would do.
  bool has_work_when_leading() {
    auto copy = mind;
    return copy.on_leadership(true).ask_for_slot;
  }

  attention mind;
  int version = 10;
  std::int64_t generation = 3;
  int passes = 0;
  bool asked = false;
};

TEST_F(AttentionStandby, WhatTheListAndTheRecordAgreeOnIsInSyncAndKeptSmall) {
  given_in_sync();
  EXPECT_EQ(mind.newest, nullptr) << "an idle object keeps versions, not the CR";
  EXPECT_FALSE(has_work_when_leading());
}

TEST_F(AttentionStandby, ANewCRIsInSyncOnceRecordAndEventHaveCome) {
  shows(root_spec, "");
  EXPECT_EQ(mind.last_verdict, verdict::standby);
  EXPECT_TRUE(has_work_when_leading());
  moved("r1");
  EXPECT_TRUE(has_work_when_leading()) << "the leader has not said that it is done";
  shows(root_spec, "r1");
  EXPECT_EQ(mind.last_verdict, verdict::in_sync);
  EXPECT_FALSE(has_work_when_leading());
}

TEST_F(AttentionStandby, TheRecordMayComeBeforeTheEvent) {
  shows(root_spec, "");
  shows(root_spec, "r1");
  EXPECT_TRUE(has_work_when_leading()) << "Teleport has not told of it";
  moved("r1");
  EXPECT_EQ(mind.last_verdict, verdict::in_sync);
  EXPECT_FALSE(has_work_when_leading());
}

TEST_F(AttentionStandby, StatesBetweenCostNoPass) {
  shows(root_spec, "");
  const int before = passes;
  shows(root_spec, "");
  shows(root_spec, "");
  EXPECT_EQ(passes, before);
  EXPECT_NE(mind.newest, nullptr) << "the takeover would have to read it";
}

TEST_F(AttentionStandby, AnEditOfTheCRInEitherOrder) {
  for (const bool event_first : {true, false}) {
    begin_anew();
    given_in_sync();
    edits(other_spec, "r1");
    EXPECT_TRUE(has_work_when_leading());
    if (event_first) moved("r2");
    shows(other_spec, "r2");
    if (!event_first) moved("r2");
    EXPECT_EQ(mind.last_verdict, verdict::in_sync) << event_first;
    EXPECT_FALSE(has_work_when_leading()) << event_first;
  }
}

TEST_F(AttentionStandby, DriftThatNobodyHasPutBackIsWorkForWhoeverLeadsNext) {
  given_in_sync();
  moved("r2");
  EXPECT_TRUE(has_work_when_leading());
}

TEST_F(AttentionStandby, DriftThatTheLeaderHasPutBackIsNone) {
  given_in_sync();
  moved("r2");
  moved("r3");
  shows(root_spec, "r3");
  EXPECT_EQ(mind.last_verdict, verdict::in_sync);
  EXPECT_FALSE(has_work_when_leading());
}

TEST_F(AttentionStandby, AnEchoOfWhatIsRecordedIsNoNews) {
  given_in_sync();
  const int before = passes;
  moved("r1");
  listed("r1");
  EXPECT_EQ(passes, before);
  EXPECT_FALSE(has_work_when_leading());
}

TEST_F(AttentionStandby, ADeletionInTeleport) {
  given_in_sync();
  deleted();
  EXPECT_TRUE(has_work_when_leading());
  moved("r2");
  shows(root_spec, "r2");
  EXPECT_FALSE(has_work_when_leading()) << "the leader has made it anew";
}

TEST_F(AttentionStandby, AListTellsLikeAnEvent) {
  given_in_sync();
  listed("r2");
  EXPECT_TRUE(has_work_when_leading());
  shows(root_spec, "r2");
  EXPECT_FALSE(has_work_when_leading());
  listed("");
  EXPECT_TRUE(has_work_when_leading()) << "it is not in Teleport any more";
}

TEST_F(AttentionStandby, AnOlderListDoesNotUndoWhatIsKnown) {
  given_in_sync();
  edits(other_spec, "r1");
  moved("r2");
  shows(other_spec, "r2");
  listed("r1");
  EXPECT_FALSE(has_work_when_leading());
}

TEST_F(AttentionStandby, WithoutRevisionsEachIsLookedAtAfterATakeover) {
  listed("");
  shows(root_spec, "");
  EXPECT_TRUE(has_work_when_leading());
}

/// The watch may be behind what the former leader has done.
TEST_F(AttentionStandby, ATakeoverReadsACRAnewBeforeItIsWorkedOn) {
  shows(root_spec, "");
  react(mind.on_leadership(true));
  ASSERT_EQ(mind.now, phase::waiting_for_slot);
  EXPECT_EQ(mind.newest, nullptr);
  EXPECT_FALSE(mind.begin().standby);
}

TEST_F(AttentionStandby, WhereTheFinalizerIsMissingItsPatchFindsOut) {
  auto cr = make_cr();
  cr.finalizers.clear();
  react(mind.on_observed(std::make_shared<const k8s::object>(cr), false));
  settle();
  react(mind.on_leadership(true));
  EXPECT_NE(mind.newest, nullptr) << "a read more for each CR that is being made";
}

// -- stepping down --

TEST_F(AttentionStandby, AWriteThatWasHeldBackIsKnownToBeUndone) {
  given_in_sync();
  mind.on_leadership(true);
  edits(other_spec, "r1");
  // The pass that began looks up, and its write is refused.
  observed seen = mind.begin();
  seen.unanswered = unanswered_write{"earlier", "r0", verdict::updated};
  seen.cr = mind.newest;
  mind.looks();
  mind.found("r1");
  mind.writes(seen, verdict::updated);
  mind.was_held_back(seen);
  ASSERT_TRUE(mind.unanswered);
  EXPECT_EQ(mind.unanswered->desired_hash, "earlier") << "that one may have taken effect";
}

TEST_F(AttentionStandby, APassThatWasRefusedIsTriedAgainEvenIfNobodyTells) {
  mind.on_leadership(true);
  auto cr = std::make_shared<const k8s::object>(make_cr());
  mind.on_observed(cr, false);
  ASSERT_EQ(mind.now, phase::waiting_for_slot);
  auto seen = mind.begin();
  seen.cr = cr;
  EXPECT_TRUE(mind.ended(outcome_of(verdict::standby), seen, {}, 0).tick_after)
      << "the permit may be back before anybody knew that it was gone";
  ASSERT_TRUE(mind.on_tick(mind.timer).ask_for_slot);
  seen = mind.begin();
  seen.cr = cr;
  mind.on_leadership(false);
  EXPECT_FALSE(mind.ended(outcome_of(verdict::standby), seen, {}, 0).tick_after);
  EXPECT_NE(mind.newest, nullptr);
}

TEST_F(AttentionStandby, WhatALookFoundIsNotForgottenWhenTheWriteIsRefused) {
  given_in_sync();
  mind.on_leadership(true);
  ASSERT_TRUE(mind.on_moved({"r2", false}, 0).ask_for_slot);
  auto cr = make_cr();
  cr.resource_version = "50";
  remember(cr, stored(root_spec, "r1"));
  auto seen = mind.begin();
  mind.saw(std::make_shared<const k8s::object>(cr));
  seen.cr = mind.newest;
  mind.looks();
  mind.found("r2");
  mind.on_leadership(false);
  mind.ended(outcome_of(verdict::standby), seen, {}, 0);
  moved("r2");  // an echo by now
  version = 50;
  shows(root_spec, "r1");
  EXPECT_TRUE(has_work_when_leading()) << "the drift is still there";
}

TEST_F(AttentionStandby, LeadershipThatComesWhileAPassRunsIsNotMissed) {
  auto cr = make_cr();
  cr.deletion_timestamp = "2026-01-03T00:00:00Z";
  ASSERT_TRUE(mind.on_observed(std::make_shared<const k8s::object>(cr), true).ask_for_slot);
  auto seen = mind.begin();
  seen.cr = mind.newest;
  EXPECT_FALSE(mind.on_leadership(true).ask_for_slot);
  EXPECT_TRUE(mind.ended(outcome_of(verdict::standby), seen, {}, 0).ask_for_slot);
}

TEST_F(AttentionStandby, AVanishedCRIsLookedAfterNowAndThen) {
  auto cr = make_cr();
  cr.deletion_timestamp = "2026-01-03T00:00:00Z";
  ASSERT_TRUE(mind.on_observed(std::make_shared<const k8s::object>(cr), true).ask_for_slot);
  auto seen = mind.begin();
  EXPECT_TRUE(seen.standby && seen.vanished);
  seen.cr = mind.newest;
  EXPECT_TRUE(mind.ended(outcome_of(verdict::standby), seen, {}, 0).tick_after);
  EXPECT_TRUE(mind.on_moved({"", true}, 0).ask_for_slot) << "the leader has deleted it";
}

}  // namespace
}  // namespace actors::core
