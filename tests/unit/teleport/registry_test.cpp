#include <iterator>
#include <map>
#include <memory>
#include <set>

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include "teleport/codec/layout.hpp"
#include "teleport/features.hpp"
#include "teleport/kind.hpp"
#include "teleport/proto/options.pb.h"

namespace teleport {
namespace {

using ::testing::Pair;

std::vector<rpc> calls_of(const kind& row) {
  const auto& c = row.calls;
  return {c.get,       c.create,       c.update,       c.remove,       c.list,
          c.get_older, c.create_older, c.update_older, c.remove_older, c.list_older};
}

TEST(Registry, EveryMessageExists) {
  const auto* pool = google::protobuf::DescriptorPool::generated_pool();
  for (const auto& row : all_kinds()) {
    ASSERT_NE(row.descriptor(), nullptr) << row.cr_kind;
    const std::unique_ptr<google::protobuf::Message> message(
        google::protobuf::MessageFactory::generated_factory()
            ->GetPrototype(row.descriptor())
            ->New());
    EXPECT_NE(codec::mutable_metadata(*message), nullptr) << row.cr_kind;
    for (const auto& call : calls_of(row)) {
      if (call.path.empty()) continue;
      if (call.request != "google.protobuf.Empty") {
        EXPECT_NE(pool->FindMessageTypeByName(call.request), nullptr)
            << call.path << " " << call.request;
      }
      if (call.response != "google.protobuf.Empty") {
        EXPECT_NE(pool->FindMessageTypeByName(call.response), nullptr)
            << call.path << " " << call.response;
      }
    }
  }
}

TEST(Registry, EveryKindHasItsFiveCalls) {
  for (const auto& row : all_kinds()) {
    const auto calls = calls_of(row);
    for (std::size_t i = 0; i < 5; ++i)
      EXPECT_FALSE(calls[i].path.empty()) << row.cr_kind << " " << i;
    // A singleton is looked at instead of listed.
    EXPECT_EQ(row.calls.list.path == row.calls.get.path, !row.singleton.empty()) << row.cr_kind;
  }
}

TEST(Registry, NamesAreUniqueAndLookedUp) {
  std::set<std::string> kinds;
  std::set<std::string> plurals;
  for (const auto& row : all_kinds()) {
    EXPECT_TRUE(kinds.insert(row.cr_kind).second) << row.cr_kind;
    EXPECT_TRUE(plurals.insert(row.plural).second) << row.plural;
    EXPECT_EQ(find_kind(row.cr_kind), &row);
    EXPECT_FALSE(row.api_versions.empty());
  }
  EXPECT_EQ(find_kind("TeleportUnicorn"), nullptr);
}

struct names_case {
  const char *cr_kind, *stored_version, *plural, *short_names;
  const char *teleport_kind, *subkind, *version;
  feature_gate gate;
};

std::string words(const std::vector<std::string>& all) {
  std::string text;
  for (const auto& word : all) text += (text.empty() ? "" : " ") + word;
  return text;
}

/// facts/operator-behaviour.md §3.1
TEST(Registry, HasTheKindsOfTheOfficialOperator) {
  const names_case cases[] = {
      {"TeleportRole", "v5", "teleportroles", "", "role", "", "v5", feature_gate::always},
      {"TeleportRoleV6", "v1", "teleportrolesv6", "rolev6 rolesv6", "role", "", "v6",
       feature_gate::always},
      {"TeleportRoleV7", "v1", "teleportrolesv7", "rolev7 rolesv7", "role", "", "v7",
       feature_gate::always},
      {"TeleportRoleV8", "v1", "teleportrolesv8", "rolev8 rolesv8", "role", "", "v8",
       feature_gate::always},
      {"TeleportRoleV9", "v1", "teleportrolesv9", "rolev9 rolesv9", "role", "", "v9",
       feature_gate::always},
      {"TeleportUser", "v2", "teleportusers", "user users", "user", "", "v2", feature_gate::always},
      {"TeleportProvisionToken", "v2", "teleportprovisiontokens", "provisiontoken provisiontokens",
       "token", "", "v2", feature_gate::always},
      {"TeleportGithubConnector", "v3", "teleportgithubconnectors",
       "githubconnector githubconnectors", "github", "", "v3", feature_gate::always},
      {"TeleportOIDCConnector", "v3", "teleportoidcconnectors", "oidcconnector oidcconnectors",
       "oidc", "", "v3", feature_gate::oidc},
      {"TeleportSAMLConnector", "v2", "teleportsamlconnectors", "samlconnector samlconnectors",
       "saml", "", "v2", feature_gate::saml},
      {"TeleportLoginRule", "v1", "teleportloginrules", "loginrule loginrules", "login_rule", "",
       "v1", feature_gate::oidc_or_saml},
      {"TeleportOktaImportRule", "v1", "teleportoktaimportrules", "oktaimportrule oktaimportrules",
       "okta_import_rule", "", "v1", feature_gate::enterprise},
      {"TeleportAccessList", "v1", "teleportaccesslists", "accesslist accesslists", "access_list",
       "", "v1", feature_gate::enterprise},
      {"TeleportOpenSSHServerV2", "v1", "teleportopensshserversv2",
       "opensshserverv2 opensshserversv2", "node", "openssh", "v2", feature_gate::always},
      {"TeleportOpenSSHEICEServerV2", "v1", "teleportopenssheiceserversv2",
       "openssheiceserverv2 openssheiceserversv2", "node", "openssh-ec2-ice", "v2",
       feature_gate::always},
      {"TeleportTrustedClusterV2", "v1", "teleporttrustedclustersv2",
       "trustedclusterv2 trustedclustersv2", "trusted_cluster", "", "v2", feature_gate::always},
      {"TeleportBotV1", "v1", "teleportbotsv1", "botv1 botsv1", "bot", "", "v1",
       feature_gate::always},
      {"TeleportWorkloadIdentityV1", "v1", "teleportworkloadidentitiesv1",
       "workloadidentityv1 workloadidentitiesv1", "workload_identity", "", "v1",
       feature_gate::always},
      {"TeleportAutoupdateConfigV1", "v1", "teleportautoupdateconfigsv1",
       "autoupdateconfigv1 autoupdateconfigsv1", "autoupdate_config", "", "v1",
       feature_gate::always},
      {"TeleportAutoupdateVersionV1", "v1", "teleportautoupdateversionsv1",
       "autoupdateversionv1 autoupdateversionsv1", "autoupdate_version", "", "v1",
       feature_gate::always},
      {"TeleportAppV3", "v1", "teleportappsv3", "appv3 appsv3", "app", "", "v3",
       feature_gate::always},
      {"TeleportDatabaseV3", "v1", "teleportdatabasesv3", "databasev3 databasesv3", "db", "", "v3",
       feature_gate::always},
      {"TeleportLockV2", "v1", "teleportlocksv2", "lockv2 locksv2", "lock", "", "v2",
       feature_gate::always},
      {"TeleportAccessMonitoringRuleV1", "v1", "teleportaccessmonitoringrulesv1",
       "accessmonitoringrulev1 accessmonitoringrulesv1", "access_monitoring_rule", "", "v1",
       feature_gate::always},
      {"TeleportInferenceModel", "v1", "teleportinferencemodels", "inferencemodel inferencemodels",
       "inference_model", "", "v1", feature_gate::session_summaries},
      {"TeleportInferencePolicy", "v1", "teleportinferencepolicies",
       "inferencepolicy inferencepolicies", "inference_policy", "", "v1",
       feature_gate::session_summaries},
      {"TeleportInferenceSecret", "v1", "teleportinferencesecrets",
       "inferencesecret inferencesecrets", "inference_secret", "", "v1",
       feature_gate::session_summaries},
      {"TeleportRetrievalModelV1", "v1", "teleportretrievalmodelsv1",
       "retrievalmodelv1 retrievalmodelsv1", "retrieval_model", "", "v1",
       feature_gate::session_summaries},
      {"TeleportSAMLIdPServiceProviderV1", "v1", "teleportsamlidpserviceprovidersv1",
       "samlidpserviceproviderv1 samlidpserviceprovidersv1", "saml_idp_service_provider", "", "v1",
       feature_gate::always},
      {"TeleportScopedRoleV1", "v1", "teleportscopedrolesv1", "scopedrolev1 scopedrolesv1",
       "scoped_role", "", "v1", feature_gate::always},
      {"TeleportScopedRoleAssignmentV1", "v1", "teleportscopedroleassignmentsv1",
       "scopedroleassignmentv1 scopedroleassignmentsv1", "scoped_role_assignment", "dynamic", "v1",
       feature_gate::always},
      {"TeleportScopedTokenV1", "v1", "teleportscopedtokensv1", "scopedtokenv1 scopedtokensv1",
       "scoped_token", "", "v1", feature_gate::always}};
  for (const auto& one : cases) {
    SCOPED_TRACE(one.cr_kind);
    const auto* row = find_kind(one.cr_kind);
    ASSERT_NE(row, nullptr);
    EXPECT_EQ(row->api_versions.front(), one.stored_version);
    EXPECT_EQ(row->plural, one.plural);
    EXPECT_EQ(words(row->short_names), one.short_names);
    EXPECT_EQ(row->teleport_kind, one.teleport_kind);
    EXPECT_EQ(row->teleport_subkind, one.subkind);
    EXPECT_EQ(row->teleport_version, one.version);
    EXPECT_EQ(row->gate, one.gate);
  }
  EXPECT_EQ(all_kinds().size(), std::size(cases));
}

TEST(Registry, OnlyScopedKindsHaveAScopeInTheirMessage) {
  std::set<std::string> scoped;
  for (const auto& row : all_kinds()) {
    const auto* field = codec::field_named(*row.descriptor(), "scope");
    const bool in_cr = field != nullptr && field->options().GetExtension(cr::beside_spec);
    EXPECT_EQ(row.scope == scoping::possible, in_cr) << row.cr_kind;
    if (in_cr) scoped.insert(row.cr_kind);
  }
  EXPECT_THAT(scoped, ::testing::ElementsAre("TeleportScopedRoleAssignmentV1",
                                             "TeleportScopedRoleV1", "TeleportScopedTokenV1"));
}

/// facts/operator-behaviour.md §2.13
TEST(Registry, ThreeKindsHaveOneResourceOnly) {
  std::map<std::string, std::string> singletons;
  for (const auto& row : all_kinds()) {
    if (!row.singleton.empty()) singletons[row.cr_kind] = row.singleton;
  }
  EXPECT_THAT(singletons,
              ::testing::ElementsAre(Pair("TeleportAutoupdateConfigV1", "autoupdate-config"),
                                     Pair("TeleportAutoupdateVersionV1", "autoupdate-version"),
                                     Pair("TeleportRetrievalModelV1", "retrieval-model")));
}

TEST(Registry, ControllerNamesAreLowerCase) {
  EXPECT_EQ(find_kind("TeleportRoleV7")->controller_name(), "teleportrolev7");
}

TEST(Registry, TheOldRoleKindHasNoShortName) {
  const auto* role = find_kind("TeleportRole");
  EXPECT_THAT(role->short_names, ::testing::IsEmpty());
  EXPECT_THAT(role->api_versions, ::testing::ElementsAre("v5", "v6"));
}

struct gate_case {
  cluster_info cluster;
  feature_gate gate;
  bool admitted;
};

cluster_info with(std::map<std::string, bool> entitlements) {
  cluster_info cluster;
  cluster.entitlements = std::move(entitlements);
  return cluster;
}

TEST(FeatureGates, EntitlementsWinOverTheOlderBooleans) {
  cluster_info old;
  old.oidc = true;
  old.advanced_access_workflows = true;
  cluster_info both = with({{"OIDC", false}});
  both.oidc = true;
  const gate_case cases[] = {
      {{}, feature_gate::always, true},
      {{}, feature_gate::enterprise, false},
      {old, feature_gate::enterprise, true},
      {old, feature_gate::oidc, true},
      {old, feature_gate::saml, false},
      {old, feature_gate::oidc_or_saml, true},
      {both, feature_gate::oidc, false},
      {with({{"SAML", true}}), feature_gate::saml, true},
      {with({{"SAML", true}}), feature_gate::oidc_or_saml, true},
      {{}, feature_gate::oidc_or_saml, false},
      {with({{"Policy", true}}), feature_gate::policy, true},
      {with({{"Policy", true}}), feature_gate::session_summaries, true},
      {with({{"Policy", true}, {"SessionSummaries", false}}), feature_gate::session_summaries,
       false},
      {with({{"SessionSummaries", true}}), feature_gate::session_summaries, true},
  };
  for (const auto& [cluster, gate, admitted] : cases) {
    EXPECT_EQ(admits(cluster, gate), admitted) << static_cast<int>(gate);
  }
}

}  // namespace
}  // namespace teleport
