#include <functional>

#include <gmock/gmock.h>

#include "support.hpp"
#include "teleport/proto/role.pb.h"
#include "teleport/proto/token.pb.h"
#include "teleport/proto/user.pb.h"

namespace teleport::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using paths = std::vector<std::string>;

struct comparison_case {
  const char* why;
  const char* kind;
  const char* desired;
  const char* stored;
  paths differ;
};

TEST(Differences, ByMeaning) {
  const comparison_case cases[] = {
      {"equal", "TeleportUser", R"({"roles": ["a"]})", R"({"roles": ["a"]})", {}},
      {"the server filled defaults",
       "TeleportRoleV7",
       R"({"allow": {"logins": ["root"]}})",
       R"({"allow": {"logins": ["root"]}, "options": {"cert_format": "standard", "ssh_file_copy": true}})",
       {}},
      {"a list changed",
       "TeleportRoleV7",
       R"({"allow": {"logins": ["root"]}})",
       R"({"allow": {"logins": ["me"]}})",
       {"spec.allow.logins"}},
      {"a list lost an element",
       "TeleportRoleV7",
       R"({"allow": {"logins": ["a", "b"]}})",
       R"({"allow": {"logins": ["a"]}})",
       {"spec.allow.logins"}},
      {"an ordered list",
       "TeleportRoleV7",
       R"({"allow": {"logins": ["a", "b"]}})",
       R"({"allow": {"logins": ["b", "a"]}})",
       {"spec.allow.logins"}},
      {"a set", "TeleportUser", R"({"roles": ["a", "b"]})", R"({"roles": ["b", "a", "b"]})", {}},
      {"the server writes system roles its way",
       "TeleportProvisionToken",
       R"({"roles": ["node", "KUBE"]})",
       R"({"roles": ["Kube", "Node"]})",
       {}},
      {"a false option is a wish",
       "TeleportRoleV7",
       R"({"options": {"port_forwarding": false}})",
       R"({"options": {"port_forwarding": true}})",
       {"spec.options.port_forwarding"}},
      {"a false option against unset",
       "TeleportRoleV7",
       R"({"options": {"port_forwarding": false}})",
       R"({"options": {}})",
       {"spec.options.port_forwarding"}},
      {"a default scalar is no wish",
       "TeleportRoleV7",
       R"({"options": {"max_connections": 0, "forward_agent": false}})",
       R"({"options": {"max_connections": 3, "forward_agent": true}})",
       {}},
      {"elements of a list may have defaults filled",
       "TeleportRoleV7",
       R"({"allow": {"kubernetes_resources": [{"kind": "pod", "name": "*"}]}})",
       R"({"allow": {"kubernetes_resources": [{"kind": "pod", "name": "*", "verbs": ["*"]}]}})",
       {}},
      {"inside of an element",
       "TeleportRoleV7",
       R"({"allow": {"rules": [{"verbs": ["list"]}, {"verbs": ["read"]}]}})",
       R"({"allow": {"rules": [{"verbs": ["list"]}, {"verbs": ["use"]}]}})",
       {"spec.allow.rules[1].verbs"}},
      {"a longer list of objects",
       "TeleportRoleV7",
       R"({"allow": {"rules": [{"verbs": ["list"]}]}})",
       R"({"allow": {"rules": [{"verbs": ["list"]}, {}]}})",
       {"spec.allow.rules"}},
      {"label lists as a whole",
       "TeleportRoleV7",
       R"({"allow": {"node_labels": {"a": "1"}}})",
       R"({"allow": {"node_labels": {"a": "1", "b": "2"}}})",
       {"spec.allow.node_labels"}},
      {"label lists in another order",
       "TeleportRoleV7",
       R"({"allow": {"node_labels": {"a": "1", "b": "2"}}})",
       R"({"allow": {"node_labels": {"b": "2", "a": ["1"]}}})",
       {}},
      {"an empty object is a wish",
       "TeleportRoleV7",
       R"({"options": {"idp": {}}})",
       R"({})",
       {"spec.options.idp"}},
      {"an empty object that is always there is none",
       "TeleportRoleV7",
       R"({"options": {}, "allow": {}})",
       R"({})",
       {}},
      {"enums",
       "TeleportRoleV7",
       R"({"options": {"require_session_mfa": "yes"}})",
       R"({"options": {"require_session_mfa": 2}})",
       {"spec.options.require_session_mfa"}},
      {"several, sorted",
       "TeleportUser",
       R"({"traits": {"x": ["1"]}, "roles": ["a"], "trusted_device_ids": ["d"]})",
       R"({"trusted_device_ids": ["d"]})",
       {"spec.roles", "spec.traits"}},
      {"times",
       "TeleportProvisionToken",
       R"({"bound_keypair": {"rotate_after": "2030-01-01T00:00:00Z"}})",
       R"({"bound_keypair": {"rotate_after": "2031-01-01T00:00:00Z"}})",
       {"spec.bound_keypair.rotate_after"}},
      {"traits are a set",
       "TeleportAccessList",
       R"({"grants": {"traits": {"a": ["1", "2"], "b": ["3"]}}})",
       R"({"grants": {"traits": {"b": ["3"], "a": ["1", "2"]}}})",
       {}},
      {"a trait has another value",
       "TeleportAccessList",
       R"({"grants": {"traits": {"a": ["1"], "b": ["3"]}}})",
       R"({"grants": {"traits": {"a": ["1"], "b": ["4"]}}})",
       {"spec.grants.traits"}},
      {"a trait too many",
       "TeleportAccessList",
       R"({"grants": {"traits": {"a": ["1"]}}})",
       R"({"grants": {"traits": {"a": ["1"], "b": []}}})",
       {"spec.grants.traits"}},
      {"lists by name",
       "TeleportLoginRule",
       R"({"traits_map": {"a": ["1"], "b": ["2"]}})",
       R"({"traits_map": {"b": ["2"], "a": ["3"]}})",
       {"traits_map"}},
      {"a field of an inlined message, by its name in the CR",
       "TeleportOIDCConnector",
       R"({"max_age": "1h"})",
       R"({"max_age": "2h"})",
       {"spec.max_age"}},
      {"an inlined message that is not there",
       "TeleportOIDCConnector",
       R"({"max_age": "1h"})",
       R"({})",
       {"spec.max_age"}},
      {"a set but false boolean that can be unset",
       "TeleportScopedRoleV1",
       R"({"ssh": {"forward_agent": false, "file_copy": true}})",
       R"({"ssh": {"file_copy": true}})",
       {"spec.ssh.forward_agent"}},
      {"what an update keeps",
       "TeleportLockV2",
       R"({"message": "m", "created_by": "me", "created_at": "2030-01-01T00:00:00Z"})",
       R"({"message": "m", "created_by": "you", "created_at": "2031-01-01T00:00:00Z"})",
       {}},
  };
  for (const auto& [why, kind, desired, stored, differ] : cases) {
    EXPECT_EQ(differences(decoded(kind, desired), decoded(kind, stored)), differ) << why;
  }
}

