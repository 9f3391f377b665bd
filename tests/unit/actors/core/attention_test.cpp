/// What an object makes of news, where their order is not what one would expect. Found by the model
/// check (tests/model), kept as single cases.

#include "actors/core/attention.hpp"

#include <chrono>

#include "actors/core/answers.hpp"
#include "actors/core/cr_marks.hpp"
#include "support.hpp"

namespace actors::core {
namespace {

using testing::head_of;
using testing::make_cr;
using testing::remember;
using testing::root_spec;
using testing::stored;

constexpr auto noon = attention::time_point{std::chrono::hours{12}};

k8s::object_ptr shared(k8s::object cr) {
  return std::make_shared<const k8s::object>(std::move(cr));
}

k8s::object settled_cr() {
  auto cr = make_cr();
  remember(cr, stored(root_spec, "r1"));
  return cr;
}

outcome in_sync_at(const std::string& revision) {
  auto result = outcome_of(verdict::in_sync);
  result.revision = revision;
  return result;
}

/// Has a claim, has seen the CR, and waits for its first slot.
attention newborn(const k8s::object_ptr& cr) {
  attention mind;
  mind.on_observed(cr, false);
  mind.on_claim({{}, {"admin"}});
  return mind;
}

observed begin(attention& mind) {
  auto pass = mind.begin();
  pass.kind = &testing::role_kind();
  pass.cr = mind.newest;
  return pass;
}

/// Idle after a pass that found everything in place.
attention at_rest(const k8s::object_ptr& cr) {
  auto mind = newborn(cr);
  const auto pass = begin(mind);
  mind.looks();
  mind.found("r1");
  mind.says(*cr);
  mind.ended(in_sync_at("r1"), pass, noon, 0.5);
  return mind;
}

std::shared_ptr<const listed_heads> list_of(const std::string& revision) {
  auto heads = std::make_shared<listed_heads>();
  if (!revision.empty()) heads->emplace(teleport::resource_key{"admin"}, head_of("v7", revision));
  return heads;
}

TEST(Attention, AReadEndsTheWaitForTheFirstRead) {
  auto mind = newborn(shared(settled_cr()));
  mind.reads_first = true;
  mind.begin();
  EXPECT_TRUE(cr_was_read(mind, "uid-1", {k8s::error{}}));
  EXPECT_TRUE(mind.reads_first) << "a read that failed tells nothing";
  EXPECT_FALSE(cr_was_read(mind, "uid-1", {shared(settled_cr())}));
  EXPECT_FALSE(mind.reads_first);
}

TEST(Attention, ConditionsThatSomebodyElseWroteAreLookedAt) {
  auto mind = at_rest(shared(settled_cr()));
  auto late = settled_cr();
  late.resource_version = "11";
  EXPECT_FALSE(mind.on_observed(shared(late), false).ask_for_slot) << "the same words";
  late.resource_version = "12";
  late.status.conditions.front().status = "False";
  EXPECT_TRUE(mind.on_observed(shared(late), false).ask_for_slot);
}

TEST(Attention, OlderConditionsAreNoNews) {
  auto mind = at_rest(shared(settled_cr()));
  auto older = settled_cr();
  older.resource_version = "9";
  older.status = {};
  EXPECT_FALSE(mind.on_observed(shared(older), false).ask_for_slot);
  EXPECT_EQ(mind.newest_version, "10");
}

TEST(Attention, AListDoesNotHideADeletion) {
  auto mind = at_rest(shared(settled_cr()));
  mind.want_pass();
  const auto pass = begin(mind);
  mind.looks();
  mind.found("r1");
  mind.on_moved({{}, true}, 0.5);
  mind.on_list(list_of("r2"), std::chrono::milliseconds{0}, 0.5);  // our write, not known yet
  EXPECT_TRUE(mind.ended(in_sync_at("r2"), pass, noon, 0.5).ask_for_slot);
}

TEST(Attention, AListThatMayBeOlderThanTheLastLookIsNotBelieved) {
  auto mind = at_rest(shared(settled_cr()));
  mind.want_pass();
  mind.on_list(list_of("r0"), std::chrono::milliseconds{0}, 0.5);
  EXPECT_FALSE(mind.begin().listed);
}

TEST(Attention, AListThatAgreesWithTheLastLookIsBelieved) {
  auto mind = at_rest(shared(settled_cr()));
  mind.want_pass();
  mind.on_list(list_of("r1"), std::chrono::milliseconds{0}, 0.5);
  EXPECT_TRUE(mind.begin().listed);
}

TEST(Attention, ACrThatVanishesWhileItIsReadIsCleanedUpAfter) {
  auto mind = at_rest(shared(settled_cr()));
  mind.want_pass();
  const auto pass = mind.begin();  // reads: the CR was not kept
  ASSERT_FALSE(mind.newest);
  auto last = settled_cr();
  last.resource_version = "12";
  last.deletion_timestamp = "2026-01-03T00:00:00Z";
  mind.on_observed(shared(last), true);
  EXPECT_TRUE(mind.ended(outcome_of(verdict::untouched), pass, noon, 0.5).ask_for_slot);
  EXPECT_TRUE(mind.begin().vanished);
}

}  // namespace
}  // namespace actors::core
