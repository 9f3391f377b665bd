#include "k8s/discovery.hpp"

#include <gmock/gmock.h>

namespace k8s {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

TEST(Discovery, VersionsOfAGroupKeepTheirOrder) {
  const auto got = parse_group(
      R"({"kind":"APIGroup","versions":[{"groupVersion":"g/v5","version":"v5"},{"version":"v1"}]})",
      "ask");
  ASSERT_TRUE(got.ok());
  EXPECT_THAT(got.value(), ElementsAre("v5", "v1"));
}

TEST(Discovery, TellsWhichTypesHaveAStatus) {
  const auto got = parse_group_version(
      R"({"resources":[{"name":"b/status"},{"name":"b"},{"name":"a"},{"name":"a/scale"}]})", "ask");
  ASSERT_TRUE(got.ok());
  EXPECT_THAT(got.value(), ElementsAre(Pair("a", false), Pair("b", true)));
}

TEST(Discovery, ADefinitionIsReadAsFarAsItGoes) {
  const auto got = parse_definition(
      R"({"spec":{"versions":[
            {"name":"v5","served":true,"storage":true,"schema":{"openAPIV3Schema":{"properties":
              {"status":{"properties":{"conditions":{},"appliedHash":{}}}}}}},
            {"name":"v6","served":true,"storage":false},
            {"name":"v4","served":false,"storage":false}]},
          "status":{"storedVersions":["v4","v5"]}})",
      "ask");
  ASSERT_TRUE(got.ok());
  EXPECT_EQ(got.value().stored_version, "v5");
  EXPECT_THAT(got.value().served_versions, ElementsAre("v5", "v6"));
  EXPECT_THAT(got.value().once_stored, ElementsAre("v4", "v5"));
  EXPECT_THAT(got.value().status_fields, ElementsAre("appliedHash", "conditions"));
}

TEST(Discovery, RefusesWhatIsSomethingElse) {
  for (const auto* text : {"", "{}", "[]", R"({"versions":{},"resources":7,"spec":{}})"}) {
    EXPECT_FALSE(parse_group(text, "ask").ok()) << text;
    EXPECT_FALSE(parse_group_version(text, "ask").ok()) << text;
    EXPECT_FALSE(parse_definition(text, "ask").ok()) << text;
  }
}

TEST(Discovery, AsksWhereTheApiSaysThatItIs) {
  EXPECT_EQ(group_request("g").target, "/apis/g");
  EXPECT_EQ(group_version_request("g", "v1").target, "/apis/g/v1");
  EXPECT_EQ(definition_request("g", "things").target,
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/things.g");
}

}  // namespace
}  // namespace k8s
