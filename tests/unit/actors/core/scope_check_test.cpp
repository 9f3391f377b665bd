#include "actors/core/scope_check.hpp"

#include <gmock/gmock.h>

#include "support.hpp"

namespace actors::core {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

struct scope_case {
  const char* of_resource;
  const char* of_operator;
  bool ok;
  const char* reason;
  const char* text;
};

TEST(ScopeCheck, ComparesByTheLetter) {
  const std::vector<scope_case> rows{
      {"", "", true, "Unscoped", "Neither resource or operator are scoped"},
      {"/a", "", false, "NonMatchingScope",
       "Resource is scoped but operator is not. Refusing to reconcile."},
      {"", "/a", false, "NonMatchingScope",
       "Operator is scoped but resource is not. Refusing to reconcile."},
      {"/a", "/a", true, "MatchingScope", "Resource scope matches the operator scope."},
      {"/a/b", "/a", false, "NonMatchingScope",
       R"(Resource scope "/a/b" does not match the operator scope "/a".)"},
      {"/a", "/a/", false, "NonMatchingScope",
       R"(Resource scope "/a" does not match the operator scope "/a/".)"},
  };
  for (const auto& row : rows) {
    const auto found = check_scope(row.of_resource, row.of_operator);
    EXPECT_EQ(found.ok, row.ok) << row.text;
    EXPECT_EQ(found.reason, row.reason) << row.text;
    EXPECT_EQ(found.text, row.text);
  }
}

scoped_operator operator_of_a() {
  return {"/a", "id-1", "ops@example.com", "token-1", "teleport"};
}

k8s::object scoped_cr() {
  auto cr = testing::make_cr("{}");
  cr.kind = "TeleportScopedRoleV1";
  return cr;
}

TEST(OwnerLabels, SayWhoWroteItAndFromWhat) {
  EXPECT_THAT(owner_labels(operator_of_a(), scoped_cr(), {"my_role", "/a"}),
              ElementsAre(Pair("resources.teleport.dev/custom-resource-gvk",
                               "resources.teleport.dev/v1, Kind=TeleportScopedRoleV1"),
                          Pair("resources.teleport.dev/custom-resource-name", "admin"),
                          Pair("resources.teleport.dev/custom-resource-namespace", "default"),
                          Pair("resources.teleport.dev/namespace", "teleport"),
                          Pair("resources.teleport.dev/operator-id", "id-1"),
                          Pair("resources.teleport.dev/owner-email", "ops@example.com"),
                          Pair("resources.teleport.dev/token-name", "token-1")));
}

TEST(OwnerLabels, AreNotOnAResourceWithoutScope) {
  EXPECT_THAT(owner_labels(operator_of_a(), scoped_cr(), {"admin", ""}), IsEmpty());
}

TEST(OwnerLabels, LeaveOutWhatIsNotKnown) {
  auto us = operator_of_a();
  us.owner_email.clear();
  EXPECT_EQ(
      owner_labels(us, scoped_cr(), {"admin", "/a"}).count("resources.teleport.dev/owner-email"),
      0U);
}

teleport::resource scoped_role(const char* scope, std::map<std::string, std::string> labels) {
  const auto field = '"' + std::string{scope} + '"';
  auto decoded = teleport::decode(*teleport::find_kind("TeleportScopedRoleV1"),
                                  {"admin", std::move(labels), {}, "{}", {{"scope", field}}});
  EXPECT_TRUE(decoded.ok());
  return decoded.value();
}

TEST(OwnedByAnother, OperatorsAreToldApartWithinAScope) {
  const auto us = operator_of_a();
  EXPECT_EQ(owned_by_another(us, scoped_role("/a", {{words::operator_id_label, "id-1"}})), "");
  EXPECT_EQ(owned_by_another(us, scoped_role("/a", {})),
            "teleport resource doesn't have the resources.teleport.dev/operator-id label");
  EXPECT_THAT(
      owned_by_another(us, scoped_role("/a", {{words::operator_id_label, "id-2"}})),
      HasSubstr("operator-id label set to \"id-2\" instead of \"id-1\". Resource is owned by "
                "another operator."));
}

TEST(OwnedByAnother, TheIdDoesNotMatterWithoutAScope) {
  EXPECT_EQ(
      owned_by_another(operator_of_a(), scoped_role("", {{words::operator_id_label, "id-2"}})), "");
}

}  // namespace
}  // namespace actors::core
