#include "teleport/doctor/rights.hpp"

#include <gmock/gmock.h>

#include "teleport/proto/role.pb.h"

namespace teleport::doctor {
namespace {

using rules = std::vector<access_rule>;

role_rights role(rules allow, rules deny = {}) {
  return {"operator", {std::move(allow), {}}, {std::move(deny), {}}};
}

const access_rule roles_rw{{"role"}, {"list", "read", "create", "update", "delete"}};

struct rule_case {
  const char* claim;
  std::vector<role_rights> roles;
  std::vector<std::string> resource;
  std::string verb;
  answer wanted;
};

class Rules : public ::testing::TestWithParam<rule_case> {};

TEST_P(Rules, AreWorkedOut) {
  const auto& c = GetParam();
  EXPECT_EQ(may(c.roles, c.resource, c.verb), c.wanted) << c.claim;
}

INSTANTIATE_TEST_SUITE_P(
    Table, Rules,
    ::testing::Values(
        rule_case{"no role, no right", {}, {"role"}, "read", answer::no},
        rule_case{"a rule allows its verbs", {role({roles_rw})}, {"role"}, "read", answer::yes},
        rule_case{"and no others", {role({roles_rw})}, {"role"}, "use", answer::no},
        rule_case{"of its resources alone", {role({roles_rw})}, {"user"}, "read", answer::no},
        rule_case{
            "one verb is missing", {role({{{"role"}, {"read"}}})}, {"role"}, "update", answer::no},
        rule_case{"all resources", {role({{{"*"}, {"read"}}})}, {"lock"}, "read", answer::yes},
        rule_case{"all verbs", {role({{{"lock"}, {"*"}}})}, {"lock"}, "delete", answer::yes},
        rule_case{"one role of several is enough",
                  {role({}), role({roles_rw})},
                  {"role"},
                  "list",
                  answer::yes},
        rule_case{"a deny rule wins",
                  {role({roles_rw}, {{{"role"}, {"delete"}}})},
                  {"role"},
                  "delete",
                  answer::denied},
        rule_case{"a deny rule of another role too",
                  {role({roles_rw}), role({}, {{{"*"}, {"*"}}})},
                  {"role"},
                  "read",
                  answer::denied},
        rule_case{"a deny rule hits its verbs alone",
                  {role({roles_rw}, {{{"role"}, {"delete"}}})},
                  {"role"},
                  "update",
                  answer::yes},
        rule_case{"a condition",
                  {role({{{"user"}, {"read"}, "equals(1, 1)"}})},
                  {"user"},
                  "read",
                  answer::maybe},
        rule_case{"a rule without a condition beside it",
                  {role({{{"user"}, {"read"}, "equals(1, 1)"}, {{"user"}, {"read"}}})},
                  {"user"},
                  "read",
                  answer::yes},
        rule_case{"a conditional deny",
                  {role({{{"user"}, {"read"}}}, {{{"user"}, {"read"}, "equals(1, 2)"}})},
                  {"user"},
                  "read",
                  answer::maybe},
        rule_case{"any name of the resource",
                  {role({{{"github"}, {"list"}}})},
                  {"auth_connector", "github"},
                  "list",
                  answer::yes},
        rule_case{"read is enough to read without secrets",
                  {role({{{"oidc"}, {"read"}}})},
                  {"auth_connector", "oidc"},
                  "readnosecrets",
                  answer::yes},
        rule_case{"but not the other way round",
                  {role({{{"user"}, {"readnosecrets"}}})},
                  {"user"},
                  "read",
                  answer::no}));

label_access labels(label_selector of, const std::string& expression = {}) {
  return {std::move(of), expression};
}

role_rights seeing(label_access shown, label_access hidden = {}) {
  role_rights made{"operator", {}, {}};
  made.allow.labels["node"] = std::move(shown);
  made.deny.labels["node"] = std::move(hidden);
  return made;
}

const label_selector everything{{"*", {"*"}}};
const label_selector tests_only{{"env", {"test"}}};

struct label_case {
  const char* claim;
  std::vector<role_rights> roles;
  answer wanted;
};

class Labels : public ::testing::TestWithParam<label_case> {};

TEST_P(Labels, AreWorkedOut) {
  EXPECT_EQ(sees_all(GetParam().roles, "node"), GetParam().wanted) << GetParam().claim;
}

INSTANTIATE_TEST_SUITE_P(
    Table, Labels,
    ::testing::Values(
        label_case{"no label, no node", {seeing({})}, answer::no},
        label_case{"the wildcard shows all", {seeing(labels(everything))}, answer::yes},
        label_case{"some labels show some", {seeing(labels(tests_only))}, answer::maybe},
        label_case{"of two roles the wider one counts",
                   {seeing(labels(tests_only)), seeing(labels(everything))},
                   answer::yes},
        label_case{"an expression can't be told from here",
                   {seeing(labels({}, "labels.env == \"x\""))},
                   answer::maybe},
        label_case{"an expression narrows the wildcard",
                   {seeing(labels(everything, "labels.env == \"x\""))},
                   answer::maybe},
        label_case{"denied labels hide some",
                   {seeing(labels(everything), labels(tests_only))},
                   answer::maybe},
        label_case{"denied wildcards hide all",
                   {seeing(labels(everything)), seeing({}, labels(everything))},
                   answer::denied}));

TEST(Rights, WithoutLabelsOfTheirOwnAreSeenWhole) {
  EXPECT_EQ(sees_all({seeing({})}, "role"), answer::yes);
}

TEST(Rights, AreReadFromARole) {
  types::RoleV6 stored;
  stored.mutable_metadata()->set_name("operator");
  auto& allow = *stored.mutable_spec()->mutable_allow();
  auto& rule = *allow.add_rules();
  rule.add_resources("user");
  rule.add_verbs("list");
  rule.set_where("equals(1, 1)");
  (*allow.mutable_applabels()->mutable_values())["*"].add_values("*");
  allow.set_databaselabelsexpression("labels.x");
  stored.mutable_spec()->mutable_deny()->add_rules()->add_resources("lock");

  const auto got = rights_of(stored);
  EXPECT_EQ(got.name, "operator");
  ASSERT_EQ(got.allow.rules.size(), 1U);
  EXPECT_EQ(got.allow.rules[0].where, "equals(1, 1)");
  ASSERT_EQ(got.deny.rules.size(), 1U);
  EXPECT_EQ(sees_all({got}, "app"), answer::yes);
  EXPECT_EQ(sees_all({got}, "node"), answer::no);
  EXPECT_EQ(sees_all({got}, "db"), answer::maybe);
}

}  // namespace
}  // namespace teleport::doctor
