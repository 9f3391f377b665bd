/// The guarantees that plan.hpp gives, over every combination of what a pass can observe and of how
/// each of its steps can be answered.

#include <functional>
#include <set>

#include "actors/core/cr_marks.hpp"
#include "support.hpp"

namespace actors::core {
namespace {

using testing::foreign;
using testing::make_cr;
using testing::other_spec;
using testing::root_spec;
using testing::see;
using testing::stored;
using testing::to_text;

enum class remote { missing, same, moved, changed, not_ours };
enum class known { nothing, our_write, older_write };

constexpr std::size_t most_steps = 6;

/// The Teleport side as a look-up finds it.
std::optional<teleport::resource> existing_for(remote side) {
  switch (side) {
    case remote::same:
      return stored(root_spec, "r1");
    case remote::moved:
      return stored(root_spec, "r2");
    case remote::changed:
      return stored(other_spec, "r2");
    case remote::not_ours:
      return foreign(root_spec, "r1");
    case remote::missing:
      break;
  }
  return {};
}

/// Walks every way that one pass can go, from one start.
class explorer {
 public:
  explorer(remote side, bool answers_with_revision)
      : found_(existing_for(side)), answers_with_revision_(answers_with_revision) {}

  void explore(const observed& seen) { visit(seen, {}); }
  std::size_t steps() const { return steps_; }

 private:
  void visit(const observed& seen, std::vector<std::string> path) {
    const auto next = next_step(seen);
    ++steps_;
    const auto text = to_text(next);
    path.push_back(text);
    SCOPED_TRACE(::testing::PrintToString(path));
    ASSERT_LE(path.size(), most_steps) << "the pass does not end";
    ASSERT_EQ(std::set(path.begin(), path.end()).size(), path.size()) << "a step is repeated";
    check(seen, next);
    if (std::holds_alternative<finish>(next)) return;
    if (std::holds_alternative<read_back>(next)) return visit_read_back(seen, path);
    if (std::holds_alternative<find_referrers>(next)) {
      EXPECT_TRUE(marks_of(*seen.cr).deleting && seen.teleport_failure);
      auto after = seen;
      after.held_up_by.emplace();  // however it is answered
      return visit(after, path);
    }
    ASSERT_FALSE(seen.teleport_failure || seen.kubernetes_failure) << "goes on after a failure";
    answer_well(seen, next, path);
    if (is_kubernetes(next)) {
      for (int code = 0; code <= static_cast<int>(k8s::errc::cancelled); ++code) {
        auto after = seen;
        after.kubernetes_failure = k8s::error{static_cast<k8s::errc>(code), 0, {}, "no", {}};
        visit(after, path);
      }
    } else {
      for (int code = 0; code <= static_cast<int>(teleport::errc::unknown); ++code) {
        auto after = seen;
        after.teleport_failure = teleport::error{static_cast<teleport::errc>(code), "no"};
        visit(after, path);
      }
    }
  }

  /// Whatever it finds, and when it fails: the write was good.
  void visit_read_back(const observed& seen, const std::vector<std::string>& path) {
    EXPECT_TRUE(seen.written);
    for (const auto& found :
         {seen.existing, existing_for(remote::changed), std::optional<teleport::resource>{}}) {
      auto after = seen;
      after.read_back = read_back_state::done;
      after.existing = found;
      visit(after, path);
    }
    auto after = seen;
    after.read_back = read_back_state::failed;
    visit(after, path);
  }

  static bool is_kubernetes(const step& next) {
    return std::holds_alternative<add_finalizer>(next) ||
           std::holds_alternative<remove_finalizer>(next);
  }

