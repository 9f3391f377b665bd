#include "actors/core/status.hpp"

#include <gmock/gmock.h>

#include "support.hpp"

namespace actors::core {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::make_cr;
using testing::root_spec;
using testing::stored;
using testing::to_text;
using clock = std::chrono::system_clock;

const auto noon = clock::from_time_t(1'767'355'200);  // 2026-01-02T12:00:00Z
const auto later = noon + std::chrono::hours{1};
constexpr const char* decoded =
    "ValidStructure=True NoError: Kubernetes CR was successfully decoded.";

/// "Type=Status Reason: message" for each condition, in order.
std::vector<std::string> conditions(const k8s::object_status& status) {
  std::vector<std::string> lines;
  for (const auto& one : status.conditions)
    lines.push_back(one.type + '=' + one.status + ' ' + one.reason + ": " + one.message);
  return lines;
}

k8s::object with_status(k8s::object_status status) {
  auto cr = make_cr();
  cr.status = std::move(status);
  return cr;
}

outcome settled(verdict what) {
  outcome result;
  result.what = what;
  result.revision = "r1";
  result.applied_hash = "applied";
  result.stored_hash = "stored";
  result.found_existing = what != verdict::created;
  return result;
}

outcome failure(verdict what, std::string detail) {
  auto result = outcome_of(what, std::move(detail));
  result.applied_hash = "applied";
  return result;
}

k8s::object_status after(verdict what) {
  return status_after(make_cr(), settled(what), noon);
}

TEST(Conditions, OfACreatedResource) {
  EXPECT_THAT(conditions(after(verdict::created)),
              ElementsAre(decoded,
                          "TeleportResourceOwned=True NewResource: No existing Teleport Resource "
                          "found with that name. The created Resource is owned by the operator.",
                          "SuccessfullyReconciled=True NoError: Teleport Resource was successfully "
                          "reconciled, no error was returned by Teleport.",
                          "Ready=True NoError: The Teleport resource is what this resource says."));
}

TEST(Conditions, OfAResourceThatWasThere) {
  for (const auto what : {verdict::in_sync, verdict::updated, verdict::adopted, verdict::healed}) {
    EXPECT_THAT(
        conditions(after(what)),
        ElementsAre(decoded,
                    "TeleportResourceOwned=True OriginLabelMatching: Teleport resource is owned by "
                    "the operator.",
                    HasSubstr("SuccessfullyReconciled=True NoError"),
                    HasSubstr("Ready=True NoError")))
        << to_text(what);
  }
}

TEST(Conditions, OfASpecThatDoesNotDecode) {
  const auto status = status_after(make_cr(), outcome_of(verdict::invalid, "bad field"), noon);
  EXPECT_THAT(
      conditions(status),
      ElementsAre("ValidStructure=False FailedToDecode: Failed to decode Kubernetes CR: bad field",
                  "Ready=False FailedToDecode: Failed to decode Kubernetes CR: bad field"));
}

TEST(Conditions, OfAForeignResource) {
  const auto status = status_after(make_cr(), failure(verdict::unowned, "why"), noon);
  const std::string text =
      "False OriginLabelNotMatching: A resource with the same name already exists in Teleport and "
      "is not owned by the operator (why). Refusing to reconcile.";
  EXPECT_THAT(conditions(status), ElementsAre(decoded, "TeleportResourceOwned=" + text,
                                              "SuccessfullyReconciled=" + text, "Ready=" + text));
}

TEST(Conditions, OfAClaimNameTheHolder) {
  const auto status =
      status_after(make_cr(), failure(verdict::claimed, "TeleportRoleV6 a/b"), noon);
  ASSERT_EQ(status.conditions.size(), 4U);
  EXPECT_EQ(status.conditions[1].reason, "ClaimedByAnotherResource");
  EXPECT_THAT(status.conditions[1].message, HasSubstr("managed by TeleportRoleV6 a/b"));
}

TEST(Conditions, OfARefusalByTeleport) {
  for (const auto what : {verdict::rejected, verdict::failed}) {
    const auto status = status_after(make_cr(), failure(what, "no such trait"), noon);
    const std::string text = "False TeleportError: Teleport returned the error: no such trait";
    EXPECT_THAT(conditions(status),
                ElementsAre(decoded, "SuccessfullyReconciled=" + text, "Ready=" + text));
  }
}

TEST(Conditions, OfAKubernetesFailureDoNotBlameTeleport) {
  auto seen = testing::see(make_cr());
  seen.kubernetes_failure = k8s::error{k8s::errc::forbidden, 403, {}, "may not patch", {}};
  const auto next = next_step(seen);
  const auto status = status_after(make_cr(), std::get<finish>(next).result, noon);
  const std::string text = "False KubernetesError: Kubernetes returned the error: may not patch";
  EXPECT_THAT(conditions(status), ElementsAre("SuccessfullyReconciled=" + text, "Ready=" + text));
}

TEST(Conditions, OfADeletionSayNothingAboutASpecThatNobodyDecoded) {
  auto cr = with_status(status_after(make_cr(), outcome_of(verdict::invalid, "bad"), noon));
  cr.deletion_timestamp = "2026-01-03T00:00:00Z";
  for (const auto what : {verdict::failed, verdict::deletion_blocked, verdict::disconnected}) {
    const auto status = status_after(cr, outcome_of(what, "no"), later);
    EXPECT_EQ(status.conditions.front().status, "False") << to_text(what);
  }
}

TEST(Conditions, OfAClaimSayNothingAboutASpecThatDoesNotDecode) {
  auto seen = testing::see(make_cr(R"({"nonsense":1})"));
  seen.held_by = "TeleportRoleV6 a/b";
  const auto next = next_step(seen);
  const auto status = status_after(make_cr(), std::get<finish>(next).result, noon);
  EXPECT_EQ(status.conditions.front().type, words::resource_owned);
}

TEST(Conditions, OfABlockedDeletionSayWhatBlocksIt) {
  const auto status =
      status_after(make_cr(), outcome_of(verdict::deletion_blocked, "role is in use by bob"), noon);
  const std::string text =
      "False DeletionBlocked: Teleport returned the error: role is in use by bob";
  EXPECT_THAT(conditions(status), ElementsAre("SuccessfullyReconciled=" + text, "Ready=" + text));
}

TEST(Status, IsUntouchedByPassesThatSayNothing) {
  const auto cr = with_status(after(verdict::created));
  for (const auto what :
       {verdict::ignored, verdict::conflict, verdict::released, verdict::untouched}) {
    EXPECT_EQ(status_after(cr, outcome_of(what, "x"), later), cr.status) << to_text(what);
  }
}

TEST(Status, OfACrInSyncStaysWhenTheConnectionGoes) {
  const auto cr = with_status(after(verdict::created));
  EXPECT_EQ(status_after(cr, failure(verdict::disconnected, "gone"), later), cr.status);
  // One that was edited since is not in sync, and says so.
  auto edited = failure(verdict::disconnected, "gone");
  edited.applied_hash = "another";
  const auto status = status_after(cr, edited, later);
  EXPECT_EQ(status.conditions.back().reason, "TeleportUnreachable");
  EXPECT_EQ(status.conditions.back().status, "False");
}

TEST(Status, IsTheSameForTheSameOutcomeLater) {
  for (const auto what :
       {verdict::in_sync, verdict::created, verdict::updated, verdict::adopted, verdict::healed}) {
    const auto cr = with_status(after(what));
    EXPECT_EQ(status_after(cr, settled(what), later), cr.status) << to_text(what);
  }
  for (const auto what :
       {verdict::invalid, verdict::unowned, verdict::claimed, verdict::not_admitted,
        verdict::rejected, verdict::failed, verdict::deletion_blocked, verdict::disconnected}) {
    const auto first = status_after(make_cr(), failure(what, "the same text"), noon);
    EXPECT_EQ(status_after(with_status(first), failure(what, "the same text"), later), first)
        << to_text(what);
  }
}

TEST(Status, IsNotRewrittenAtARestartWhateverTheLastPassWas) {
  for (const auto what : {verdict::created, verdict::updated, verdict::adopted, verdict::healed}) {
    const auto cr = with_status(after(what));
    EXPECT_EQ(status_after(cr, settled(verdict::in_sync), later), cr.status) << to_text(what);
  }
}

TEST(Status, DoesNotFlapWhileTeleportRefuses) {
  auto cr = with_status(status_after(make_cr(), failure(verdict::rejected, "no"), noon));
  const auto first = cr.status;
  for (int i = 0; i < 3; ++i) {
    cr.status = status_after(cr, failure(verdict::rejected, "no"), later);
    cr.status = status_after(cr, outcome_of(verdict::conflict), later);
    EXPECT_EQ(cr.status, first);
  }
}

TEST(Status, TransitionTimeMovesOnlyWithTheStatusOfTheCondition) {
  auto cr = with_status(status_after(make_cr(), failure(verdict::rejected, "one"), noon));
  cr.status = status_after(cr, failure(verdict::rejected, "two"), later);
  const auto& reconciled = cr.status.conditions.at(1);
  EXPECT_EQ(reconciled.message, "Teleport returned the error: two");
  EXPECT_EQ(reconciled.last_transition_time, "2026-01-02T12:00:00Z");
  cr.status = status_after(cr, settled(verdict::updated), later);
  EXPECT_EQ(cr.status.conditions.at(1).last_transition_time, "2026-01-02T13:00:00Z");
  EXPECT_EQ(cr.status.conditions.at(0).last_transition_time, "2026-01-02T12:00:00Z");
}

TEST(Conditions, OfAMutationThatFailed) {
  EXPECT_THAT(conditions(status_after(make_cr(), failure(verdict::mutation_failed, "no"), noon)),
              ElementsAre(decoded,
                          "SuccessfullyReconciled=False MutationError: The reconciliation failed, "
                          "the operator failed to mutate the resource before creating it in "
                          "Teleport. Mutation failed with error: no",
                          HasSubstr("Ready=False MutationError: ")));
}

TEST(Conditions, OfANameThatCanNotBe) {
  auto result = outcome_of(verdict::misnamed, "the name is fixed");
  result.reason = words::name_is_fixed;
  EXPECT_THAT(conditions(status_after(make_cr(), result, noon)),
              ElementsAre("SuccessfullyReconciled=False NameIsFixed: the name is fixed",
                          "Ready=False NameIsFixed: the name is fixed"));
}

TEST(Conditions, OfAnotherScope) {
  auto result = failure(verdict::out_of_scope, {});
  result.scope = check_scope("/b", "/a");
  const std::string why =
      R"(False NonMatchingScope: Resource scope "/b" does not match the operator scope "/a".)";
  EXPECT_THAT(
      conditions(status_after(make_cr(), result, noon)),
      ElementsAre(decoded, "SuccessfullyReconciled=" + why, "Ready=" + why, "ValidScope=" + why));
}

TEST(Conditions, OfAScopeThatMatches) {
  auto result = settled(verdict::in_sync);
  result.scope = check_scope("", "");
  EXPECT_EQ(conditions(status_after(make_cr(), result, noon)).back(),
            "ValidScope=True Unscoped: Neither resource or operator are scoped");
}

TEST(Conditions, AClaimThatIsBeingDecidedIsNotShown) {
  EXPECT_EQ(status_after(make_cr(), outcome_of(verdict::unclaimed), noon), make_cr().status);
}

TEST(Status, KeepsForeignConditionsFieldsAndTheOrder) {
  k8s::object_status before;
  k8s::condition theirs;
  theirs.type = "Audited";
  theirs.status = "True";
  k8s::condition ready;
  ready.type = words::ready;
  before.conditions = {ready, theirs};
  before.fields = {{"teleportResourceID", "0"}};
  const auto status = status_after(with_status(before), settled(verdict::created), noon);
  std::vector<std::string> types;
  for (const auto& one : status.conditions) types.push_back(one.type);
  EXPECT_THAT(types, ElementsAre("Ready", "Audited", "ValidStructure", "TeleportResourceOwned",
                                 "SuccessfullyReconciled"));
  EXPECT_EQ(status.conditions[1], theirs);
  EXPECT_EQ(status.fields.at("teleportResourceID"), "0");
}

TEST(Status, RecordsGenerationRevisionAndHashes) {
  auto status = after(verdict::created);
  EXPECT_EQ(status.fields, (std::map<std::string, std::string>{{words::observed_generation, "3"},
                                                               {words::teleport_revision, "r1"},
                                                               {words::applied_hash, "applied"},
                                                               {words::stored_hash, "stored"}}));
  for (const auto& one : status.conditions) EXPECT_EQ(one.observed_generation, 3) << one.type;
}

TEST(Status, AFailedPassKeepsTheRecordOfTheLastWrite) {
  const auto cr = with_status(after(verdict::created));
  const auto status = status_after(cr, failure(verdict::rejected, "no"), later);
  EXPECT_EQ(status.fields.at(words::teleport_revision), "r1");
  EXPECT_EQ(status.fields.at(words::applied_hash), "applied");
}

TEST(Status, ForgetsARevisionThatTheWriteDidNotTell) {
  const auto cr = with_status(after(verdict::created));
  auto blind = settled(verdict::updated);
  blind.revision.clear();
  // Empty: the patch removes the field (k8s/patch.hpp).
  EXPECT_EQ(status_after(cr, blind, later).fields.at(words::teleport_revision), "");
  blind.what = verdict::created;
  EXPECT_FALSE(status_after(make_cr(), blind, later).fields.contains(words::teleport_revision));
}

TEST(Status, OfAnActorThatKeepsDyingIsTheSameEachTime) {
  auto cr = with_status(after(verdict::created));
  cr.status = status_of_failed_actor(cr, later);
  EXPECT_EQ(cr.status.conditions.back().reason, "ActorFailed");
  EXPECT_EQ(cr.status.conditions.back().status, "False");
  EXPECT_EQ(status_of_failed_actor(cr, later + std::chrono::hours{1}), cr.status);
}

TEST(Rfc3339, IsUtcWithSeconds) {
  EXPECT_EQ(rfc3339(noon), "2026-01-02T12:00:00Z");
  EXPECT_EQ(rfc3339(clock::from_time_t(0)), "1970-01-01T00:00:00Z");
}

}  // namespace
}  // namespace actors::core
