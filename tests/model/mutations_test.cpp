/// The model check finds mistakes: a decision core that is wrong in one point breaks the invariant
/// that this point is there for.

#include <algorithm>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include <gmock/gmock.h>

#include "actors/core/cr_marks.hpp"
#include "tests/model/judgement.hpp"
#include "tests/model/scenarios.hpp"

namespace model {
namespace {

using namespace actors::core;
using ::testing::StartsWith;
using decision = std::function<step(const observed&)>;

std::string problem_of(const std::string& name, server of, const budget& left,
                       const std::function<void(rules&)>& mistake) {
  auto named = make_scenario(name, of, left);
  mistake(named.what.by);
  const auto found = explore(named.from, named.what, 1'000'000);
  EXPECT_EQ(found.trace.empty(), found.problem.empty());
  return found.problem;
}

std::string problem_of(const std::string& name, const decision& wrong,
                       server of = server::conditional, const budget& left = {2, 0, 0}) {
  return problem_of(name, of, left, [&](rules& by) { by.decide = wrong; });
}

template <class Step>
bool is(const step& one) {
  return std::holds_alternative<Step>(one);
}

verdict end_of(const step& one) {
  const auto* last = std::get_if<finish>(&one);
  return last == nullptr ? verdict::conflict : last->result.what;
}

TEST(ModelMutations, FindsAWriteBeforeTheFinalizer) {
  const auto wrong = [](const observed& seen) {
    auto next = next_step(seen);
    if (!is<add_finalizer>(next)) return next;
    auto finalized = seen;
    auto cr = *seen.cr;
    cr.finalizers = with_finalizer(cr);
    finalized.cr = note(std::move(cr));
    return next_step(finalized);
  };
  EXPECT_THAT(problem_of("people", wrong), StartsWith("F:"));
}

TEST(ModelMutations, FindsAFinalizerThatGoesTooEarly) {
  const auto wrong = [](const observed& seen) -> step {
    auto next = next_step(seen);
    if (is<delete_in_teleport>(next)) return remove_finalizer{release_reason::deleted};
    return next;
  };
  EXPECT_THAT(problem_of("people", wrong), StartsWith("O:"));
}

TEST(ModelMutations, FindsAResourceThatIsTakenFromOthers) {
  const auto wrong = [](const observed& seen) -> step {
    auto next = next_step(seen);
    if (end_of(next) != verdict::unowned) return next;
    auto desired = seen.desired->value();
    desired.set_revision(seen.existing->revision());
    return update_in_teleport{std::move(desired), verdict::updated, {}};
  };
  EXPECT_THAT(problem_of("others", wrong), StartsWith("N:"));
}

TEST(ModelMutations, FindsADeleteOfWhatIsNotOurs) {
  const auto wrong = [](const observed& seen) -> step {
    auto next = next_step(seen);
    const auto* release = std::get_if<remove_finalizer>(&next);
    if (release != nullptr && release->why == release_reason::unowned) return delete_in_teleport{};
    return next;
  };
  EXPECT_THAT(problem_of("others", wrong), StartsWith("N:"));
}

TEST(ModelMutations, FindsACreateWithoutALook) {
  const auto wrong = [](const observed& seen) -> step {
    auto next = next_step(seen);
    if (is<look_up>(next) && !marks_of(*seen.cr).deleting)
      return create_in_teleport{seen.desired->value()};
    return next;
  };
  EXPECT_THAT(problem_of("people", wrong, server::overwriting),
              ::testing::AnyOf(StartsWith("D:"), StartsWith("Q:"), StartsWith("N:")));
}

world follow(world in, const std::vector<move>& way, const scenario& of) {
  in.left = of.left;
  for (const auto what : way) {
    const auto possible = moves_in(in, of);
    if (std::find(possible.begin(), possible.end(), what) == possible.end()) {
      ADD_FAILURE() << "not possible: " << to_string(what) << " in " << to_string(in);
      return in;
    }
    in = after(in, what, of);
  }
  return in;
}

/// News of the watch can be older than what the dead actor knew. A way that the exploration found.
TEST(ModelMutations, FindsASuccessorThatTrustsOldNews) {
  const std::vector<move> deletes_then_dies{move::edits_cr,
                                            move::deletes_cr,
                                            move::looks_again,
                                            move::slot_is_granted,
                                            move::kube_carries_out,
                                            move::kube_answers,
                                            move::teleport_carries_out,
                                            move::teleport_answers,
                                            move::teleport_carries_out,
                                            move::teleport_answers,
                                            move::actor_dies,
                                            move::slot_is_granted,
                                            move::loses_patch,
                                            move::kube_answers,
                                            move::watch_comes,
                                            move::slot_is_granted};
  auto named = make_scenario("people", server::conditional, {3, 1, 1});
  const auto reads = follow(named.from.at(1), deletes_then_dies, named.what);
  const auto rest = at_rest(reads, named.what);
  EXPECT_EQ(rest.broken + wrong_in(rest), "");

  named.what.by.reads_after_death = false;
  auto wrong = deletes_then_dies;
  for (int i = 0; i < 2; ++i) {
    wrong.push_back(move::teleport_carries_out);
    if (i == 0) wrong.push_back(move::teleport_answers);
  }
  EXPECT_THAT(follow(named.from.at(1), wrong, named.what).broken, StartsWith("R:"));
}

TEST(ModelMutations, FindsDriftThatIsNotHealed) {
  const auto wrong = [](const observed& seen) -> step {
    auto next = next_step(seen);
    const auto* update = std::get_if<update_in_teleport>(&next);
    if (update != nullptr && update->as == verdict::healed)
      return finish{outcome_of(verdict::in_sync)};
    return next;
  };
  EXPECT_THAT(problem_of("others", wrong), StartsWith("E:"));
}

TEST(ModelMutations, FindsWritesWithoutNeed) {
  const auto wrong = [](const observed& seen) -> step {
    auto next = next_step(seen);
    if (end_of(next) != verdict::in_sync || !seen.existing) return next;
    auto desired = seen.desired->value();
    desired.set_revision(seen.existing->revision());
    return update_in_teleport{std::move(desired), verdict::healed, {}};
  };
  EXPECT_THAT(problem_of("people", wrong), StartsWith("Q:"));
}

TEST(ModelMutations, FindsNewsThatAreNotHeard) {
  EXPECT_THAT(problem_of("others", server::conditional, {2, 0, 0},
                         [](rules& by) { by.hears_stream = false; }),
              StartsWith("E:"));
}

TEST(ModelMutations, FindsARefusalThatIsNotShown) {
  const auto wrong = [](const observed& seen) -> step {
    auto next = next_step(seen);
    if (end_of(next) == verdict::rejected) return finish{outcome_of(verdict::ignored)};
    return next;
  };
  EXPECT_THAT(problem_of("trouble", wrong), StartsWith("E:"));
}

}  // namespace
}  // namespace model