  /// The step is carried out and answered with success, as the object actor notes it.
  void answer_well(const observed& seen, const step& next, const std::vector<std::string>& path) {
    auto after = seen;
    if (std::holds_alternative<add_finalizer>(next)) {
      auto cr = *seen.cr;
      cr.finalizers = with_finalizer(cr);
      after.cr = std::make_shared<const k8s::object>(std::move(cr));
    } else if (const auto* release = std::get_if<remove_finalizer>(&next)) {
      after.released = release->why;
    } else if (std::holds_alternative<look_up>(next)) {
      after.looked_up = true;
      after.existing = found_;
    } else if (const auto* create = std::get_if<create_in_teleport>(&next)) {
      after.existing = create->desired;
      after.written = create->as;
      after.creates = true;
      after.existing->set_revision(answers_with_revision_ ? "r3" : "");
    } else if (const auto* update = std::get_if<update_in_teleport>(&next)) {
      after.existing = update->desired;
      after.written = update->as;
      after.existing->set_revision(answers_with_revision_ ? "r3" : "");
    } else {
      after.removed = true;
    }
    visit(after, path);
  }

  void check(const observed& seen, const step& next) {
    EXPECT_TRUE(seen.claimed == seen.target.key || std::holds_alternative<finish>(next))
        << "works on what it has not claimed";
    if (seen.standby) return check_standby(seen, next);
    const auto marks = marks_of(*seen.cr);
    const bool ours = seen.existing && teleport::unowned_reason(*seen.existing).empty();
    if (const auto* create = std::get_if<create_in_teleport>(&next)) {
      check_upsert(seen, marks);
      check_wish(marks, create->as);
      EXPECT_TRUE(seen.looked_up && !seen.existing) << "creates without having looked";
    } else if (const auto* update = std::get_if<update_in_teleport>(&next)) {
      check_upsert(seen, marks);
      check_wish(marks, update->as);
      EXPECT_TRUE(ours || (marks.adopt && update->as == verdict::adopted))
          << "writes a foreign one";
      EXPECT_EQ(update->desired.revision(), seen.existing->revision());
    } else if (std::holds_alternative<delete_in_teleport>(next)) {
      EXPECT_TRUE(marks.deleting && marks.has_finalizer);
      EXPECT_FALSE(marks.keep || marks.ignore || seen.held_by);
      EXPECT_FALSE(seen.target.never_there);
      EXPECT_TRUE(ours) << "deletes a foreign one";
    } else if (const auto* release = std::get_if<remove_finalizer>(&next)) {
      check_release(seen, marks, release->why);
    } else if (const auto* end = std::get_if<finish>(&next)) {
      check_end(seen, end->result.what);
    }
  }

  static void check_standby(const observed& seen, const step& next) {
    const bool asks = std::holds_alternative<look_up>(next) && seen.vanished;
    ASSERT_TRUE(asks || std::holds_alternative<finish>(next)) << "does more than to look";
    const auto* end = std::get_if<finish>(&next);
    if (end == nullptr || end->result.what != verdict::in_sync) return;
    EXPECT_TRUE(seen.listed || seen.there == "r1") << "in sync without a word from Teleport";
  }

  static void check_wish(const cr_marks& marks, verdict as) {
    EXPECT_FALSE(marks.drift == drift_wish::report && as == verdict::healed)
        << "puts back what is to be left";
  }

  static void check_upsert(const observed& seen, const cr_marks& marks) {
    EXPECT_TRUE(marks.has_finalizer) << "writes before the finalizer is stored";
    EXPECT_FALSE(marks.deleting) << "brings back what is being deleted";
    EXPECT_FALSE(marks.ignore);
    EXPECT_TRUE(seen.target.refused_as.empty()) << "writes under a name that is not the CR's";
    EXPECT_FALSE(seen.held_by) << "writes what another CR has";
    EXPECT_TRUE(seen.admitted);
    EXPECT_TRUE(seen.desired && seen.desired->ok()) << "writes what it could not decode";
  }

  static void check_release(const observed& seen, const cr_marks& marks, release_reason why) {
    EXPECT_TRUE(marks.deleting && marks.has_finalizer);
    const bool foreign_one = seen.existing && !teleport::unowned_reason(*seen.existing).empty();
    const bool holds = (why == release_reason::deleted && seen.removed) ||
                       (why == release_reason::already_gone && seen.looked_up && !seen.existing) ||
                       (why == release_reason::unowned && foreign_one) ||
                       (why == release_reason::kept && marks.keep) ||
                       (why == release_reason::ignored && marks.ignore) ||
                       (why == release_reason::claimed && seen.held_by);
    EXPECT_TRUE(holds) << "gives the finalizer up: " << to_text(why);
  }

