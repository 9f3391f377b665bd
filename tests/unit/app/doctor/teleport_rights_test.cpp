#include "app/doctor/teleport_rights.hpp"

#include <algorithm>

#include <gmock/gmock.h>

namespace app::doctor {
namespace {

using teleport::doctor::role_rights;
using ::testing::HasSubstr;

const std::vector<std::string> all_verbs{"list", "create", "read", "update", "delete"};

role_rights allowing(std::vector<std::string> resources, std::vector<std::string> verbs = all_verbs,
                     const std::string& where = {}) {
  role_rights role{"operator", {}, {}};
  role.allow.rules.push_back({std::move(resources), std::move(verbs), where});
  return role;
}

rights_question about(const std::string& cr_kind, std::vector<role_rights> roles) {
  rights_question with;
  with.kinds = {teleport::find_kind(cr_kind)};
  with.roles = std::move(roles);
  with.try_list = [](const teleport::kind&) -> std::optional<teleport::error> {
    ADD_FAILURE() << "a list was asked for without a doubt";
    return std::nullopt;
  };
  return with;
}

finding judged(const rights_question& with) {
  const auto all = judge_rights(with);
  if (all.size() == 1) return all.front();
  ADD_FAILURE() << all.size() << " findings";
  return {};
}

TEST(TeleportRights, ThatAreAllThereAreWell) {
  const auto got = judged(about("TeleportUser", {allowing({"user"})}));
  EXPECT_EQ(got.is, verdict::ok);
  EXPECT_EQ(got.id, "teleport.rights.user");
}

TEST(TeleportRights, OfKindsThatAreOneInTeleportAreOneFinding) {
  auto with = about("TeleportRoleV6", {allowing({"role"})});
  with.kinds.push_back(teleport::find_kind("TeleportRoleV7"));
  with.kinds.push_back(teleport::find_kind("TeleportUser"));
  const auto got = judge_rights(with);
  ASSERT_EQ(got.size(), 2U);
  EXPECT_EQ(got[0].id, "teleport.rights.role");
  EXPECT_EQ(got[1].id, "teleport.rights.user");
}

TEST(TeleportRights, OneVerbThatIsMissingIsAFailure) {
  const auto got = judged(about("TeleportUser", {allowing({"user"}, {"list", "read", "create"})}));
  EXPECT_EQ(got.is, verdict::failed);
  EXPECT_EQ(got.seen, "not allowed: update, delete");
}

TEST(TeleportRights, NothingAtAllMayBeMeant) {
  EXPECT_EQ(judged(about("TeleportUser", {allowing({"role"})})).is, verdict::warning);
}

TEST(TeleportRights, ThatADenyRuleTakesAreAFailure) {
  auto role = allowing({"*"}, {"*"});
  role.deny.rules.push_back({{"user"}, {"delete"}});
  const auto got = judged(about("TeleportUser", {role}));
  EXPECT_EQ(got.is, verdict::failed);
  EXPECT_THAT(got.seen, HasSubstr("denies: delete"));
}

TEST(TeleportRights, OfConnectorsGoByTheirCommonName) {
  EXPECT_EQ(judged(about("TeleportGithubConnector", {allowing({"auth_connector"})})).is,
            verdict::ok);
  EXPECT_EQ(judged(about("TeleportGithubConnector", {allowing({"github"})})).is, verdict::ok);
}

TEST(TeleportRights, UnderConditionsAreTriedOut) {
  auto with = about("TeleportUser", {allowing({"user"}, all_verbs, "equals(1, 1)")});
  int asked = 0;
  with.try_list = [&](const teleport::kind&) -> std::optional<teleport::error> {
    ++asked;
    return std::nullopt;
  };
  EXPECT_EQ(judged(with).is, verdict::warning);
  EXPECT_EQ(asked, 1);
  with.try_list = [](const teleport::kind&) -> std::optional<teleport::error> {
    return teleport::error{teleport::errc::access_denied, "access denied"};
  };
  EXPECT_EQ(judged(with).is, verdict::failed);
}

TEST(TeleportRights, OfServersNeedLabelsThatShowThem) {
  auto role = allowing({"node"});
  EXPECT_EQ(judged(about("TeleportOpenSSHServerV2", {role})).is, verdict::failed);
  role.allow.labels["node"].labels = {{"env", {"test"}}};
  EXPECT_EQ(judged(about("TeleportOpenSSHServerV2", {role})).is, verdict::warning);
  role.allow.labels["node"].labels = {{"*", {"*"}}};
  EXPECT_EQ(judged(about("TeleportOpenSSHServerV2", {role})).is, verdict::ok);
}

TEST(TeleportRights, OfKindsThatTheClusterDoesNotHaveAreNotNeeded) {
  auto with = about("TeleportOIDCConnector", {});
  EXPECT_EQ(judged(with).is, verdict::skipped);
  with.cluster.oidc = true;
  EXPECT_EQ(judged(with).is, verdict::warning);
}

TEST(TeleportRights, WithoutRolesToReadAreTriedByLists) {
  auto with = about("TeleportUser", {});
  with.roles.reset();
  with.try_list = [](const teleport::kind&) -> std::optional<teleport::error> {
    return std::nullopt;
  };
  EXPECT_EQ(judged(with).is, verdict::ok);
  with.try_list = [](const teleport::kind&) -> std::optional<teleport::error> {
    return teleport::error{teleport::errc::access_denied, "access denied"};
  };
  EXPECT_EQ(judged(with).is, verdict::failed);
}

}  // namespace
}  // namespace app::doctor
