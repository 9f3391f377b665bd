#include "teleport/references.hpp"

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>

#include "teleport/codec/layout.hpp"
#include "tests/unit/teleport/codec/support.hpp"

namespace teleport {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using ::testing::ElementsAre;

/// The last field of a path; nullptr when it leads nowhere.
const FieldDescriptor* field_at(const Descriptor* type, const std::string& path) {
  if (type == nullptr) return nullptr;
  const auto dot = path.find('.');
  const auto* field = codec::field_named(*type, path.substr(0, dot));
  if (field == nullptr || dot == std::string::npos) return field;
  return field_at(field->message_type(), path.substr(dot + 1));
}

bool exists(const std::string& teleport_kind) {
  const auto& kinds = all_kinds();
  return std::any_of(kinds.begin(), kinds.end(),
                     [&](const kind& one) { return one.teleport_kind == teleport_kind; });
}

TEST(References, OfTheRegistryLeadToTextsAndToKinds) {
  for (const auto& row : all_kinds()) {
    auto all = row.may_need;
    if (!row.refers.teleport_kind.empty()) all.push_back(row.refers);
    for (const auto& one : all) {
      EXPECT_TRUE(exists(one.teleport_kind)) << row.cr_kind << " " << one.teleport_kind;
      const auto* field = field_at(row.descriptor(), one.field);
      ASSERT_NE(field, nullptr) << row.cr_kind << " " << one.field;
      EXPECT_EQ(field->type(), FieldDescriptor::TYPE_STRING) << row.cr_kind << " " << one.field;
    }
  }
}

struct named_case {
  const char *cr_kind, *spec, *named;
};

TEST(References, AreWhatTheFieldsOfAResourceName) {
  const named_case rows[] = {
      {"TeleportUser", R"({"roles":["b","a","b"]})", R"(role "a", role "b")"},
      {"TeleportUser", "{}", ""},
      {"TeleportRoleV7", R"({"allow":{"logins":["root"]}})", ""},
      {"TeleportBotV1", R"({"roles":["a"]})", R"(role "a")"},
      {"TeleportProvisionToken", R"({"roles":["Bot"],"join_method":"token","bot_name":"ci"})",
       R"(bot "ci")"},
      {"TeleportProvisionToken", R"({"roles":["Node"],"join_method":"token"})", ""},
      {"TeleportAccessList",
       R"({"title":"t","owners":[{"name":"alice"}],"grants":{"roles":["a"]},
           "owner_grants":{"roles":["b"]},"membership_requires":{"roles":["c"]},
           "ownership_requires":{"roles":["d"]}})",
       R"(access_list "alice", role "a", role "b", role "c", role "d", user "alice")"},
      {"TeleportGithubConnector",
       R"({"teams_to_roles":[{"organization":"o","team":"t","roles":["a","b"]},
           {"organization":"o","team":"u","roles":["c"]}]})",
       R"(role "a", role "b", role "c")"},
      {"TeleportOIDCConnector", R"({"claims_to_roles":[{"claim":"c","value":"v","roles":["a"]}]})",
       R"(role "a")"},
      {"TeleportSAMLConnector",
       R"({"attributes_to_roles":[{"name":"n","value":"v","roles":["a"]}]})", R"(role "a")"},
      {"TeleportTrustedClusterV2", R"({"role_map":[{"remote":"r","local":["a"]}]})", R"(role "a")"},
      {"TeleportScopedRoleAssignmentV1",
       R"({"user":"alice","assignments":[{"role":"a","scope":"/x"}]})",
       R"(scoped_role "a", user "alice")"},
      {"TeleportScopedTokenV1", R"({"bot_name":"ci","join_method":"token"})", R"(bot "ci")"},
      {"TeleportInferencePolicy", R"({"model":"m"})", R"(inference_model "m")"},
      {"TeleportInferenceModel", R"({"openai":{"openai_model_id":"x","api_key_secret_ref":"key"}})",
       R"(inference_secret "key")"},
      {"TeleportInferenceModel", R"({"bedrock":{"region":"r","bedrock_model_id":"x"}})", ""},
  };
  for (const auto& row : rows) {
    std::string named;
    for (const auto& one : references_in(test::decoded(row.cr_kind, row.spec)))
      named += (named.empty() ? "" : ", ") + to_string(one);
    EXPECT_EQ(named, row.named) << row.cr_kind << " " << row.spec;
  }
}

TEST(References, NamesAreReadThroughLists) {
  const auto list =
      test::decoded("TeleportAccessList", R"({"title":"t","owners":[{"name":"a"},{"name":"b"}]})");
  EXPECT_THAT(texts_at(list.message(), "spec.owners.name"), ElementsAre("a", "b"));
  EXPECT_THAT(texts_at(list.message(), "spec.title"), ElementsAre("t"));
  EXPECT_THAT(texts_at(list.message(), "spec.owners"), ElementsAre());
  EXPECT_THAT(texts_at(list.message(), "spec.nothing.there"), ElementsAre());
  EXPECT_THAT(texts_at(list.message(), ""), ElementsAre());
}

TEST(References, KindsThatCountAreThoseNamedAndThoseThatHoldUpDeletions) {
  for (const auto* kind :
       {"role", "user", "bot", "scoped_role", "inference_model", "inference_secret", "access_list"})
    EXPECT_TRUE(is_waited_for(kind)) << kind;
  for (const auto* kind : {"node", "app", "db", "token", "github", "cert_authority", ""})
    EXPECT_FALSE(is_waited_for(kind)) << kind;
}

}  // namespace
}  // namespace teleport
