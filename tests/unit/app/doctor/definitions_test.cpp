#include "app/doctor/definitions.hpp"

#include <gmock/gmock.h>

namespace app::doctor {
namespace {

using ::testing::HasSubstr;

const teleport::kind& role_v7() {
  return *teleport::find_kind("TeleportRoleV7");
}

const teleport::kind& user() {
  return *teleport::find_kind("TeleportUser");
}

const std::vector<const teleport::kind*> both{&role_v7(), &user()};
const served_types all_served{{"v1", {{"teleportrolesv7", true}}},
                              {"v2", {{"teleportusers", true}}}};

k8s::definition ours(const std::string& version) {
  return {version,
          {version},
          {version},
          {"appliedHash", "conditions", "observedGeneration", "storedHash", "teleportRevision"}};
}

TEST(Definitions, ThatAreServedAreWell) {
  for (const auto& one : judge_definitions(both, all_served)) EXPECT_EQ(one.is, verdict::ok);
}

TEST(Definitions, NoneAtAllIsOneFailure) {
  const auto got = judge_definitions(both, {});
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].is, verdict::failed);
  EXPECT_EQ(got[0].remedy, "kubectl apply -f crds/");
}

TEST(Definitions, OneThatIsMissingIsAWarningWithItsFile) {
  const auto got = judge_definitions(both, {{"v1", {{"teleportrolesv7", true}}}});
  ASSERT_EQ(got.size(), 2U);
  EXPECT_EQ(got[0].is, verdict::ok);
  EXPECT_EQ(got[1].is, verdict::warning);
  EXPECT_THAT(got[1].remedy, HasSubstr("crds/resources.teleport.dev_users.yaml"));
}

TEST(Definitions, InAnotherVersionAreAFailure) {
  const auto got = judge_definitions({&user()}, {{"v1", {{"teleportusers", true}}}});
  EXPECT_EQ(got[0].is, verdict::failed);
  EXPECT_EQ(got[0].seen, "served in v1, but the operator needs v2");
}

TEST(Definitions, WithoutAStatusAreAFailure) {
  const auto got = judge_definitions({&user()}, {{"v2", {{"teleportusers", false}}}});
  EXPECT_EQ(got[0].is, verdict::failed);
  EXPECT_THAT(got[0].seen, HasSubstr("no status"));
}

TEST(Releases, OfOursAreWell) {
  EXPECT_EQ(
      judge_releases(both, {{"teleportrolesv7", ours("v1")}, {"teleportusers", ours("v2")}}).is,
      verdict::ok);
}

TEST(Releases, WithoutOurStatusFieldsAreNamed) {
  auto official = ours("v2");
  official.status_fields = {"conditions", "teleportResourceID"};
  const auto got =
      judge_releases(both, {{"teleportrolesv7", ours("v1")}, {"teleportusers", official}});
  EXPECT_EQ(got.is, verdict::warning);
  ASSERT_FALSE(got.details.empty());
  EXPECT_EQ(got.details[0].second, "teleportusers");
}

TEST(Releases, StoredInAnotherVersionAreNamed) {
  const auto got = judge_releases({&user()}, {{"teleportusers", ours("v1")}});
  EXPECT_EQ(got.is, verdict::warning);
  EXPECT_EQ(got.details[0].second, "stored as v1, ours as v2");
}

TEST(Releases, ThatCannotBeReadAreNoFailure) {
  EXPECT_EQ(judge_releases(both, {}).is, verdict::skipped);
}

}  // namespace
}  // namespace app::doctor
