#include "actors/core/event_text.hpp"

#include <gmock/gmock.h>

#include "support.hpp"

namespace actors::core {
namespace {

using testing::make_cr;
using testing::see;
using testing::to_text;

struct event_case {
  verdict what;
  bool warning;
  const char* reason;
  const char* note;
};

TEST(EventText, TellsWhatHappenedToWhichResource) {
  const std::vector<event_case> rows{
      {verdict::created, false, "Created", "Created role \"admin\" in Teleport."},
      {verdict::updated, false, "Updated", "Updated role \"admin\" in Teleport: spec.a, spec.b."},
      {verdict::adopted, false, "Adopted", "Took over role \"admin\", which existed in Teleport."},
      {verdict::healed, false, "DriftHealed",
       "Put back role \"admin\", which was changed in Teleport: spec.a, spec.b."},
      {verdict::invalid, true, "FailedToDecode", "Failed to decode Kubernetes CR: why"},
      {verdict::unowned, true, "OriginLabelNotMatching",
       "A resource with the same name already exists in Teleport and is not owned by the operator "
       "(why). Refusing to reconcile."},
      {verdict::claimed, true, "ClaimedByAnotherResource",
       "The Teleport resource is managed by why, which is older. Delete one of the two, or rename "
       "this one. Refusing to reconcile."},
      {verdict::not_admitted, true, "FeatureNotAvailable", "why"},
      {verdict::rejected, true, "TeleportError", "Teleport returned the error: why"},
      {verdict::failed, true, "TeleportError", "Teleport returned the error: why"},
      {verdict::deletion_blocked, true, "DeletionBlocked", "Teleport returned the error: why"},
  };
  for (const auto& row : rows) {
    auto result = outcome_of(row.what, "why");
    result.fields = {"spec.a", "spec.b"};
    const auto event = event_after(result, see(make_cr()));
    ASSERT_TRUE(event) << to_text(row.what);
    EXPECT_EQ(event->warning, row.warning) << row.reason;
    EXPECT_EQ(event->reason, row.reason);
    EXPECT_EQ(event->note, row.note);
  }
}

TEST(EventText, NothingForAPassThatChangedNothing) {
  for (const auto what : {verdict::in_sync, verdict::ignored, verdict::disconnected,
                          verdict::conflict, verdict::untouched}) {
    EXPECT_FALSE(event_after(outcome_of(what), see(make_cr()))) << to_text(what);
  }
}

TEST(EventText, OfAReleaseSaysWhatBecomesOfTheResource) {
  const std::vector<std::pair<release_reason, event_case>> rows{
      {release_reason::deleted,
       {verdict::released, false, "Deleted", "Deleted role \"admin\" in Teleport."}},
      {release_reason::already_gone,
       {verdict::released, false, "Deleted", "role \"admin\" was not in Teleport any more."}},
      {release_reason::kept,
       {verdict::released, false, "Kept",
        "role \"admin\" stays in Teleport, as the annotation teleport.dev/keep says."}},
      {release_reason::ignored,
       {verdict::released, true, "ReleasedIgnored",
        "The resource was deleted while annotated with teleport.dev/ignore: role \"admin\" stays "
        "in Teleport as it is."}},
      {release_reason::unowned,
       {verdict::released, true, "LeftUnowned",
        "role \"admin\" stays in Teleport: it does not belong to this resource."}},
      {release_reason::misnamed,
       {verdict::released, false, "Deleted",
        "Nothing was deleted in Teleport: this resource never had one there."}},
      {release_reason::claimed,
       {verdict::released, true, "LeftUnowned",
        "role \"admin\" stays in Teleport: it does not belong to this resource."}},
  };
  for (const auto& [why, row] : rows) {
    auto seen = see(make_cr());
    seen.released = why;
    const auto event = event_after(outcome_of(verdict::released), seen);
    ASSERT_TRUE(event) << to_text(why);
    EXPECT_EQ(event->warning, row.warning) << to_text(why);
    EXPECT_EQ(event->reason, row.reason);
    EXPECT_EQ(event->note, row.note);
  }
}

TEST(EventText, OfAReleaseOutOfScopeSaysWhichScopes) {
  auto cr = make_cr("{}");
  cr.other_fields["scope"] = R"("/b")";
  auto seen = see(cr);
  seen.kind = teleport::find_kind("TeleportScopedRoleV1");
  seen.us.scope = "/a";
  seen.target = target_of(*seen.kind, cr);
  seen.released = release_reason::out_of_scope;
  const auto event = event_after(outcome_of(verdict::released), seen);
  ASSERT_TRUE(event && event->warning);
  EXPECT_EQ(event->note,
            "scoped_role \"/b::admin\" stays in Teleport: Resource scope \"/b\" does not match the "
            "operator scope \"/a\".");
}

TEST(EventText, OfAKubernetesFailureDoesNotBlameTeleport) {
  auto seen = see(make_cr());
  seen.kubernetes_failure = k8s::error{k8s::errc::forbidden, 403, {}, "may not patch", {}};
  const auto next = next_step(seen);
  const auto event = event_after(std::get<finish>(next).result, seen);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->reason, "KubernetesError");
  EXPECT_EQ(event->note, "Kubernetes returned the error: may not patch");
}

}  // namespace
}  // namespace actors::core
