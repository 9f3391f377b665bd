#include <algorithm>
#include <functional>
#include <initializer_list>
#include <sstream>
#include <utility>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "tools/crdgen/compare.hpp"
#include "tools/crdgen/crd.hpp"
#include "tools/crdgen/descriptions.hpp"
#include "tools/crdgen/schema.hpp"
#include "tools/crdgen/yaml.hpp"

namespace crdgen {
namespace {

using nlohmann::json;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

json crd_of(const std::string& cr_kind) {
  static const auto messages = load_descriptors();
  const auto* kind = teleport::find_kind(cr_kind);
  EXPECT_NE(kind, nullptr) << cr_kind;
  return crd(*kind, *messages);
}

json schema_of(const std::string& cr_kind, std::size_t version = 0) {
  return crd_of(cr_kind)["spec"]["versions"][version]["schema"]["openAPIV3Schema"];
}

std::string join(std::initializer_list<std::string> parts) {
  std::string whole;
  for (const auto& part : parts) whole += part;
  return whole;
}

std::vector<json> all_crds() {
  std::vector<json> all;
  all.reserve(teleport::all_kinds().size());
  for (const auto& kind : teleport::all_kinds()) all.push_back(crd_of(kind.cr_kind));
  return all;
}

std::vector<std::string> unexplained(const comparison& result) {
  std::vector<std::string> lines = result.problems;
  for (const auto& one : result.differences) {
    if (one.reason.empty())
      lines.push_back(
          join({one.schema, " ", one.path, ": ours ", one.ours, ", official ", one.official}));
  }
  return lines;
}

// -- against the official CRDs --------------------------------------------------------------------

TEST(OfficialCrds, WhatTheyTakeOursTake) {
  const auto result = compare(CRD_FACTS, all_crds());
  EXPECT_THAT(unexplained(result), IsEmpty());
  EXPECT_TRUE(result.passed());
  EXPECT_EQ(result.schemas, 33U);  // TeleportRoleV9 beside the 32 that were published
}

struct damage {
  const char* at;      ///< JSON pointer below the schema of TeleportUser
  const char* change;  ///< merge patch there
  const char* path;    ///< where the comparison has to see it
};

TEST(OfficialCrds, AnythingNarrowerIsSeen) {
  const damage cases[] = {
      {"/properties/spec/properties", R"({"roles": null})", "spec.roles"},
      {"/properties/spec/properties/roles", R"({"type": "object"})", "spec.roles"},
      {"/properties/spec/properties/roles", R"({"nullable": false})", "spec.roles"},
      {"/properties/spec/properties/roles", R"({"maxItems": 3})", "spec.roles"},
      {"/properties/spec/properties/roles/items", R"({"pattern": "^a"})", "spec.roles[]"},
      {"/properties/spec/properties/roles/items", R"({"enum": ["a"]})", "spec.roles[]"},
      {"/properties/spec/properties/roles/items", R"({"format": "date"})", "spec.roles[]"},
      {"/properties/spec", R"({"required": ["roles"]})", "spec"},
      {"/properties/spec", R"({"x-kubernetes-validations": [{"rule": "false"}]})", "spec"},
      {"", R"({"required": ["spec"]})", ""},
      {"/properties/status/properties/conditions/items/properties/message", R"({"maxLength": 10})",
       "status.conditions[].message"},
  };
  for (const auto& [at, change, path] : cases) {
    auto crds = all_crds();
    for (auto& crd : crds) {
      if (crd["spec"]["names"]["kind"] != "TeleportUser") continue;
      auto& schema = crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"];
      schema.at(json::json_pointer(at)).merge_patch(json::parse(change));
    }
    const auto seen = unexplained(compare(CRD_FACTS, crds));
    EXPECT_THAT(seen, Contains(StartsWith(join({"teleportuser v2 ", path, ": "})))) << change;
  }
}

TEST(OfficialCrds, AMissingKindIsAProblem) {
  auto crds = all_crds();
  crds.erase(std::remove_if(
                 crds.begin(), crds.end(),
                 [](const json& crd) { return crd["spec"]["names"]["kind"] == "TeleportUser"; }),
             crds.end());
  const auto result = compare(CRD_FACTS, crds);
  EXPECT_THAT(result.problems, ElementsAre("no CRD for teleportuser v2"));
  EXPECT_FALSE(result.passed());
}

TEST(OfficialCrds, AReasonWithoutADifferenceIsAProblem) {
  auto crds = all_crds();
  for (auto& crd : crds) {
    for (auto& version : crd["spec"]["versions"]) {
      version["schema"]["openAPIV3Schema"]["properties"]["status"]["properties"].erase(
          "storedHash");
    }
  }
  EXPECT_THAT(compare(CRD_FACTS, crds).problems, ElementsAre(HasSubstr(R"("status.storedHash")")));
}

TEST(OfficialCrds, DifferencesAreListedWithTheirReasons) {
  std::ostringstream out;
  print(out, compare(CRD_FACTS, all_crds()));
  EXPECT_THAT(out.str(), HasSubstr("every schema\n  status.appliedHash: only ours, string\n"));
  EXPECT_THAT(out.str(), HasSubstr("0 without a reason, 0 problems\n"));
}

// -- what is in them ------------------------------------------------------------------------------

TEST(Crd, NamesFollowTheRegistry) {
  const auto crd = crd_of("TeleportRoleV7");
  EXPECT_EQ(crd["metadata"]["name"], "teleportrolesv7.resources.teleport.dev");
  EXPECT_EQ(crd["metadata"]["annotations"]["resources.teleport.dev/scoped"], "false");
  const auto& names = crd["spec"]["names"];
  EXPECT_EQ(names["kind"], "TeleportRoleV7");
  EXPECT_EQ(names["listKind"], "TeleportRoleV7List");
  EXPECT_EQ(names["singular"], "teleportrolev7");
  EXPECT_THAT(names["shortNames"], ElementsAre("rolev7", "rolesv7"));
  EXPECT_EQ(crd["spec"]["scope"], "Namespaced");
  EXPECT_EQ(file_name(*teleport::find_kind("TeleportRoleV7")),
            "resources.teleport.dev_rolesv7.yaml");
}

TEST(Crd, TheOldRoleKindStoresV5AndServesV6) {
  const auto crd = crd_of("TeleportRole");
  EXPECT_FALSE(crd["spec"]["names"].contains("shortNames"));
  const auto& versions = crd["spec"]["versions"];
  ASSERT_EQ(versions.size(), 2U);
  EXPECT_EQ(versions[0]["name"], "v5");
  EXPECT_EQ(versions[0]["storage"], true);
  EXPECT_EQ(versions[1]["name"], "v6");
  EXPECT_EQ(versions[1]["storage"], false);
  EXPECT_EQ(versions[1]["served"], true);
}

TEST(Crd, DescriptionsSayWhatItIsAndWhereItIsInTeleport) {
  const auto root = [](const char* kind) {
    return schema_of(kind)["description"].get<std::string>();
  };
  EXPECT_THAT(root("TeleportRoleV7"), StartsWith("What its holders may do in Teleport"));
  EXPECT_THAT(root("TeleportRoleV7"), HasSubstr("`resources.teleport.dev/name`"));
  EXPECT_THAT(root("TeleportAutoupdateConfigV1"), HasSubstr("named `autoupdate-config`"));
  const auto spec = [](const char* kind, std::size_t version) {
    return schema_of(kind, version)["properties"]["spec"]["description"].get<std::string>();
  };
  EXPECT_THAT(spec("TeleportRoleV7", 0), HasSubstr("kind `role`, version `v7`"));
  // Both API versions of TeleportRole make a v5 role.
  EXPECT_THAT(spec("TeleportRole", 1), HasSubstr("kind `role`, version `v5`"));
  EXPECT_THAT(spec("TeleportOpenSSHServerV2", 0), HasSubstr("subkind `openssh`, version `v2`"));
}

std::vector<std::string> rules_of(const json& schema) {
  std::vector<std::string> rules;
  for (const auto& rule : schema.value("x-kubernetes-validations", json::array()))
    rules.push_back(rule["rule"]);
  return rules;
}

TEST(Crd, AScopeIsBesideTheSpecAndCannotChange) {
  for (const auto* kind :
       {"TeleportScopedRoleV1", "TeleportScopedRoleAssignmentV1", "TeleportScopedTokenV1"}) {
    const auto crd = crd_of(kind);
    EXPECT_EQ(crd["metadata"]["annotations"]["resources.teleport.dev/scoped"], "true") << kind;
    const auto schema = schema_of(kind);
    const auto& scope = schema["properties"]["scope"];
    EXPECT_EQ(scope["type"], "string") << kind;
    EXPECT_THAT(rules_of(scope), ElementsAre("self == oldSelf")) << kind;
    EXPECT_THAT(rules_of(schema), ElementsAre("has(self.scope) == has(oldSelf.scope)")) << kind;
    EXPECT_EQ(schema["x-kubernetes-validations"][0]["message"],
              "Scope is immutable. To create the resource in a different scope you must delete it "
              "first.");
    EXPECT_FALSE(schema["properties"]["spec"]["properties"].contains("scope")) << kind;
  }
}

/// The official CRDs of the other singletons take any name; so do ours.
TEST(Crd, OnlyTheRetrievalModelIsNamedByItsCrd) {
  for (const auto& kind : teleport::all_kinds()) {
    if (kind.scope != teleport::scoping::none) continue;
    const bool named = kind.cr_kind == "TeleportRetrievalModelV1";
    EXPECT_EQ(rules_of(schema_of(kind.cr_kind)),
              named ? std::vector<std::string>{R"(self.metadata.name == "retrieval-model")"}
                    : std::vector<std::string>{})
        << kind.cr_kind;
  }
}

TEST(Crd, FieldsThatTakeAReferenceToASecretSaySo) {
  for (const auto& [kind, field] : {std::pair{"TeleportGithubConnector", "client_secret"},
                                    std::pair{"TeleportOIDCConnector", "client_secret"},
                                    std::pair{"TeleportInferenceSecret", "value"}}) {
    const auto schema = schema_of(kind)["properties"]["spec"]["properties"][field];
    EXPECT_THAT(schema["description"].get<std::string>(), HasSubstr("secret://<name>/<key>"))
        << kind;
  }
}

TEST(Crd, AnInlinedMessageGivesItsFieldsToTheOuterOne) {
  const auto spec = schema_of("TeleportOIDCConnector")["properties"]["spec"]["properties"];
  EXPECT_EQ(spec["max_age"]["format"], "duration");
  EXPECT_EQ(spec["max_age"]["type"], "string");
}

/// With `additionalProperties: true` the API server would prune what is nested in a claim.
TEST(Crd, FreeFormObjectsAreKeptWhole) {
  const auto spec = schema_of("TeleportWorkloadIdentityV1")["properties"]["spec"]["properties"];
  const auto& claims = spec["spiffe"]["properties"]["jwt"]["properties"]["extra_claims"];
  EXPECT_EQ(claims["type"], "object");
  EXPECT_EQ(claims["additionalProperties"], json({{"x-kubernetes-preserve-unknown-fields", true}}));
}

std::vector<std::string> column_names(const std::string& cr_kind) {
  std::vector<std::string> names;
  const auto crd = crd_of(cr_kind);
  for (const auto& version : crd["spec"]["versions"]) {
    for (const auto& column : version["additionalPrinterColumns"]) names.push_back(column["name"]);
  }
  return names;
}

TEST(Crd, ColumnsEndWithReadyAndAge) {
  EXPECT_THAT(column_names("TeleportRoleV8"), ElementsAre("Ready", "Age"));
  EXPECT_THAT(column_names("TeleportUser"), ElementsAre("Roles", "Ready", "Age"));
  EXPECT_THAT(column_names("TeleportProvisionToken"),
              ElementsAre("Join Method", "System Roles", "Ready", "Age"));
  EXPECT_THAT(column_names("TeleportOpenSSHServerV2"),
              ElementsAre("Hostname", "Address", "Ready", "Age"));
  EXPECT_THAT(column_names("TeleportScopedRoleV1"), ElementsAre("Scope", "Ready", "Age"));
}

TEST(Crd, EveryFieldOfASpecIsDescribed) {
  std::vector<std::string> silent;
  const std::function<void(const json&, const std::string&)> look = [&](const json& schema,
                                                                        const std::string& path) {
    if (schema.contains("properties")) {
      for (const auto& [name, property] : schema["properties"].items()) {
        if (property.value("description", "").empty()) silent.push_back(join({path, ".", name}));
        look(property, join({path, ".", name}));
      }
    }
    if (schema.contains("items")) look(schema["items"], path + "[]");
  };
  for (const auto& kind : teleport::all_kinds())
    look(schema_of(kind.cr_kind)["properties"]["spec"], kind.cr_kind);
  EXPECT_THAT(silent, IsEmpty());
}

TEST(Crd, StatusHoldsConditionsAndWhatTheOperatorKeeps) {
  const auto status = status_schema();
  const auto& properties = status["properties"];
  for (const auto* name : {"teleportRevision", "appliedHash", "storedHash"}) {
    EXPECT_EQ(properties[name]["type"], "string") << name;
  }
  EXPECT_EQ(properties["observedGeneration"]["format"], "int64");
  EXPECT_EQ(properties["teleportResourceID"]["format"], "int64");
  EXPECT_EQ(properties["conditions"]["x-kubernetes-list-type"], "map");
  EXPECT_THAT(properties["conditions"]["items"]["required"],
              ElementsAre("lastTransitionTime", "message", "reason", "status", "type"));
}

TEST(Crd, IsTheSameEachTime) {
  EXPECT_EQ(to_yaml(crd_of("TeleportUser")), to_yaml(crd_of("TeleportUser")));
}

TEST(ToYaml, QuotesWhatOthersWouldTakeForSomethingElse) {
  const json value = {{"a", "True"}, {"b", "plain-word"},   {"c", "1"},   {"d", true}, {"e", 12},
                      {"f", "x: y"}, {"g", json::object()}, {"y", {"no"}}};
  EXPECT_EQ(to_yaml(value),
            "a: \"True\"\nb: plain-word\nc: \"1\"\nd: true\ne: 12\nf: \"x: y\"\ng: {}\n\"y\":\n  - "
            "\"no\"\n");
}

}  // namespace
}  // namespace crdgen