  static void check_end(const observed& seen, verdict what) {
    const bool good = what == verdict::in_sync || what == verdict::created ||
                      what == verdict::updated || what == verdict::adopted ||
                      what == verdict::healed || what == verdict::released;
    if (seen.teleport_failure || seen.kubernetes_failure) {
      EXPECT_FALSE(good) << "a failure reported as " << to_text(what);
    }
    EXPECT_TRUE(what != verdict::released || seen.released);
    EXPECT_TRUE(what != verdict::created || seen.written);
    EXPECT_TRUE(what != verdict::reported || (!seen.written && seen.looked_up));
    EXPECT_TRUE(what != verdict::in_sync || !seen.written);
  }

  std::optional<teleport::resource> found_;
  bool answers_with_revision_;  ///< writes are answered with what was stored
  std::size_t steps_ = 0;
};

void remember(k8s::object& cr, known status) {
  if (status == known::nothing) return;
  testing::remember(cr, stored(status == known::our_write ? root_spec : other_spec, "r1"));
}

/// Bits of one start.
observed start_of(unsigned bits, known status) {
  auto cr = make_cr((bits & 1U) != 0 ? R"({"nonsense":1})" : root_spec);
  if ((bits & 2U) != 0) cr.finalizers = {"foreign.io/x"};
  if ((bits & 4U) != 0) cr.deletion_timestamp = "2026-01-03T00:00:00Z";
  if ((bits & 8U) != 0) cr.annotations[words::ignore_annotation] = "true";
  if ((bits & 16U) != 0) cr.annotations[words::keep_annotation] = "true";
  if ((bits & 32U) != 0) cr.annotations[words::adopt_annotation] = "true";
  if ((bits & 4096U) != 0) cr.annotations[words::drift_annotation] = words::drift_report;
  if ((bits & 1024U) != 0) cr.annotations[words::name_annotation] = "ops@example.com";
  remember(cr, status);
  auto seen = see(std::move(cr));
  if ((bits & 2048U) != 0) seen.claimed.name = "before";
  if ((bits & 64U) != 0) seen.held_by = "TeleportRoleV6 default/admin";
  if ((bits & 128U) != 0) seen.admitted = false;
  if ((bits & 256U) != 0) seen.listed = teleport::resource_head{"admin", "v7", "r1", {}};
  return seen;
}

TEST(PlanGuarantees, HoldForEveryObservationAndEveryAnswer) {
  std::size_t steps = 0;
  for (const auto side :
       {remote::missing, remote::same, remote::moved, remote::changed, remote::not_ours}) {
    for (unsigned bits = 0; bits < 8192; ++bits) {
      explorer walk{side, (bits & 512U) != 0};
      for (const auto status : {known::nothing, known::our_write, known::older_write}) {
        SCOPED_TRACE("start " + std::to_string(bits) + " remote " +
                     std::to_string(static_cast<int>(side)) + " known " +
                     std::to_string(static_cast<int>(status)));
        walk.explore(start_of(bits, status));
        if (::testing::Test::HasFailure()) return;
      }
      steps += walk.steps();
    }
  }
  EXPECT_GT(steps, 20'000U) << "the set is smaller than it was meant to be";
}

TEST(PlanGuarantees, WhoStandsByNeverWritesWhateverIsObserved) {
  std::size_t steps = 0;
  for (const auto side : {remote::missing, remote::same, remote::not_ours}) {
    for (unsigned bits = 0; bits < 4096; ++bits) {
      explorer walk{side, true};
      for (const auto status : {known::nothing, known::our_write, known::older_write}) {
        for (const auto* there : {"", "r1"}) {
          SCOPED_TRACE("start " + std::to_string(bits) + " there " + there);
          auto seen = start_of(bits, status);
          seen.standby = true;
          seen.vanished = (bits & 512U) != 0 && marks_of(*seen.cr).deleting;
          seen.there = there;
          walk.explore(seen);
          if (::testing::Test::HasFailure()) return;
        }
      }
      steps += walk.steps();
    }
  }
  EXPECT_GT(steps, 50'000U) << "the set is smaller than it was meant to be";
}

}  // namespace
}  // namespace actors::core
