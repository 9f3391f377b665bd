#include "actors/core/awaited.hpp"

#include <gmock/gmock.h>

#include "actors/core/failures.hpp"
#include "tests/unit/actors/core/support.hpp"

namespace actors::core {
namespace {

using teleport::errc;

/// A pass over a CR of this kind, with what Teleport answered to its write.
observed refused(const std::string& cr_kind, const std::string& spec, const std::string& text,
                 errc code = errc::bad_parameter) {
  observed seen;
  seen.kind = teleport::find_kind(cr_kind);
  auto cr = testing::make_cr(spec);
  cr.kind = cr_kind;
  seen.cr = std::make_shared<const k8s::object>(std::move(cr));
  decode_into(seen);
  EXPECT_TRUE(seen.desired && seen.desired->ok()) << spec;
  seen.teleport_failure = teleport::error{code, text};
  return seen;
}

std::string to_text(const awaited& one) {
  std::string text;
  for (const auto& what : one.which) text += (text.empty() ? "" : ", ") + to_string(what);
  return text;
}

struct refusal_case {
  const char *cr_kind, *spec, *text, *awaited;
};

TEST(Awaited, IsWhatTheCRNamesAndTheRefusalToo) {
  const refusal_case rows[] = {
      // As the official server says it, and as it could.
      {"TeleportUser", R"({"roles":["early","late"]})", "role late is not found", R"(role "late")"},
      {"TeleportUser", R"({"roles":["late"]})", R"(role "late" doesn't exist)", R"(role "late")"},
      {"TeleportUser", R"({"roles":["late"]})", "missing role: late.", R"(role "late")"},
      {"TeleportUser", R"({"roles":["a","b","c"]})", "roles [a, c] are not found",
       R"(role "a", role "c")"},
      // A name within a longer one does not count.
      {"TeleportUser", R"({"roles":["late"]})", "role late-shift is not found", ""},
      {"TeleportUser", R"({"roles":["late"]})", "role too-late is not found", ""},
      {"TeleportUser", R"({"roles":["late"]})", "role late.shift is not found", ""},
      {"TeleportUser", R"({"roles":["late"]})", "translated", ""},
      {"TeleportUser", R"({"roles":["late"]})", "later, role late is not found", R"(role "late")"},
      {"TeleportUser", R"({"roles":["a@b.c"]})", "role a@b.c is not found", R"(role "a@b.c")"},
      // Nothing known is named.
      {"TeleportUser", R"({"roles":["late"]})", "access denied", ""},
      {"TeleportUser", R"({"roles":["late"]})", "", ""},
      {"TeleportUser", "{}", "role late is not found", ""},
      {"TeleportRoleV7", R"({"allow":{"logins":["late"]}})", "login late is not allowed", ""},
      {"TeleportProvisionToken", R"({"roles":["Bot"],"join_method":"token","bot_name":"ci"})",
       R"(bot "ci" not found)", R"(bot "ci")"},
      {"TeleportBotV1", R"({"roles":["deploy"]})", "role deploy is not found", R"(role "deploy")"},
      {"TeleportAccessList",
       R"({"title":"t","owners":[{"name":"alice"}],"grants":{"roles":["reader"]}})",
       R"(user "alice" not found)", R"(access_list "alice", user "alice")"},
      {"TeleportAccessList",
       R"({"title":"t","owners":[{"name":"alice"}],"grants":{"roles":["reader"]}})",
       "role reader is not found", R"(role "reader")"},
      {"TeleportScopedRoleAssignmentV1",
       R"({"user":"alice","assignments":[{"role":"ops","scope":"/x"}]})",
       R"(scoped role "ops" not found)", R"(scoped_role "ops")"},
      {"TeleportInferencePolicy", R"({"model":"small"})", R"(model "small" not found)",
       R"(inference_model "small")"},
  };
  for (const auto& row : rows) {
    const auto found = awaited_after(verdict::rejected, refused(row.cr_kind, row.spec, row.text));
    EXPECT_EQ(to_text(found), row.awaited) << row.text;
    EXPECT_FALSE(found.all);
  }
}

TEST(Awaited, OnlyARefusalWaitsForAnything) {
  const auto seen = refused("TeleportUser", R"({"roles":["late"]})", "role late is not found");
  for (const auto what :
       {verdict::in_sync, verdict::created, verdict::failed, verdict::disconnected,
        verdict::conflict, verdict::invalid, verdict::unowned, verdict::claimed, verdict::released,
        verdict::mutation_failed, verdict::deletion_blocked})
    EXPECT_EQ(to_text(awaited_after(what, seen)), "") << testing::to_text(what);
}

observed blocked(std::vector<std::string> by) {
  auto cr = testing::make_cr();
  cr.deletion_timestamp = "2026-01-03T00:00:00Z";
  auto seen = testing::see(std::move(cr));
  seen.looked_up = true;
  seen.existing = testing::stored(testing::root_spec, "r1");
  seen.teleport_failure = teleport::error{errc::bad_parameter, "in use"};
  seen.held_up_by = std::move(by);
  return seen;
}

TEST(Awaited, ARefusedDeletionWaitsForAllThatAreInItsWay) {
  const auto found = awaited_after(verdict::deletion_blocked, blocked({"bob", "alice"}));
  EXPECT_EQ(to_text(found), R"(user "alice", user "bob")");
  EXPECT_TRUE(found.all);
  EXPECT_EQ(to_text(awaited_after(verdict::deletion_blocked, blocked({}))), "");
}

TEST(Awaited, SoManyAndNoMore) {
  std::vector<std::string> many;
  for (int i = 0; i < 1000; ++i) many.push_back("user" + std::to_string(i));
  EXPECT_EQ(awaited_after(verdict::deletion_blocked, blocked(many)).which.size(), most_awaited);
}

TEST(Awaited, ARefusedUpdateThatNamesAReferenceLostNoRace) {
  auto missing =
      refused("TeleportUser", R"({"roles":["late"]})", "role late is not found", errc::not_found);
  missing.existing = missing.desired->value();
  EXPECT_FALSE(looks_like_race(*missing.teleport_failure, missing));
  EXPECT_EQ(verdict_of(*missing.teleport_failure, missing, false), verdict::rejected);

  auto raced = refused("TeleportUser", R"({"roles":["late"]})", R"(user "admin" not found)",
                       errc::not_found);
  raced.existing = raced.desired->value();
  EXPECT_EQ(verdict_of(*raced.teleport_failure, raced, false), verdict::conflict);

  // The CR's own name: "admin".
  auto either = refused("TeleportUser", R"({"roles":["admin"]})", R"(user "admin" not found)",
                        errc::not_found);
  either.existing = either.desired->value();
  EXPECT_EQ(verdict_of(*either.teleport_failure, either, false), verdict::conflict);
}

// -- a deletion whose obstacle goes while it is being looked for --

TEST(Awaited, ADeletionThatNobodyHoldsUpAnyMoreIsTriedOnceMore) {
  auto seen = blocked({});
  seen.nobody_refers = true;
  seen.deletes = 1;
  EXPECT_EQ(testing::to_text(next_step(seen)), "delete");
  seen.deletes = 2;
  EXPECT_EQ(testing::to_text(next_step(seen)), "finish deletion_blocked");
  seen.deletes = 1;
  seen.teleport_failure->code = errc::access_denied;
  EXPECT_EQ(testing::to_text(next_step(seen)), "finish deletion_blocked");
  auto said = blocked({});  // by an earlier pass: it has another reason
  said.nobody_refers = true;
  said.deletes = 1;
  auto cr = *said.cr;
  cr.status.conditions.emplace_back().reason = words::deletion_blocked;
  said.cr = std::make_shared<const k8s::object>(std::move(cr));
  EXPECT_EQ(testing::to_text(next_step(said)), "finish deletion_blocked");
  auto unknown = blocked({});  // the list failed
  unknown.deletes = 1;
  EXPECT_EQ(testing::to_text(next_step(unknown)), "finish deletion_blocked");
}

}  // namespace
}  // namespace actors::core