struct not_read_back_case {
  const char* kind;
  const char* spec;
  bool sets_some;
};

TEST(HasWriteOnly, LooksAtEveryDepth) {
  const not_read_back_case cases[] = {
      {"TeleportUser", R"({"roles": ["a"]})", false},
      {"TeleportGithubConnector", R"({"client_id": "i"})", false},
      {"TeleportGithubConnector", R"({"client_secret": "s"})", true},
      {"TeleportOIDCConnector", R"({"mfa": {"client_id": "i"}})", false},
      {"TeleportOIDCConnector", R"({"mfa": {"client_secret": "s"}})", true},
      {"TeleportInferenceSecret", R"({"value": "s"})", true},
      {"TeleportAccessList", R"({"owners": [{"name": "a"}]})", false},
      {"TeleportAccessList",
       R"({"owners": [{"name": "a"}, {"ineligible_status": "INELIGIBLE_STATUS_ELIGIBLE"}]})", true},
      {"TeleportSAMLIdPServiceProviderV1", R"({"entity_id": "e"})", false},
      {"TeleportSAMLIdPServiceProviderV1", R"({"entity_descriptor": "<e/>"})", true},
  };
  for (const auto& [kind, spec, sets_some] : cases)
    EXPECT_EQ(has_write_only(decoded(kind, spec)), sets_some) << kind << " " << spec;
}

TEST(Differences, CompareLabelsAsAWhole) {
  auto cr = cr_with("{}");
  const auto desired = decode(*find_kind("TeleportUser"), cr).value();
  cr.labels = {{"extra", "1"}};
  const auto stored = decode(*find_kind("TeleportUser"), cr).value();
  EXPECT_THAT(differences(desired, stored), ElementsAre("metadata.labels"));
}

TEST(Differences, SeeAnotherVersion) {
  EXPECT_THAT(differences(decoded("TeleportRoleV7", "{}"), decoded("TeleportRoleV6", "{}")),
              ElementsAre("version"));
}

TEST(Differences, IgnoreRevisionsAndUnknownFields) {
  auto desired = decoded("TeleportUser", R"({"traits": {"a": ["1"]}})");
  auto stored = desired;
  desired.set_revision("1");
  stored.set_revision("2");
  auto& message = dynamic_cast<types::UserV2&>(stored.mutable_message());
  auto& traits = *message.mutable_spec()->mutable_traits();
  traits.GetReflection()->MutableUnknownFields(&traits)->AddVarint(77, 1);
  EXPECT_THAT(differences(desired, stored), IsEmpty());
}

}  // namespace
}  // namespace teleport::test
