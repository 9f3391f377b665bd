/// What the plan does for kinds that are not like all others: calls that answer nothing, subkinds,
/// singletons, rules of a kind, scopes.

#include <gmock/gmock.h>

#include "actors/core/failures.hpp"
#include "actors/core/plan.hpp"
#include "support.hpp"

namespace actors::core {
namespace {

using ::testing::HasSubstr;
using testing::make_cr;
using testing::other_spec;
using testing::root_spec;
using testing::stored;
using testing::to_text;

constexpr const char* deletion_time = "2026-01-03T00:00:00Z";
constexpr const char* of_a = R"("/a")";

observed see(const teleport::kind& kind, k8s::object cr, scoped_operator us = {}) {
  observed seen;
  seen.kind = &kind;
  seen.us = std::move(us);
  seen.cr = std::make_shared<const k8s::object>(std::move(cr));
  decode_into(seen);
  seen.claimed = seen.target.key;
  return seen;
}

void found(observed& seen, teleport::resource existing) {
  seen.looked_up = true;
  seen.existing = std::move(existing);
}

outcome result_of(const observed& seen) {
  const auto next = next_step(seen);
  const auto* end = std::get_if<finish>(&next);
  EXPECT_NE(end, nullptr) << to_text(next);
  return end == nullptr ? outcome{} : end->result;
}

// -- calls that answer nothing --

/// Created, and answered with nothing: what is there is what was sent, its revision unknown.
observed created_without_answer() {
  auto seen = see(testing::role_kind(), make_cr());
  found(seen, stored(root_spec, ""));
  seen.written = verdict::created;
  return seen;
}

TEST(ReadBack, AWriteThatTellsNoRevisionIsLookedAt) {
  auto seen = created_without_answer();
  EXPECT_EQ(to_text(next_step(seen)), "read_back");
  seen.existing->set_revision("r1");
  EXPECT_EQ(to_text(next_step(seen)), "finish created");
}

TEST(ReadBack, WhatWasStoredAsSentIsRecorded) {
  auto seen = created_without_answer();
  seen.read_back = read_back_state::done;
  seen.existing = stored(root_spec, "r5");
  const auto result = result_of(seen);
  EXPECT_EQ(result.what, verdict::created);
  EXPECT_EQ(result.revision, "r5");
  EXPECT_EQ(result.stored_hash, teleport::stored_hash(*seen.existing));
}

TEST(ReadBack, AnotherContentIsNotTakenForOurs) {
  auto seen = created_without_answer();
  seen.read_back = read_back_state::done;
  seen.existing = stored(other_spec, "r6");
  const auto result = result_of(seen);
  EXPECT_EQ(result.what, verdict::created);
  EXPECT_EQ(result.revision + result.stored_hash, "");
}

TEST(ReadBack, AFailureDoesNotMakeTheWriteBad) {
  auto seen = created_without_answer();
  seen.read_back = read_back_state::failed;
  const auto result = result_of(seen);
  EXPECT_EQ(result.what, verdict::created);
  EXPECT_EQ(result.revision + result.stored_hash, "");
}

TEST(ReadBack, WhatIsGoneAgainIsLookedAtAnew) {
  auto seen = created_without_answer();
  seen.read_back = read_back_state::done;
  seen.existing.reset();
  EXPECT_EQ(result_of(seen).what, verdict::conflict);
}

TEST(ReadBack, AServerWithoutRevisionsIsNotAskedForEver) {
  auto seen = created_without_answer();
  seen.read_back = read_back_state::done;
  const auto result = result_of(seen);
  EXPECT_EQ(result.what, verdict::created);
  EXPECT_FALSE(result.stored_hash.empty()) << "by which the next look finds it in sync";
}

// -- subkinds --

const teleport::kind& server_kind(const char* cr_kind = "TeleportOpenSSHServerV2") {
  return *teleport::find_kind(cr_kind);
}

teleport::resource server_of(const teleport::kind& kind) {
  const teleport::cr_content content{"admin", {}, {}, R"({"hostname":"a","addr":"b:22"})", {}};
  auto decoded = teleport::decode(kind, content);
  EXPECT_TRUE(decoded.ok());
  return decoded.value();
}

TEST(Subkind, AnotherOneIsRefusedInTheOfficialWords) {
  auto seen = see(server_kind(), make_cr(R"({"hostname":"a","addr":"b:22"})"));
  found(seen, server_of(server_kind("TeleportOpenSSHEICEServerV2")));
  const auto result = result_of(seen);
  EXPECT_EQ(result.what, verdict::rejected);
  EXPECT_EQ(result.detail,
            "Wrong server subKind, was expecting \"openssh\", got \"openssh-ec2-ice\"");
}

TEST(Subkind, AnotherOneIsNotDeletedAndDoesNotHoldTheCrUp) {
  auto cr = make_cr();
  cr.deletion_timestamp = deletion_time;
  auto seen = see(server_kind(), cr);
  found(seen, server_of(server_kind("TeleportOpenSSHEICEServerV2")));
  EXPECT_EQ(to_text(next_step(seen)), "remove_finalizer unowned");
  found(seen, server_of(server_kind()));
  EXPECT_EQ(to_text(next_step(seen)), "delete");
}

// -- singletons --

TEST(Singleton, AWronglyNamedCrNeverTouchesTheRealOne) {
  const auto& kind = *teleport::find_kind("TeleportAutoupdateConfigV1");
  auto cr = make_cr("{}");
  auto live = see(kind, cr);
  EXPECT_EQ(result_of(live).what, verdict::misnamed);
  cr.deletion_timestamp = deletion_time;
  EXPECT_EQ(to_text(next_step(see(kind, cr))), "remove_finalizer misnamed");
}

// -- rules of a kind --

teleport::kind fussy_kind() {
  auto kind = testing::role_kind();
  kind.rules.refusal = [](const google::protobuf::Message&) {
    return std::string{"no such thing"};
  };
  kind.rules.is_gone = [](const teleport::error& why) {
    return why.code == teleport::errc::compare_failed && why.message == "gone";
  };
  return kind;
}

TEST(KindRules, ARefusalIsAMutationErrorAndNothingIsSent) {
  const auto kind = fussy_kind();
  auto seen = see(kind, make_cr());
  const auto result = result_of(seen);
  EXPECT_EQ(result.what, verdict::mutation_failed);
  EXPECT_EQ(result.detail, "no such thing");
}

TEST(KindRules, TellWhichFailedDeletesFoundNothing) {
  using teleport::errc;
  const auto kind = fussy_kind();
  EXPECT_TRUE(means_gone(kind, {errc::compare_failed, "gone"}));
  EXPECT_FALSE(means_gone(kind, {errc::compare_failed, "still there"}));
  EXPECT_TRUE(means_gone(kind, {errc::not_found, "x"}));
  EXPECT_FALSE(means_gone(testing::role_kind(), {errc::compare_failed, "gone"}));
}

// -- scopes --

const teleport::kind& scoped_kind() {
  return *teleport::find_kind("TeleportScopedRoleV1");
}

k8s::object scoped_cr() {
  auto cr = make_cr("{}");
  cr.kind = "TeleportScopedRoleV1";
  cr.other_fields["scope"] = of_a;
  return cr;
}

scoped_operator operator_of(const char* scope, const char* id = "id-1") {
  return {scope, id, {}, {}, {}};
}

TEST(Scopes, AnotherScopeIsRefusedBeforeTheFinalizer) {
  auto cr = scoped_cr();
  cr.finalizers.clear();
  const auto result = result_of(see(scoped_kind(), cr));
  EXPECT_EQ(result.what, verdict::out_of_scope);
  EXPECT_THAT(result.scope->text, HasSubstr("Resource is scoped but operator is not"));
  EXPECT_EQ(to_text(next_step(see(scoped_kind(), cr, operator_of("/a")))), "add_finalizer");
}

TEST(Scopes, ADeleteOutOfScopeLeavesTeleportAlone) {
  auto cr = scoped_cr();
  cr.deletion_timestamp = deletion_time;
  EXPECT_EQ(to_text(next_step(see(scoped_kind(), cr, operator_of("/b")))),
            "remove_finalizer out_of_scope");
  EXPECT_EQ(to_text(next_step(see(scoped_kind(), cr, operator_of("/a")))), "look_up");
}

TEST(Scopes, AnotherOperatorsResourceIsNotOurs) {
  auto seen = see(scoped_kind(), scoped_cr(), operator_of("/a"));
  found(seen, see(scoped_kind(), scoped_cr(), operator_of("/a", "id-2")).desired->value());
  EXPECT_EQ(result_of(seen).what, verdict::unowned);
  found(seen, seen.desired->value());
  EXPECT_EQ(to_text(next_step(seen)), "update updated");
}

TEST(Scopes, TheOwnersLabelsGoBeforeTheCrs) {
  auto cr = scoped_cr();
  cr.labels = {{words::operator_id_label, "forged"}, {"team", "dev"}};
  const auto seen = see(scoped_kind(), cr, operator_of("/a"));
  const auto labels = seen.desired->value().labels();
  EXPECT_EQ(labels.at(words::operator_id_label), "id-1");
  EXPECT_EQ(labels.at("team"), "dev");
  EXPECT_EQ(seen.desired->value().key(), (teleport::resource_key{"admin", "/a"}));
}

TEST(Scopes, KindsWithoutSayNothingOfThem) {
  auto seen = see(testing::role_kind(), make_cr());
  found(seen, stored(root_spec, "r1"));
  seen.written = verdict::created;
  EXPECT_FALSE(result_of(seen).scope);
}

}  // namespace
}  // namespace actors::core
