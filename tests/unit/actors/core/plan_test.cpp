#include "actors/core/plan.hpp"

#include <functional>
#include <vector>

#include "actors/core/status.hpp"
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

constexpr const char* guest_spec = R"({"allow":{"logins":["somebody"]}})";
constexpr const char* deletion_time = "2026-01-03T00:00:00Z";

struct plan_case {
  const char* name;
  std::function<void(k8s::object&)> cr;
  std::function<void(observed&)> seen;
  const char* next;
};

void PrintTo(const plan_case& row, std::ostream* out) {
  *out << row.name;
}

void unchanged(k8s::object&) {
  // As made.
}
void nothing_yet(observed&) {
  // As observed before the first step.
}
void no_finalizer(k8s::object& cr) {
  cr.finalizers.clear();
}
void deleting(k8s::object& cr) {
  cr.deletion_timestamp = deletion_time;
}
void in_sync(k8s::object& cr) {
  testing::remember(cr, stored(root_spec, "r1"));
}
auto annotated(const char* annotation, void (*more)(k8s::object&) = unchanged) {
  return [=](k8s::object& cr) {
    more(cr);
    cr.annotations[annotation] = "true";
  };
}
/// The CRD drops what we remember; the condition is left.
void pruned(k8s::object& cr) {
  in_sync(cr);
  cr.status.fields.clear();
}
void edited(k8s::object& cr) {
  in_sync(cr);
  ++cr.generation;
  cr.spec = other_spec;
}
auto wishing(const char* what, void (*more)(k8s::object&)) {
  return [=](k8s::object& cr) {
    more(cr);
    cr.annotations[words::drift_annotation] = what;
  };
}
auto reporting(void (*more)(k8s::object&)) {
  return wishing("report", more);
}
void missing(observed& seen) {
  seen.looked_up = true;
}
auto finds(teleport::resource existing) {
  return [existing](observed& seen) {
    seen.looked_up = true;
    seen.existing = existing;
  };
}
/// As in root_spec, and a field that it does not set.
teleport::resource wider(const char* revision) {
  return stored(R"({"allow":{"logins":["root"]},"deny":{"logins":["bob"]}})", revision);
}
auto listed(std::string version, std::string revision) {
  return [=](observed& seen) { seen.listed = testing::head_of(version, revision); };
}
auto written(verdict as) {
  return [as](observed& seen) {
    seen.looked_up = true;
    seen.existing = stored(root_spec, "r2");
    seen.written = as;
  };
}
auto refused(teleport::errc code) {
  return [code](observed& seen) { seen.teleport_failure = {code, "made up"}; };
}
/// The answer to an update, after `lost_races` passes that ended like this one.
auto update_refused(teleport::errc code, unsigned lost_races) {
  return [=](observed& seen) {
    finds(stored(other_spec, "r9"))(seen);
    refused(code)(seen);
    seen.lost_races = lost_races;
  };
}
/// An earlier pass sent what the CR says and got no answer; Teleport now has `existing`.
auto unanswered(const char* revision_before, teleport::resource existing) {
  return [=](observed& seen) {
    finds(existing)(seen);
    seen.unanswered = {seen.desired_hash, revision_before, verdict::created};
  };
}
auto kubernetes_refused(k8s::errc code) {
  return [code](observed& seen) { seen.kubernetes_failure = {code, 0, {}, "made up", {}}; };
}

