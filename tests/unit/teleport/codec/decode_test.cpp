#include <gmock/gmock.h>

#include "support.hpp"
#include "teleport/proto/login_rule.pb.h"
#include "teleport/proto/role.pb.h"
#include "teleport/proto/token.pb.h"
#include "teleport/proto/user.pb.h"

namespace teleport::test {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

// -- what is sent ---------------------------------------------------------------------------------

TEST(Decode, FillsKindVersionAndMetadata) {
  auto cr = cr_with(R"({"allow": {"logins": ["root"]}})");
  cr.labels = {{"team", "infra"}};
  cr.description = "for the night shift";
  const auto outcome = decode(*find_kind("TeleportRoleV7"), cr);
  ASSERT_TRUE(outcome.ok());
  const auto& role = outcome.value();
  EXPECT_EQ(as<types::RoleV6>(role).kind(), "role");
  EXPECT_EQ(role.version(), "v7");
  EXPECT_EQ(role.subkind(), "");
  EXPECT_EQ(role.name(), "example");
  EXPECT_EQ(role.description(), "for the night shift");
  EXPECT_EQ(role.revision(), "");
  EXPECT_THAT(role.labels(), UnorderedElementsAre(Pair("team", "infra"),
                                                  Pair("teleport.dev/origin", "kubernetes")));
  EXPECT_THAT(as<types::RoleV6>(role).spec().allow().logins(), ElementsAre("root"));
}

TEST(Decode, OverwritesAnOriginLabelOfTheCr) {
  auto cr = cr_with("{}");
  cr.labels = {{origin_label, "config-file"}};
  const auto outcome = decode(*find_kind("TeleportUser"), cr);
  ASSERT_TRUE(outcome.ok());
  EXPECT_THAT(outcome.value().labels(), ElementsAre(Pair(origin_label, "kubernetes")));
}

TEST(Decode, MakesV5OfBothVersionsOfTheOldRoleKind) {
  EXPECT_EQ(decoded("TeleportRole", "{}").version(), "v5");
}

TEST(Decode, TakesAMissingOrNullSpecAsEmpty) {
  for (const auto* spec : {"", "null", "{}"}) {
    EXPECT_EQ(as<types::UserV2>(decoded("TeleportUser", spec)).spec().roles_size(), 0) << spec;
  }
}

/// The same object gives the same bytes, in whatever order its author wrote it.
TEST(Decode, PutsTraitsInTheOrderOfTheirNames) {
  const auto* kind = "TeleportAccessList";
  const auto one = decoded(kind, R"({"grants": {"traits": {"b": ["2"], "a": ["1"]}}})");
  const auto two = decoded(kind, R"({"grants": {"traits": {"a": ["1"], "b": ["2"]}}})");
  EXPECT_EQ(one.message().SerializeAsString(), two.message().SerializeAsString());
}

TEST(Decode, TakesNullForAnEmptyListByName) {
  const auto rule = decoded("TeleportLoginRule", R"({"traits_map": {"a": null, "b": ["x"]}})");
  const auto& map = as<teleport::loginrule::v1::LoginRule>(rule).traits_map();
  EXPECT_EQ(map.size(), 2U);
  EXPECT_EQ(map.at("a").values_size(), 0);
}

TEST(Decode, RefusesTraitsThatAreNoLists) {
  EXPECT_EQ(refusal("TeleportAccessList", R"({"grants": {"traits": {"a": "1", "b c": [2]}}})"),
            "spec.grants.traits.a: expected a list of strings, found a string; "
            "spec.grants.traits[\"b c\"][0]: expected a string, found a number");
  EXPECT_EQ(refusal("TeleportAccessList", R"({"grants": {"traits": [{"key": "a"}]}})"),
            "spec.grants.traits: expected an object, found a list");
  EXPECT_EQ(refusal("TeleportLoginRule", R"({"traits_map": {"a": "1"}})"),
            "spec.traits_map.a: expected a list of strings, found a string");
}

TEST(Decode, TakesNullFieldsAsAbsent) {
  const auto role = decoded("TeleportRoleV7",
                            R"({"allow": {"logins": null, "request": null, "node_labels": null},
                                "options": {"port_forwarding": null, "max_session_ttl": null}})");
  const auto& spec = as<types::RoleV6>(role).spec();
  EXPECT_FALSE(spec.allow().has_request());
  EXPECT_FALSE(spec.options().has_portforwarding());
}

TEST(Decode, KeepsAnEmptyObjectApartFromAnAbsentOne) {
  const auto role = decoded("TeleportRoleV7", R"({"options": {"idp": {}}})");
  EXPECT_TRUE(as<types::RoleV6>(role).spec().options().has_idp());
}

TEST(Decode, ReadsNestedRulesOfTokens) {
  const auto token = decoded("TeleportProvisionToken", R"({
    "roles": ["Node"], "join_method": "github",
    "github": {"allow": [{"repository": "octo/repo", "ref_type": "branch"}, {"actor": "cat"}]}})");
  const auto& github = as<types::ProvisionTokenV2>(token).spec().github();
  ASSERT_EQ(github.allow_size(), 2);
  EXPECT_EQ(github.allow(0).repository(), "octo/repo");
  EXPECT_EQ(github.allow(1).actor(), "cat");
}

TEST(Decode, ReadsCamelCaseWhereTheCrHasIt) {
  const auto user = decoded("TeleportUser", R"({"saml_identities":
      [{"connector_id": "okta", "samlSingleLogoutUrl": "https://idp/slo"}]})");
  EXPECT_EQ(as<types::UserV2>(user).spec().samlidentities(0).samlsinglelogouturl(),
            "https://idp/slo");
}

