/// The examples are what people copy: each must be what the CRD and the decoder take.

#include <filesystem>
#include <functional>
#include <set>

#include <gmock/gmock.h>

#include "teleport/codec.hpp"
#include "teleport/codec/secrets.hpp"
#include "tests/unit/teleport/reference/example.hpp"
#include "tools/crdgen/crd.hpp"
#include "tools/crdgen/descriptions.hpp"

namespace crdgen {
namespace {

using nlohmann::json;
using teleport::all_kinds;
using test::example_of;
using ::testing::IsEmpty;
using texts = std::vector<std::string>;

json schema_of(const teleport::kind& kind) {
  static const auto messages = load_descriptors();
  return crd(kind, *messages)["spec"]["versions"][0]["schema"]["openAPIV3Schema"];
}

bool has_type(const json& value, const json& schema) {
  const auto type = schema.value("type", "");
  if (schema.value("x-kubernetes-int-or-string", false))
    return value.is_number_integer() || value.is_string();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "integer") return value.is_number_integer();
  if (type == "number") return value.is_number();
  if (type == "array") return value.is_array();
  return type != "object" || value.is_object();
}

/// Paths that the API server would drop or refuse.
void compare(const json& value, const json& schema, const std::string& path, texts& bad) {
  if (schema.is_boolean() || schema.value("x-kubernetes-preserve-unknown-fields", false)) return;
  if (!has_type(value, schema)) return bad.push_back(path + ": another type");
  for (std::size_t i = 0; value.is_array() && i < value.size(); ++i)
    compare(value[i], schema["items"], path + "[]", bad);
  if (!value.is_object() || path == "metadata") return;
  for (const auto& [name, item] : value.items()) {
    const auto where = path.empty() ? name : path + "." + name;
    if (schema.contains("additionalProperties")) {
      compare(item, schema["additionalProperties"], where, bad);
    } else if (schema.contains("properties") && schema["properties"].contains(name)) {
      compare(item, schema["properties"][name], where, bad);
    } else {
      bad.push_back(where + ": not in the CRD");
    }
  }
}

teleport::cr_content content_of(const json& cr) {
  teleport::cr_content content;
  content.name = cr["metadata"]["name"];
  content.spec = cr["spec"].dump();
  if (cr.contains("scope")) content.other_fields["scope"] = cr["scope"].dump();
  return content;
}

TEST(Examples, AreOfKindsInTheRegistryAndNothingElse) {
  std::set<std::string> expected;
  for (const auto& kind : all_kinds()) expected.insert(example_name(kind));
  std::set<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator(EXAMPLES))
    found.insert(entry.path().filename().string());
  EXPECT_EQ(found, expected);
}

TEST(Examples, HaveKindAndStoredVersion) {
  for (const auto& kind : all_kinds()) {
    const auto cr = example_of(kind).cr;
    EXPECT_EQ(cr["kind"], kind.cr_kind);
    EXPECT_EQ(cr["apiVersion"], std::string(group) + "/" + kind.api_versions.front())
        << kind.cr_kind;
    EXPECT_FALSE(cr["metadata"]["name"].get<std::string>().empty()) << kind.cr_kind;
    if (!kind.singleton.empty()) {
      EXPECT_EQ(cr["metadata"]["name"], kind.singleton);
    }
  }
}

TEST(Examples, SayOnlyWhatTheCrdKnows) {
  for (const auto& kind : all_kinds()) {
    texts bad;
    compare(example_of(kind).cr, schema_of(kind), "", bad);
    EXPECT_THAT(bad, IsEmpty()) << kind.cr_kind;
  }
}

TEST(Examples, ThatSayMoreAreSeen) {
  const auto& kind = *teleport::find_kind("TeleportUser");
  auto cr = example_of(kind).cr;
  cr["spec"]["rolls"] = {"dev"};
  cr["spec"]["traits"]["logins"] = "alice";
  texts bad;
  compare(cr, schema_of(kind), "", bad);
  EXPECT_THAT(bad, ::testing::ElementsAre("spec.rolls: not in the CRD",
                                          "spec.traits.logins: another type"));
}

TEST(Examples, AreDecoded) {
  for (const auto& kind : all_kinds()) {
    const auto outcome = teleport::decode(kind, content_of(example_of(kind).cr));
    ASSERT_TRUE(outcome.ok()) << kind.cr_kind << ": " << outcome.failure().message;
    const auto refusal = kind.rules.refusal;
    if (refusal != nullptr) {
      EXPECT_EQ(refusal(outcome.value().message()), "") << kind.cr_kind;
    }
  }
}

/// Two objects for one Teleport resource would get into each other's way when all are applied.
TEST(Examples, MeanDifferentResources) {
  std::set<std::string> seen;
  for (const auto& kind : all_kinds()) {
    const std::string name = example_of(kind).cr["metadata"]["name"];
    EXPECT_TRUE(seen.insert(kind.teleport_kind + "/" + name).second) << kind.cr_kind;
  }
}

/// Every Secret that an example needs stands before it, and lets it in.
TEST(Examples, BringTheSecretsThatTheyReferTo) {
  std::size_t references = 0;
  for (const auto& kind : all_kinds()) {
    const auto [cr, secrets] = example_of(kind);
    const auto decoded = teleport::decode(kind, content_of(cr));
    ASSERT_TRUE(decoded.ok()) << kind.cr_kind;
    const auto needed = teleport::secret_references(decoded.value());
    ASSERT_TRUE(needed.ok()) << kind.cr_kind << ": " << needed.failure().message;
    ASSERT_EQ(secrets.size(), needed.value().size()) << kind.cr_kind;
    for (std::size_t i = 0; i < secrets.size(); ++i, ++references) {
      const auto& annotations = secrets[i]["metadata"]["annotations"];
      EXPECT_EQ(secrets[i]["metadata"]["name"], needed.value()[i].secret) << kind.cr_kind;
      EXPECT_TRUE(secrets[i]["stringData"].contains(needed.value()[i].key)) << kind.cr_kind;
      EXPECT_EQ(annotations["resources.teleport.dev/allow-lookup-from-cr"], cr["metadata"]["name"])
          << kind.cr_kind;
    }
  }
  EXPECT_EQ(references, 4U);  // GitHub, OIDC, trusted cluster, inference secret
}

}  // namespace
}  // namespace crdgen