const std::vector<plan_case>& table() {
  using teleport::errc;
  static const std::vector<plan_case> rows{
      // -- a live CR --
      {"FinalizerFirst", no_finalizer, nothing_yet, "add_finalizer"},
      {"FinalizerBeforeBadSpec",
       [](k8s::object& cr) {
         no_finalizer(cr);
         cr.spec = R"({"nonsense":1})";
       },
       nothing_yet, "add_finalizer"},
      {"ThenLooksUp", unchanged, nothing_yet, "look_up"},
      {"CreatesWhatIsMissing", unchanged, missing, "create"},
      {"CreatesAgainWhatWasThere", in_sync, missing, "create healed"},
      {"CreatesAgainWhatWasReady", pruned, missing, "create healed"},
      {"CreatesWhatWasNotThereAsEdited", edited, missing, "create"},
      {"FinishesCreated", unchanged, written(verdict::created), "finish created"},
      {"InSyncByRevision", in_sync, finds(stored(root_spec, "r1")), "finish in_sync"},
      {"RevisionMovedContentSame", in_sync, finds(stored(root_spec, "r9")), "finish in_sync"},
      {"Drifted", in_sync, finds(stored(other_spec, "r9")), "update healed spec.allow.logins"},
      {"FinishesHealed", in_sync, written(verdict::healed), "finish healed"},
      {"Edited", edited, finds(stored(root_spec, "r1")), "update updated spec.allow.logins"},
      // -- drift that is to be reported --
      {"ReportsDrift", reporting(in_sync), finds(stored(other_spec, "r9")), "finish reported"},
      {"ReportsDriftOfFieldsThatAreNotSet", reporting(in_sync), finds(wider("r9")),
       "finish reported"},
      {"ReportsDriftWithoutRecord", reporting(pruned), finds(stored(other_spec, "r9")),
       "finish reported"},
      {"ReportsADeletion", reporting(in_sync), missing, "finish reported"},
      {"ReportsADeletionWithoutRecord", reporting(pruned), missing, "finish reported"},
      {"ReportingCreatesWhatWasNeverThere", reporting(unchanged), missing, "create"},
      {"ReportingWritesAnEdit", reporting(edited), finds(stored(root_spec, "r1")),
       "update updated spec.allow.logins"},
      {"ReportingWritesAnEditOverDrift", reporting(edited), finds(stored(guest_spec, "r9")),
       "update updated spec.allow.logins"},
      {"ReportingCreatesWhatWasDeletedAndEdited", reporting(edited), missing, "create"},
      {"ReportingFindsItInSync", reporting(in_sync), finds(stored(root_spec, "r9")),
       "finish in_sync"},
      {"ReportingDeletes", reporting(deleting), finds(stored(other_spec, "r9")), "delete"},
      {"UnclearWishHeals", wishing("Report", in_sync), finds(stored(other_spec, "r9")),
       "update healed spec.allow.logins"},
      {"WishToHealHeals", wishing("heal", in_sync), finds(stored(other_spec, "r9")),
       "update healed spec.allow.logins"},
      {"FinishesUpdated", in_sync, written(verdict::updated), "finish updated"},
      {"OursButNeverRecorded", unchanged, finds(stored(root_spec, "r1")), "update updated"},
      {"ListedInSync", in_sync, listed("v7", "r1"), "finish in_sync"},
      {"ListedWithOtherRevision", in_sync, listed("v7", "r2"), "look_up"},
      {"ListedWithOtherVersion", in_sync, listed("v6", "r1"), "look_up"},
      {"ListedButNeverRecorded", unchanged, listed("v7", "r1"), "look_up"},
      // -- refusals --
      {"Unowned", unchanged, finds(foreign(root_spec, "r1")), "finish unowned"},
      {"Adopts", annotated(words::adopt_annotation), finds(foreign(root_spec, "r1")),
       "update adopted"},
      {"AdoptDoesNotMatterForOurs", annotated(words::adopt_annotation, in_sync),
       finds(stored(root_spec, "r1")), "finish in_sync"},
      {"Ignored", annotated(words::ignore_annotation), nothing_yet, "finish ignored"},
      {"IgnoredWithoutFinalizer", annotated(words::ignore_annotation, no_finalizer), nothing_yet,
       "finish ignored"},
      {"KeepMattersOnlyAtDeletion", annotated(words::keep_annotation), nothing_yet, "look_up"},
      {"Claimed", unchanged, [](observed& seen) { seen.held_by = "TeleportRoleV6 a/admin"; },
       "finish claimed"},
      {"NotAdmitted", unchanged, [](observed& seen) { seen.admitted = false; },
       "finish not_admitted"},
      {"Invalid", [](k8s::object& cr) { cr.spec = R"({"nonsense":1})"; }, nothing_yet,
       "finish invalid"},
      // -- failures --
      {"ConnectionLost", unchanged, refused(errc::connection), "finish disconnected"},
      {"Cancelled", unchanged, refused(errc::cancelled), "finish disconnected"},
      {"TimedOut", unchanged, refused(errc::timeout), "finish failed"},
      {"Throttled", unchanged, refused(errc::limit_exceeded), "finish failed"},
      {"FailedSomehow", unchanged, refused(errc::unknown), "finish failed"},
      {"VanishedMeanwhile", unchanged, update_refused(errc::not_found, 0), "finish conflict"},
      {"NamesWhatIsMissing", unchanged, refused(errc::not_found), "finish rejected"},
      {"LostManyRaces", unchanged, update_refused(errc::not_found, 3), "finish rejected"},
      {"LostAnswerTookEffect", unchanged, unanswered("", stored(root_spec, "r1")),
       "finish created"},
      {"LostAnswerDidNotTakeEffect", unchanged, unanswered("r1", stored(root_spec, "r1")),
       "update updated"},
      {"LostAnswerThenSomebodyElse", unchanged, unanswered("", stored(other_spec, "r1")),
       "update updated spec.allow.logins"},
      {"AppearedMeanwhile", unchanged, refused(errc::already_exists), "finish conflict"},
      {"ChangedMeanwhile", unchanged, refused(errc::compare_failed), "finish conflict"},
      {"AccessDenied", unchanged, refused(errc::access_denied), "finish rejected"},
      {"BadParameter", unchanged, refused(errc::bad_parameter), "finish rejected"},
      {"NotImplemented", unchanged, refused(errc::not_implemented), "finish rejected"},
      {"CrChangedMeanwhile", no_finalizer, kubernetes_refused(k8s::errc::conflict),
       "finish conflict"},
      {"CrGoneMeanwhile", no_finalizer, kubernetes_refused(k8s::errc::not_found),
       "finish untouched"},
      {"MayNotPatch", no_finalizer, kubernetes_refused(k8s::errc::forbidden), "finish failed"},
      {"ApiServerDown", no_finalizer, kubernetes_refused(k8s::errc::connection), "finish failed"},
      // -- deletion --
      {"DeletionLooksUp", deleting, nothing_yet, "look_up"},
      {"DeletionWithBadSpec",
       [](k8s::object& cr) {
         deleting(cr);
         cr.spec = "{";
       },
       nothing_yet, "look_up"},
      {"DeletesOurs", deleting, finds(stored(root_spec, "r1")), "delete"},
      {"DeletesOursThatDrifted", deleting, finds(stored(other_spec, "r9")), "delete"},
      {"DeletionLeavesForeign", deleting, finds(foreign(root_spec, "r1")),
       "remove_finalizer unowned"},
      {"DeletionLeavesForeignInSpiteOfAdopt", annotated(words::adopt_annotation, deleting),
       finds(foreign(root_spec, "r1")), "remove_finalizer unowned"},
      {"DeletionFindsNothing", deleting, missing, "remove_finalizer already_gone"},
      {"DeletionDone", deleting,
       [](observed& seen) {
         seen.looked_up = seen.removed = true;
         seen.existing = stored(root_spec, "r1");
       },
       "remove_finalizer deleted"},
      {"DeletionKeeps", annotated(words::keep_annotation, deleting), nothing_yet,
       "remove_finalizer kept"},
      {"DeletionIgnored", annotated(words::ignore_annotation, deleting), nothing_yet,
       "remove_finalizer ignored"},
      {"DeletionOfAClaimant", deleting, [](observed& seen) { seen.held_by = "somebody"; },
       "remove_finalizer claimed"},
      {"DeletionDoesNotAskForFeatures", deleting, [](observed& seen) { seen.admitted = false; },
       "look_up"},
      {"Released", deleting, [](observed& seen) { seen.released = release_reason::deleted; },
       "finish released"},
      {"NotOursToRelease",
       [](k8s::object& cr) {
         deleting(cr);
         cr.finalizers = {"foreign.io/x"};
       },
       nothing_yet, "finish untouched"},
      {"DeletionBlocked", deleting, refused(errc::bad_parameter), "find_referrers TeleportUser"},
      {"DeletionLostARace", deleting, refused(errc::compare_failed), "find_referrers TeleportUser"},
      {"DeletionDenied", deleting, refused(errc::access_denied), "find_referrers TeleportUser"},
      {"DeletionBlockedForAReasonThatIsKnown", deleting,
       [](observed& seen) {
         refused(errc::bad_parameter)(seen);
         seen.held_up_by = {"bob"};
       },
       "finish deletion_blocked"},
      {"DeletionWithoutConnection", deleting, refused(errc::connection), "finish disconnected"},
      {"DeletionTimedOut", deleting, refused(errc::timeout), "finish failed"},
  };
  return rows;
}

