/// Kinds of the newer form: what their specs have that others have not.

#include <gmock/gmock.h>

#include "support.hpp"
#include "teleport/proto/bot.pb.h"
#include "teleport/proto/inference.pb.h"
#include "teleport/proto/scoped_role.pb.h"
#include "teleport/proto/scoped_token.pb.h"
#include "teleport/proto/workload_identity.pb.h"

namespace teleport::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(NewerKinds, DurationsBecomeMessages) {
  const auto bot = decoded("TeleportBotV1", R"({"max_session_ttl": "12h30m"})");
  const auto& spec = as<teleport::machineid::v1::Bot>(bot).spec();
  EXPECT_EQ(spec.max_session_ttl().seconds(), 45000);
}

TEST(NewerKinds, TraitsOfBotsAreAListOfPairs) {
  const auto bot =
      decoded("TeleportBotV1", R"({"traits": [{"name": "logins", "values": ["a", "b"]}]})");
  const auto& traits = as<teleport::machineid::v1::Bot>(bot).spec().traits();
  ASSERT_EQ(traits.size(), 1);
  EXPECT_EQ(traits[0].name(), "logins");
  EXPECT_EQ(traits[0].values_size(), 2);
}

TEST(NewerKinds, ClaimsAreAnyObject) {
  const auto identity =
      decoded("TeleportWorkloadIdentityV1",
              R"({"spiffe": {"jwt": {"extra_claims": {"nested": {"list": [1, "two", true]}}}}})");
  const auto& claims =
      as<teleport::workloadidentity::v1::WorkloadIdentity>(identity).spec().spiffe().jwt();
  const auto& nested = claims.extra_claims().fields().at("nested").struct_value();
  EXPECT_EQ(nested.fields().at("list").list_value().values_size(), 3);
}

TEST(NewerKinds, AlternativesExcludeEachOther) {
  const auto identity = [](const std::string& condition) {
    return R"({"rules": {"allow": [{"conditions": [)" + condition + "]}]}}";
  };
  EXPECT_THAT(refusal("TeleportWorkloadIdentityV1",
                      identity(R"({"attribute": "a", "not_in": {"values": ["b"]}})")),
              IsEmpty());
  EXPECT_THAT(refusal("TeleportWorkloadIdentityV1",
                      identity(R"({"attribute": "a", "eq": {"value": "b"}, "in": {}})")),
              HasSubstr("spec.rules.allow[0].conditions[0].in: only one of the alternatives"));
  EXPECT_THAT(refusal("TeleportInferenceModel", R"({"openai": {}, "bedrock": {}})"),
              HasSubstr("only one of the alternatives"));
}

TEST(NewerKinds, UnsetBooleansStayUnset) {
  const auto role = decoded("TeleportScopedRoleV1", R"({"ssh": {"forward_agent": false}})");
  const auto& ssh = as<teleport::scopes::access::v1::ScopedRole>(role).spec().ssh();
  EXPECT_TRUE(ssh.has_forward_agent());
  EXPECT_FALSE(ssh.forward_agent());
  EXPECT_FALSE(ssh.has_file_copy());
}

TEST(NewerKinds, ScopeStandsBesideTheSpec) {
  auto cr = cr_with(R"({"assigned_scope": "/staging/west"})");
  cr.other_fields["scope"] = R"("/staging")";
  const auto token = decode(*find_kind("TeleportScopedTokenV1"), cr);
  ASSERT_TRUE(token.ok()) << token.failure().message;
  EXPECT_EQ(as<teleport::scopes::joining::v1::ScopedToken>(token.value()).scope(), "/staging");
  const auto bot = decode(*find_kind("TeleportBotV1"), cr);
  ASSERT_FALSE(bot.ok());
  EXPECT_THAT(bot.failure().message, HasSubstr("unknown field \"scope\""));
}

TEST(NewerKinds, AssignmentsCarryTheirSubkind) {
  EXPECT_EQ(decoded("TeleportScopedRoleAssignmentV1", R"({"user": "alice"})").subkind(), "dynamic");
}

/// The server answers an inference secret without its spec.
TEST(NewerKinds, SecretsAreComparedByTheirMetadataOnly) {
  const auto desired = decoded("TeleportInferenceSecret", R"({"value": "s3cret"})");
  const auto other = decoded("TeleportInferenceSecret", R"({"value": "another"})");
  auto stored = decoded("TeleportInferenceSecret", R"({"value": "s3cret"})");
  using secret = teleport::summarizer::v1::InferenceSecret;
  dynamic_cast<secret&>(stored.mutable_message()).clear_spec();
  EXPECT_THAT(differences(desired, stored), IsEmpty());
  EXPECT_EQ(stored_hash(desired), stored_hash(stored));
  EXPECT_EQ(stored_hash(other), stored_hash(stored));
  auto& labels =
      *dynamic_cast<secret&>(stored.mutable_message()).mutable_metadata()->mutable_labels();
  labels["moved"] = "yes";
  EXPECT_THAT(differences(desired, stored), ElementsAre("metadata.labels"));
}

/// The server keeps the traits of a bot in a map and gives them back in any order.
TEST(NewerKinds, TraitsOfBotsHaveNoOrder) {
  const auto one = decoded("TeleportBotV1", R"({"traits": [{"name": "a", "values": ["1", "2"]},
                                                           {"name": "b", "values": ["3"]}]})");
  const auto two = decoded("TeleportBotV1", R"({"traits": [{"name": "b", "values": ["3"]},
                                                           {"name": "a", "values": ["1", "2"]}]})");
  EXPECT_THAT(differences(one, two), IsEmpty());
  EXPECT_EQ(stored_hash(one), stored_hash(two));
}

}  // namespace
}  // namespace teleport::test
