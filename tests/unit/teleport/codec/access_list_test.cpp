/// Access lists, login rules and import rules: what their specs have that others have not.

#include <gmock/gmock.h>

#include "support.hpp"
#include "teleport/proto/access_list.pb.h"
#include "teleport/proto/login_rule.pb.h"
#include "teleport/proto/okta_import_rule.pb.h"

namespace teleport::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using access_list = teleport::accesslist::v1::AccessList;
using login_rule = teleport::loginrule::v1::LoginRule;

resource list_with(const std::string& spec) {
  return decoded("TeleportAccessList", spec);
}

std::string recurrence(const std::string& field, const std::string& value) {
  return R"({"audit": {"recurrence": {")" + field + "\": " + value + "}}}";
}

TEST(AccessLists, HaveTheSectionsThatTheServerInsistsOn) {
  for (const auto* text : {"{}", R"({"grants": null, "audit": {}})"}) {
    const auto list = list_with(text);
    const auto& spec = as<access_list>(list).spec();
    EXPECT_TRUE(spec.has_audit() && spec.has_grants()) << text;
    EXPECT_TRUE(spec.has_membership_requires() && spec.has_ownership_requires()) << text;
    EXPECT_FALSE(spec.has_owner_grants() || spec.audit().has_recurrence()) << text;
  }
}

TEST(AccessLists, FrequenciesAreReadLoosely) {
  const std::map<std::string, int> cases = {
      {R"("1month")", 1},     {R"("1 Month")", 1}, {R"("1m")", 1},         {R"("3 months")", 3},
      {R"("3M")", 3},         {R"("6")", 6},       {R"(" 6 months ")", 6}, {R"("1year")", 12},
      {R"("12 months")", 12}, {R"("1y")", 12},     {R"("")", 0},           {"3", 3},
  };
  for (const auto& [value, months] : cases) {
    const auto list = list_with(recurrence("frequency", value));
    EXPECT_EQ(as<access_list>(list).spec().audit().recurrence().frequency(), months) << value;
  }
}

TEST(AccessLists, DaysOfTheMonthAreReadLoosely) {
  const std::map<std::string, int> cases = {
      {R"("1")", 1}, {R"("First")", 1}, {R"("15")", 15}, {R"("LAST")", 31}, {"31", 31}};
  for (const auto& [value, day] : cases) {
    const auto list = list_with(recurrence("day_of_month", value));
    EXPECT_EQ(as<access_list>(list).spec().audit().recurrence().day_of_month(), day) << value;
  }
}

TEST(AccessLists, AnUnknownRecurrenceIsRefused) {
  for (const auto* value : {R"("2months")", R"("fortnightly")", "2", "true"}) {
    EXPECT_THAT(refusal("TeleportAccessList", recurrence("frequency", value)),
                HasSubstr("spec.audit.recurrence.frequency"))
        << value;
  }
  EXPECT_THAT(refusal("TeleportAccessList", recurrence("day_of_month", R"("2")")),
              HasSubstr("spec.audit.recurrence.day_of_month"));
}

TEST(AccessLists, TheNextReviewCountsOnlyForANewList) {
  auto desired = list_with(R"({"audit": {"next_audit_date": "2030-01-01T00:00:00Z"}})");
  EXPECT_EQ(as<access_list>(desired).spec().audit().next_audit_date().seconds(), 1893456000);
  const auto stored = list_with(R"({"audit": {"next_audit_date": "2031-06-15T00:00:00Z"}})");
  EXPECT_THAT(differences(desired, stored), IsEmpty());
  carry_over(desired, stored);
  EXPECT_EQ(as<access_list>(desired).spec().audit().next_audit_date().seconds(), 1939248000);
}

TEST(AccessLists, WhetherAnOwnerIsFitIsTheServersToSay) {
  const auto owner = [](const std::string& rest) {
    return list_with(R"({"owners": [{"name": "alice")" + rest + "}]}");
  };
  const auto desired = owner(R"(, "ineligible_status": "INELIGIBLE_STATUS_ELIGIBLE")");
  const auto stored = owner(R"(, "ineligible_status": "INELIGIBLE_STATUS_EXPIRED")");
  EXPECT_THAT(differences(desired, stored), IsEmpty());
  EXPECT_EQ(stored_hash(owner("")), stored_hash(stored));
}

TEST(AccessLists, OwnersAreUsersOrLists) {
  const auto list =
      list_with(R"({"owners": [{"name": "a", "membership_kind": "MEMBERSHIP_KIND_LIST"}]})");
  EXPECT_EQ(as<access_list>(list).spec().owners(0).membership_kind(),
            teleport::accesslist::v1::MEMBERSHIP_KIND_LIST);
  EXPECT_THAT(
      refusal("TeleportAccessList", R"({"owners": [{"name": "a", "membership_kind": "group"}]})"),
      HasSubstr("spec.owners[0].membership_kind"));
}

TEST(AccessLists, TraitsAreListsByName) {
  const auto list = list_with(R"({"grants": {"traits": {"logins": ["root", "ubuntu"]}}})");
  const auto& traits = as<access_list>(list).spec().grants().traits();
  ASSERT_EQ(traits.size(), 1);
  EXPECT_EQ(traits[0].key(), "logins");
  EXPECT_THAT(traits[0].values(), ElementsAre("root", "ubuntu"));
}

TEST(LoginRules, SpecFieldsGoToTheRootOfTheMessage) {
  const auto rule = decoded("TeleportLoginRule",
                            R"({"priority": 3, "traits_map": {"groups": ["external.groups"]}})");
  const auto& message = as<login_rule>(rule);
  EXPECT_EQ(message.version(), "v1");
  EXPECT_EQ(message.metadata().name(), "example");
  EXPECT_EQ(message.priority(), 3);
  EXPECT_THAT(message.traits_map().at("groups").values(), ElementsAre("external.groups"));
}

TEST(LoginRules, OtherRootFieldsAreNotOfTheSpec) {
  EXPECT_THAT(refusal("TeleportLoginRule", R"({"version": "v2", "metadata": {}})"),
              HasSubstr(R"(unknown field "spec.metadata", unknown field "spec.version")"));
}

TEST(OktaImportRules, MatchesGiveLabels) {
  const auto rule = decoded("TeleportOktaImportRule",
                            R"({"mappings": [{"match": [{"app_ids": ["1", "2"]}],
                                              "add_labels": {"team": "a"}}]})");
  const auto& mapping = as<types::OktaImportRuleV1>(rule).spec().mappings(0);
  EXPECT_THAT(mapping.match(0).appids(), ElementsAre("1", "2"));
  EXPECT_EQ(mapping.addlabels().at("team"), "a");
}

}  // namespace
}  // namespace teleport::test