class Plan : public ::testing::TestWithParam<plan_case> {};

TEST_P(Plan, NextStep) {
  auto cr = make_cr();
  GetParam().cr(cr);
  auto seen = see(std::move(cr));
  GetParam().seen(seen);
  EXPECT_EQ(to_text(next_step(seen)), GetParam().next);
}

INSTANTIATE_TEST_SUITE_P(Table, Plan, ::testing::ValuesIn(table()),
                         [](const auto& row) { return row.param.name; });

TEST(PlanUpdate, CarriesTheRevisionThatWasSeen) {
  auto seen = see(make_cr(other_spec));
  finds(stored(root_spec, "r7"))(seen);
  const auto next = next_step(seen);
  const auto* update = std::get_if<update_in_teleport>(&next);
  ASSERT_NE(update, nullptr);
  EXPECT_EQ(update->desired.revision(), "r7");
}

TEST(PlanFinish, RemembersWhatTeleportHolds) {
  auto seen = see(make_cr());
  written(verdict::created)(seen);
  const auto next = next_step(seen);
  const auto& result = std::get<finish>(next).result;
  EXPECT_EQ(result.revision, "r2");
  EXPECT_EQ(result.applied_hash, seen.desired_hash);
  EXPECT_EQ(result.stored_hash, teleport::stored_hash(stored(root_spec, "r2")));
  EXPECT_FALSE(result.found_existing);
}