// -- what is refused ------------------------------------------------------------------------------

struct bad_spec {
  const char* kind;
  const char* spec;
  const char* says;
};

class DecodeRefuses : public ::testing::TestWithParam<bad_spec> {};

TEST_P(DecodeRefuses, WithTheExactPath) {
  const auto& [kind, spec, says] = GetParam();
  EXPECT_EQ(refusal(kind, spec), says) << spec;
}

INSTANTIATE_TEST_SUITE_P(
    UnknownFields, DecodeRefuses,
    ::testing::Values(
        bad_spec{"TeleportRoleV7", R"({"alow": {}})",
                 R"(strict decoding error: unknown field "spec.alow")"},
        bad_spec{"TeleportRoleV7", R"({"allow": {"rules": [{"verbs": []}, {"foo": 1}]}})",
                 R"(strict decoding error: unknown field "spec.allow.rules[1].foo")"},
        bad_spec{"TeleportRoleV7", R"({"deny": {"x": 1, "b.c": 2}, "a": 3})",
                 "strict decoding error: unknown field \"spec.a\", unknown field \"spec.deny.x\", "
                 "unknown field \"spec.deny[\"b.c\"]\""},
        bad_spec{"TeleportRoleV7", R"({"allow": {"Logins": ["root"]}})",
                 R"(strict decoding error: unknown field "spec.allow.Logins")"},
        bad_spec{"TeleportRoleV7", R"({"allow": {"namespaces": ["default"]}})",
                 R"(strict decoding error: unknown field "spec.allow.namespaces")"},
        bad_spec{"TeleportUser", R"({"created_by": {"user": {"name": "me"}}})",
                 R"(strict decoding error: unknown field "spec.created_by")"},
        bad_spec{"TeleportUser", R"({"expires": "2030-01-01T00:00:00Z"})",
                 R"(strict decoding error: unknown field "spec.expires")"}));

INSTANTIATE_TEST_SUITE_P(
    WrongTypes, DecodeRefuses,
    ::testing::Values(bad_spec{"TeleportUser", "[]", "spec: expected an object, found a list"},
                      bad_spec{"TeleportUser", "{", "spec: is not JSON"},
                      bad_spec{"TeleportUser", R"({"roles": "access"})",
                               "spec.roles: expected a list, found a string"},
                      bad_spec{"TeleportUser", R"({"roles": ["access", 3]})",
                               "spec.roles[1]: expected a string, found a number"},
                      bad_spec{"TeleportUser", R"({"roles": ["access", null]})",
                               "spec.roles[1]: expected a string, found null"},
                      bad_spec{"TeleportUser", R"({"github_identities": ["me"]})",
                               "spec.github_identities[0]: expected an object, found a string"},
                      bad_spec{"TeleportRoleV7", R"({"options": {"cert_format": true}})",
                               "spec.options.cert_format: expected a string, found a boolean"},
                      bad_spec{"TeleportRoleV7", R"({"options": []})",
                               "spec.options: expected an object, found a list"}));

INSTANTIATE_TEST_SUITE_P(
    EverythingAtOnce, DecodeRefuses,
    ::testing::Values(bad_spec{
        "TeleportRoleV7", R"({"options": {"foo": 1, "lock": 2}, "allow": {"logins": "root"}})",
        "strict decoding error: unknown field \"spec.options.foo\"; spec.allow.logins: expected a "
        "list, "
        "found a string; spec.options.lock: expected a string, found a number"}));

TEST(Decode, AnswersWithTheClassDecode) {
  const auto outcome = try_decode("TeleportUser", R"({"nope": 1})");
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.failure().code, errc::decode);
}

TEST(Decode, NeverRepeatsValuesOfWrongType) {
  const auto text =
      refusal("TeleportProvisionToken",
              R"({"bound_keypair": {"onboarding": {"registration_secret": {"hunter2": 1}}}})");
  EXPECT_EQ(text.find("hunter2"), std::string::npos) << text;
  EXPECT_THAT(text,
              StartsWith("spec.bound_keypair.onboarding.registration_secret: expected a string"));
}

TEST(Decode, CutsALongListOfProblems) {
  std::string spec = "{";
  for (int i = 0; i < 30; ++i) spec += (i ? ",\"f" : "\"f") + std::to_string(i) + "\": 1";
  const auto text = refusal("TeleportUser", spec + "}");
  EXPECT_NE(text.find("and 10 more"), std::string::npos) << text;
}

TEST(Decode, RefusesUnknownTopLevelFields) {
  auto cr = cr_with("{}");
  cr.other_fields = {{"scope", R"("/prod")"}};
  const auto outcome = decode(*find_kind("TeleportUser"), cr);
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.failure().message, R"(strict decoding error: unknown field "scope")");
}

TEST(Decode, RefusesOversizedSpecs) {
  const std::string spec =
      R"({"roles": [")" + std::string(std::size_t{3} * 1024 * 1024, 'x') + "\"]}";
  EXPECT_EQ(refusal("TeleportUser", spec), "spec: is larger than 2 MiB");
}

TEST(Decode, SurvivesDeepNesting) {
  const std::size_t depth = 200'000;
  const std::string spec =
      R"({"roles": )" + std::string(depth, '[') + std::string(depth, ']') + "}";
  EXPECT_EQ(refusal("TeleportUser", spec), "spec: is nested deeper than 64 levels");
}

}  // namespace
}  // namespace teleport::test
