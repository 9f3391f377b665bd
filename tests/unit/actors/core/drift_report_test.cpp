/// How drift stands on a CR: condition, Event, and that it is said once.

#include "actors/core/drift_report.hpp"

#include <gmock/gmock.h>

#include "actors/core/event_text.hpp"
#include "actors/core/status.hpp"
#include "support.hpp"

namespace actors::core {
namespace {

using ::testing::HasSubstr;
using testing::make_cr;
using testing::root_spec;
using testing::see;
using testing::stored;

/// In sync before, with the annotation; nullptr: without.
k8s::object cr_wishing(const char* what) {
  auto cr = make_cr();
  testing::remember(cr, stored(root_spec, "r1"));
  if (what != nullptr) cr.annotations[words::drift_annotation] = what;
  return cr;
}

outcome reported(std::vector<std::string> fields, bool was_deleted = false) {
  auto result = outcome_of(verdict::reported);
  result.fields = std::move(fields);
  result.was_deleted = was_deleted;
  result.found_existing = true;
  result.applied_hash = "applied";
  return result;
}

const k8s::condition* find(const k8s::object_status& status, const char* type) {
  const auto& all = status.conditions;
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.type == type; });
  return found == all.end() ? nullptr : &*found;
}

k8s::object after(k8s::object cr, const outcome& result) {
  cr.status = status_after(cr, result, {});
  return cr;
}

std::string text_of(const k8s::object& cr) {
  const auto* one = find(cr.status, words::drifted);
  return one == nullptr ? "none" : one->status + ' ' + one->reason + ": " + one->message;
}

TEST(DriftReport, TheConditionNamesTheFields) {
  EXPECT_EQ(text_of(after(cr_wishing("report"), reported({"spec.a", "metadata.labels"}))),
            "True ChangedInTeleport: The Teleport resource was changed in Teleport: spec.a, "
            "metadata.labels. It is left as it is, as the annotation teleport.dev/drift says.");
  EXPECT_EQ(text_of(after(cr_wishing("report"), reported({}))),
            "True ChangedInTeleport: The Teleport resource was changed in Teleport, in fields that "
            "this resource does not set. It is left as it is, as the annotation teleport.dev/drift "
            "says.");
  EXPECT_EQ(text_of(after(cr_wishing("report"), reported({}, true))),
            "True DeletedInTeleport: The Teleport resource was deleted in Teleport. It is left as "
            "it is, as the annotation teleport.dev/drift says.");
}

TEST(DriftReport, TheCRStaysReadyAndItsRecordIsKept) {
  const auto before = cr_wishing("report");
  const auto cr = after(before, reported({"spec.a"}));
  for (const auto* type : {words::ready, words::reconciled, words::resource_owned}) {
    const auto* one = find(cr.status, type);
    ASSERT_NE(one, nullptr) << type;
    EXPECT_EQ(one->status, "True") << type;
    EXPECT_EQ(one->observed_generation, cr.generation) << type;
  }
  EXPECT_THAT(find(cr.status, words::ready)->message, HasSubstr("see the condition Drifted"));
  EXPECT_EQ(cr.status.fields, before.status.fields);
}

TEST(DriftReport, WithoutDriftItIsFalseAndWithoutTheAnnotationThereIsNone) {
  auto cr = after(cr_wishing("report"), reported({"spec.a"}));
  cr = after(cr, outcome_of(verdict::in_sync));
  EXPECT_EQ(text_of(cr), "False NoDrift: The Teleport resource is as the operator has written it.");
  cr.annotations.clear();
  for (const auto what : {verdict::in_sync, verdict::healed})
    EXPECT_EQ(text_of(after(cr, outcome_of(what))), "none") << testing::to_text(what);
  EXPECT_EQ(text_of(after(cr_wishing("heal"), outcome_of(verdict::in_sync))), "none");
}

TEST(DriftReport, APassThatDidNotLookLeavesItAsItWas) {
  const auto cr = after(cr_wishing("report"), reported({"spec.a"}));
  for (const auto what : {verdict::failed, verdict::rejected, verdict::conflict, verdict::ignored})
    EXPECT_EQ(text_of(after(cr, outcome_of(what, "why"))), text_of(cr)) << testing::to_text(what);
}

TEST(DriftReport, AnAnnotationThatSaysNeitherIsSaid) {
  const auto cr = after(cr_wishing("reprot"), outcome_of(verdict::in_sync));
  EXPECT_EQ(text_of(cr),
            "Unknown InvalidAnnotation: The annotation teleport.dev/drift can be \"report\" or "
            "\"heal\". It is something else: what is changed in Teleport is put back.");
}

TEST(DriftReport, TheEventComesOnceForOneDrift) {
  auto cr = cr_wishing("report");
  const auto event = event_after(reported({"spec.a"}), see(cr));
  ASSERT_TRUE(event);
  EXPECT_TRUE(event->warning);
  EXPECT_EQ(event->reason, "DriftFound");
  EXPECT_EQ(event->note, "role \"admin\" was changed in Teleport: spec.a. It is left as it is.");
  cr = after(cr, reported({"spec.a"}));
  EXPECT_FALSE(event_after(reported({"spec.a"}), see(cr)));
  EXPECT_TRUE(event_after(reported({"spec.b"}), see(cr))) << "another one";
  EXPECT_TRUE(event_after(reported({}, true), see(cr))) << "another one";
  cr = after(cr, outcome_of(verdict::in_sync));
  EXPECT_TRUE(event_after(reported({"spec.a"}), see(cr))) << "it was over meanwhile";
}

TEST(DriftReport, TheEventOfAnInvalidAnnotationComesOnceToo) {
  auto cr = cr_wishing("yes");
  const auto event = event_after(outcome_of(verdict::in_sync), see(cr));
  ASSERT_TRUE(event);
  EXPECT_EQ(event->reason, "InvalidAnnotation");
  cr = after(cr, outcome_of(verdict::in_sync));
  EXPECT_FALSE(event_after(outcome_of(verdict::in_sync), see(cr)));
  EXPECT_FALSE(event_after(outcome_of(verdict::in_sync), see(cr_wishing("report"))));
}

TEST(DriftReport, WhatWasPutBackSaysHowItHadDrifted) {
  auto healed = outcome_of(verdict::healed);
  const auto note = [&] { return event_after(healed, see(cr_wishing(nullptr)))->note; };
  EXPECT_EQ(note(),
            "Put back role \"admin\", which was changed in Teleport, in fields that this resource "
            "does not set.");
  healed.fields = {"spec.a", "metadata.labels"};
  EXPECT_EQ(note(),
            "Put back role \"admin\", which was changed in Teleport: spec.a, metadata.labels.");
  healed.fields.clear();
  healed.was_deleted = true;
  EXPECT_EQ(note(), "Put back role \"admin\", which was deleted in Teleport.");
}

}  // namespace
}  // namespace actors::core