TEST(PlanFinish, ListedInSyncForgetsNothing) {
  auto cr = make_cr();
  in_sync(cr);
  const auto before = cr.status.fields;
  auto seen = see(cr);
  listed("v7", "r1")(seen);
  const auto next = next_step(seen);
  const auto& result = std::get<finish>(next).result;
  EXPECT_EQ(result.revision, before.at(words::teleport_revision));
  EXPECT_EQ(result.applied_hash, before.at(words::applied_hash));
  EXPECT_EQ(result.stored_hash, before.at(words::stored_hash));
}

TEST(PlanBlocked, NamesWhoRefersToTheResource) {
  auto cr = make_cr();
  deleting(cr);
  auto seen = see(std::move(cr));
  refused(teleport::errc::bad_parameter)(seen);
  seen.held_up_by = {"alice", "bob"};
  const auto next = next_step(seen);
  const auto& detail = std::get<finish>(next).result.detail;
  EXPECT_NE(detail.find("made up"), std::string::npos) << detail;
  EXPECT_NE(detail.find("alice"), std::string::npos) << detail;
  EXPECT_NE(detail.find("bob"), std::string::npos) << detail;
}

TEST(PlanReported, SaysWhatDiffersAndKeepsTheRecordOfTheLastWrite) {
  auto cr = make_cr();
  reporting(in_sync)(cr);
  auto seen = see(cr);
  finds(stored(other_spec, "r9"))(seen);
  const auto next = next_step(seen);
  const auto& result = std::get<finish>(next).result;
  EXPECT_EQ(result.fields, std::vector<std::string>{"spec.allow.logins"});
  EXPECT_FALSE(result.was_deleted);
  EXPECT_EQ(result.revision, "r9") << "so that a list does not make it look again";
  EXPECT_EQ(status_after(cr, result, {}).fields, cr.status.fields);
}

TEST(PlanHealed, KnowsThatItWasDeleted) {
  auto cr = make_cr();
  in_sync(cr);
  auto seen = see(cr);
  written(verdict::healed)(seen);
  seen.creates = true;
  const auto next = next_step(seen);
  const auto& result = std::get<finish>(next).result;
  EXPECT_EQ(result.what, verdict::healed);
  EXPECT_TRUE(result.was_deleted);
  EXPECT_FALSE(result.found_existing);
}

TEST(PlanInvalid, NamesTheFieldPath) {
  const auto next = next_step(see(make_cr(R"({"allow":{"nonsense":1}})")));
  EXPECT_EQ(std::get<finish>(next).result.detail,
            "strict decoding error: unknown field \"spec.allow.nonsense\"");
}

TEST(DecodeInto, TakesLabelsAndDescriptionAndLeavesDyingCrsAlone) {
  auto cr = make_cr();
  cr.labels = {{"team", "x"}};
  cr.annotations = {{words::description_annotation, "for x"}};
  const auto seen = see(cr);
  ASSERT_TRUE(seen.desired && seen.desired->ok());
  EXPECT_EQ(seen.desired->value().description(), "for x");
  EXPECT_EQ(seen.desired->value().labels().at("team"), "x");
  EXPECT_FALSE(seen.desired_hash.empty());
  deleting(cr);
  EXPECT_FALSE(see(cr).desired);
}

}  // namespace
}  // namespace actors::core
