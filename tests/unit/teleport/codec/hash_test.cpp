#include <gtest/gtest.h>

#include "support.hpp"
#include "teleport/proto/access_list.pb.h"
#include "teleport/proto/user.pb.h"

namespace teleport::test {
namespace {

const char* const user = R"({"roles": ["a"], "traits": {"x": ["1"], "y": ["2"], "z": ["3"]}})";

TEST(ContentHash, IsTheSameForTheSameContent) {
  const auto* other_order = R"({"traits": {"z": ["3"], "y": ["2"], "x": ["1"]}, "roles": ["a"]})";
  const auto hash = content_hash(decoded("TeleportUser", user));
  EXPECT_EQ(hash.size(), 64U);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(content_hash(decoded("TeleportUser", other_order)), hash);
}

TEST(ContentHash, ChangesWithEveryPartThatIsSent) {
  const auto hash = content_hash(decoded("TeleportUser", user));
  EXPECT_NE(content_hash(decoded("TeleportUser", R"({"roles": ["a"]})")), hash);
  auto cr = cr_with(user);
  cr.labels = {{"team", "x"}};
  EXPECT_NE(content_hash(decode(*find_kind("TeleportUser"), cr).value()), hash);
  cr = cr_with(user);
  cr.description = "d";
  EXPECT_NE(content_hash(decode(*find_kind("TeleportUser"), cr).value()), hash);
  cr = cr_with(user);
  cr.name = "other";
  EXPECT_NE(content_hash(decode(*find_kind("TeleportUser"), cr).value()), hash);
  EXPECT_NE(content_hash(decoded("TeleportRoleV6", "{}")),
            content_hash(decoded("TeleportRoleV7", "{}")));
}

TEST(ContentHash, TellsAFalseOptionFromAnUnsetOne) {
  EXPECT_NE(content_hash(decoded("TeleportRoleV7", R"({"options": {"port_forwarding": false}})")),
            content_hash(decoded("TeleportRoleV7", R"({"options": {}})")));
}

TEST(ContentHash, LeavesOutRevisionAndServerFields) {
  auto changed = decoded("TeleportUser", user);
  const auto hash = content_hash(changed);
  changed.set_revision("abc");
  dynamic_cast<types::UserV2&>(changed.mutable_message())
      .mutable_spec()
      ->mutable_createdby()
      ->mutable_user()
      ->set_name("bot-operator");
  EXPECT_EQ(content_hash(changed), hash);
  EXPECT_EQ(changed.revision(), "abc");
}

TEST(StoredHash, LeavesOutWhatOnlyTheServerSets) {
  auto stored = decoded("TeleportUser", user);
  const auto hash = stored_hash(stored);
  auto& message = dynamic_cast<types::UserV2&>(stored.mutable_message());
  message.mutable_metadata()->set_revision("def");
  message.mutable_spec()->mutable_createdby()->mutable_user()->set_name("bot-operator");
  message.GetReflection()->MutableUnknownFields(&message)->AddVarint(99, 1);
  EXPECT_EQ(stored_hash(stored), hash);
  message.mutable_spec()->add_roles("b");
  EXPECT_NE(stored_hash(stored), hash);
}

TEST(ContentHash, DoesNotDependOnWhatAnUpdateKeeps) {
  const auto hash = content_hash(decoded("TeleportLockV2", R"({"message": "m"})"));
  EXPECT_EQ(content_hash(decoded("TeleportLockV2", R"({"message": "m", "created_by": "me"})")),
            hash);
  EXPECT_NE(content_hash(decoded("TeleportLockV2", R"({"message": "n"})")), hash);
}

TEST(ContentHash, CountsWhatTheServerDoesNotGiveBack) {
  const auto* kind = "TeleportGithubConnector";
  EXPECT_NE(content_hash(decoded(kind, R"({"client_secret": "a"})")),
            content_hash(decoded(kind, R"({"client_secret": "b"})")));
}

TEST(StoredHash, LeavesOutWhatOnlySomeReadsShow) {
  const auto* kind = "TeleportGithubConnector";
  const auto hash = stored_hash(decoded(kind, R"({"client_id": "i"})"));
  EXPECT_EQ(stored_hash(decoded(kind, R"({"client_id": "i", "client_secret": "s"})")), hash);
  EXPECT_NE(stored_hash(decoded(kind, R"({"client_id": "j"})")), hash);
}

TEST(StoredHash, LeavesItOutOfListsToo) {
  const auto owners = [](const std::string& status) {
    return stored_hash(
        decoded("TeleportAccessList",
                R"({"owners": [{"name": "a", "ineligible_status": "INELIGIBLE_STATUS_)" + status +
                    "\"}]}"));
  };
  EXPECT_EQ(owners("ELIGIBLE"), owners("EXPIRED"));
}

/// The server keeps traits in a map, and gives them in another order each time.
TEST(StoredHash, TakesTraitsInAnyOrder) {
  using access_list = teleport::accesslist::v1::AccessList;
  const auto one = decoded("TeleportAccessList",
                           R"({"grants": {"traits": {"a": ["1"], "b": ["2"], "c": ["3"]}}})");
  auto other = one;
  auto& grants =
      *dynamic_cast<access_list&>(other.mutable_message()).mutable_spec()->mutable_grants();
  grants.mutable_traits()->SwapElements(0, 2);
  EXPECT_NE(grants.traits(0).key(), "a");
  EXPECT_EQ(stored_hash(one), stored_hash(other));
  EXPECT_TRUE(differences(one, other).empty());
  grants.mutable_traits(0)->set_values(0, "4");
  EXPECT_NE(stored_hash(one), stored_hash(other));
}

TEST(Resource, CopiesOnWrite) {
  auto first = decoded("TeleportUser", user);
  const auto second = first;
  first.set_revision("1");
  EXPECT_EQ(first.revision(), "1");
  EXPECT_EQ(second.revision(), "");
}

}  // namespace
}  // namespace teleport::test
