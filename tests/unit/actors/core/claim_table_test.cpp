#include "actors/core/claim_table.hpp"

#include <gmock/gmock.h>

#include "support.hpp"

namespace actors::core {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

messages::claim claim_of(const char* kind, const char* ns, const char* uid, const char* created,
                         const char* name = "admin") {
  return {{teleport::find_kind(kind), {ns, name}, uid}, created, {name}};
}

const auto old_one = claim_of("TeleportRoleV6", "a", "uid-1", "2026-01-01T00:00:00Z");
const auto new_one = claim_of("TeleportRoleV7", "b", "uid-2", "2026-01-02T00:00:00Z");
const auto newest = claim_of("TeleportRoleV7", "c", "uid-3", "2026-01-03T00:00:00Z");

/// "uid: ours" or "uid: held by …".
std::vector<std::string> texts(const std::vector<claim_table::decision>& decisions) {
  std::vector<std::string> lines;
  for (const auto& one : decisions)
    lines.push_back(one.who.uid + ": " + one.held_by.value_or("ours"));
  return lines;
}

TEST(ClaimTable, GivesTheResourceToTheFirst) {
  claim_table table;
  EXPECT_THAT(texts(table.add(old_one)), ElementsAre("uid-1: ours"));
  EXPECT_THAT(texts(table.add(new_one)), ElementsAre("uid-2: TeleportRoleV6 a/admin"));
  EXPECT_EQ(table.size(), 2U);
}

TEST(ClaimTable, AnOlderClaimantTakesOverAndTheOthersAreTold) {
  claim_table table;
  table.add(newest);
  table.add(new_one);
  EXPECT_THAT(texts(table.add(old_one)), ElementsAre("uid-1: ours", "uid-2: TeleportRoleV6 a/admin",
                                                     "uid-3: TeleportRoleV6 a/admin"));
}

TEST(ClaimTable, AnotherWishGivesTheFormerOneUp) {
  claim_table table;
  table.add(old_one);
  table.add(new_one);
  auto renamed = old_one;
  renamed.wants.name = "ops@example.com";
  EXPECT_THAT(texts(table.add(renamed)), ElementsAre("uid-1: ours", "uid-2: ours"));
  EXPECT_EQ(table.add(renamed).front().wanted, renamed.wants);
  EXPECT_EQ(table.size(), 2U);
}

std::vector<std::string> uids(const std::vector<messages::cr_id>& holders) {
  std::vector<std::string> found;
  found.reserve(holders.size());
  for (const auto& one : holders) found.push_back(one.uid);
  return found;
}

TEST(ClaimTable, FindsWhoHasAResource) {
  claim_table table;
  auto scoped = claim_of("TeleportScopedRoleV1", "a", "uid-4", "2026-01-01T00:00:00Z");
  scoped.wants.scope = "/a";
  auto elsewhere = claim_of("TeleportScopedRoleV1", "a", "uid-5", "2026-01-01T00:00:00Z");
  elsewhere.wants.scope = "/b";
  auto next = claim_of("TeleportScopedRoleV1", "a", "uid-6", "2026-01-01T00:00:00Z", "admins");
  for (const auto& one : {new_one, old_one, scoped, elsewhere, next}) table.add(one);
  EXPECT_THAT(uids(table.holders_of("role", {"admin"}, false)), ElementsAre("uid-1"));
  EXPECT_THAT(uids(table.holders_of("role", {"ops"}, false)), IsEmpty());
  EXPECT_THAT(uids(table.holders_of("user", {"admin"}, false)), IsEmpty());
  EXPECT_THAT(uids(table.holders_of("scoped_role", {"admin", "/b"}, false)), ElementsAre("uid-5"));
  EXPECT_THAT(uids(table.holders_of("scoped_role", {"admin"}, false)), IsEmpty());
  EXPECT_THAT(uids(table.holders_of("scoped_role", {"admin"}, true)),
              ElementsAre("uid-4", "uid-5"));
}

TEST(ClaimTable, ScopesAreApart) {
  claim_table table;
  auto scoped = new_one;
  scoped.wants.scope = "/a";
  table.add(old_one);
  EXPECT_THAT(texts(table.add(scoped)), ElementsAre("uid-2: ours"));
}

TEST(ClaimTable, AskedAgainAnswersTheSame) {
  claim_table table;
  table.add(old_one);
  table.add(new_one);
  EXPECT_THAT(texts(table.add(old_one)), ElementsAre("uid-1: ours"));
  EXPECT_THAT(texts(table.add(new_one)), ElementsAre("uid-2: TeleportRoleV6 a/admin"));
  EXPECT_EQ(table.size(), 2U);
}

TEST(ClaimTable, OfTheSameAgeTheSmallerUidHasIt) {
  claim_table table;
  auto twin = old_one;
  twin.who.uid = "uid-0";
  twin.who.key.ns = "z";
  table.add(old_one);
  EXPECT_THAT(texts(table.add(twin)), ElementsAre("uid-0: ours", "uid-1: TeleportRoleV6 z/admin"));
}

TEST(ClaimTable, TheNextOneGetsItWhenTheHolderGoes) {
  claim_table table;
  for (const auto& one : {old_one, new_one, newest}) table.add(one);
  EXPECT_THAT(texts(table.remove(old_one.who)),
              ElementsAre("uid-2: ours", "uid-3: TeleportRoleV7 b/admin"));
  EXPECT_THAT(texts(table.remove(newest.who)), IsEmpty());
  EXPECT_THAT(texts(table.remove(new_one.who)), IsEmpty());
  EXPECT_EQ(table.size(), 0U);
}

TEST(ClaimTable, RemovingAStrangerChangesNothing) {
  claim_table table;
  table.add(old_one);
  EXPECT_THAT(texts(table.remove(new_one.who)), IsEmpty());
  EXPECT_EQ(table.size(), 1U);
}

TEST(ClaimTable, OtherNamesAndOtherTeleportKindsDoNotMeet) {
  claim_table table;
  table.add(old_one);
  const auto user = claim_of("TeleportUser", "a", "uid-4", "2026-01-02T00:00:00Z");
  const auto other = claim_of("TeleportRoleV7", "a", "uid-5", "2026-01-02T00:00:00Z", "editor");
  EXPECT_THAT(texts(table.add(user)), ElementsAre("uid-4: ours"));
  EXPECT_THAT(texts(table.add(other)), ElementsAre("uid-5: ours"));
}

TEST(ClaimTable, RetainDropsTheDeadOfOneKindOnly) {
  claim_table table;
  for (const auto& one : {old_one, new_one, newest}) table.add(one);
  EXPECT_THAT(texts(table.retain(new_one.who.kind, {"uid-3"})), IsEmpty());
  EXPECT_EQ(table.size(), 2U);
  EXPECT_THAT(texts(table.retain(old_one.who.kind, {})), UnorderedElementsAre("uid-3: ours"));
  EXPECT_EQ(table.size(), 1U);
}

}  // namespace
}  // namespace actors::core
