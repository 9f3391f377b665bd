#include "teleport/calls/shape.hpp"

#include <gmock/gmock.h>

#include "teleport/proto/access_monitoring_rule_calls.pb.h"
#include "teleport/proto/bot_calls.pb.h"
#include "teleport/proto/resource_request.pb.h"
#include "teleport/proto/scoped_access_calls.pb.h"
#include "teleport/proto/scoped_token_calls.pb.h"
#include "teleport/proto/server_calls.pb.h"

namespace teleport::calls {
namespace {

const kind& row(const char* cr_kind) {
  return *find_kind(cr_kind);
}

std::vector<std::string> names_in(const std::shared_ptr<message>& response, const kind& of) {
  std::vector<std::string> names;
  for (auto& found : resources_in(response, of.descriptor()))
    names.push_back(resource(of, std::move(found)).name());
  return names;
}

TEST(Keys, AreUnderstoodByTheGetAndTheDeleteOfEveryKind) {
  for (const auto& of : all_kinds()) {
    for (const auto& call :
         {of.calls.get, of.calls.get_older, of.calls.remove, of.calls.remove_older}) {
      if (call.path.empty()) continue;
      const auto request = new_message(call.request);
      ASSERT_NE(request, nullptr) << call.path;
      ASSERT_TRUE(put_fixed(*request, call)) << call.path;
      ASSERT_TRUE(put_key(*request, of, {"some-name", "/some/scope"})) << call.path;
      const bool named = request->SerializeAsString().find("some-name") != std::string::npos;
      EXPECT_EQ(named, of.singleton.empty()) << call.path;
    }
  }
}

TEST(Keys, GoIntoAFieldThatEndsInName) {
  teleport::machineid::v1::GetBotRequest request;
  ASSERT_TRUE(put_key(request, row("TeleportBotV1"), {"robot"}));
  EXPECT_EQ(request.bot_name(), "robot");
}

TEST(Keys, AreRefusedByARequestWithoutAName) {
  proto::PaginatedResource nameless;
  EXPECT_FALSE(put_key(nameless, row("TeleportRoleV7"), {"dev"}));
  EXPECT_TRUE(put_key(nameless, row("TeleportAutoupdateConfigV1"), {"autoupdate-config"}))
      << "a singleton needs none";
}

TEST(FixedTexts, AreInTheRequest) {
  const auto& of = row("TeleportOpenSSHServerV2");
  types::ResourceInNamespaceRequest get;
  ASSERT_TRUE(put_fixed(get, of.calls.get));
  ASSERT_TRUE(put_key(get, of, {"web-1"}));
  EXPECT_EQ(get.namespace_(), "default");
  EXPECT_EQ(get.name(), "web-1");
  proto::ListResourcesRequest list;
  ASSERT_TRUE(put_fixed(list, of.calls.list));
  EXPECT_EQ(list.resourcetype(), "node");
  EXPECT_EQ(list.namespace_(), "default");
  EXPECT_EQ(list.labels().at("teleport.dev/origin"), "kubernetes");
}

TEST(FixedTexts, AreRefusedWhereTheRequestHasNoSuchField) {
  rpc call;
  call.fixed = {{"Namespace", "default"}};
  types::ResourceRequest request;
  EXPECT_FALSE(put_fixed(request, call));
}

TEST(Pages, AreAskedForWithAnyTypeOfNumber) {
  teleport::accessmonitoringrules::v1::ListAccessMonitoringRulesRequest of_64_bits;
  put_page(of_64_bits, "b");
  EXPECT_GT(of_64_bits.page_size(), 0);
  EXPECT_EQ(of_64_bits.page_token(), "b");
  teleport::scopes::joining::v1::ListScopedTokensRequest no_sign;
  put_page(no_sign, "c");
  EXPECT_GT(no_sign.limit(), 0U);
  EXPECT_EQ(no_sign.cursor(), "c");
}

TEST(Pages, EndWithoutACursor) {
  teleport::scopes::joining::v1::ListScopedTokensResponse response;
  EXPECT_EQ(next_page(response), "");
  response.set_cursor("c");
  EXPECT_EQ(next_page(response), "c");
}

TEST(Resources, AreFoundInsideOfWrappers) {
  auto page = std::make_shared<proto::ListResourcesResponse>();
  page->add_resources()->mutable_node()->mutable_metadata()->set_name("a");
  page->add_resources();  // of a type that was not asked for
  page->add_resources()->mutable_node()->mutable_metadata()->set_name("b");
  EXPECT_THAT(names_in(page, row("TeleportOpenSSHServerV2")), ::testing::ElementsAre("a", "b"));
}

TEST(Resources, StandAloneInTheAnswerToAGet) {
  const auto& of = row("TeleportScopedRoleV1");
  auto answer = std::make_shared<teleport::scopes::access::v1::GetScopedRoleResponse>();
  EXPECT_THAT(names_in(answer, of), ::testing::IsEmpty());
  answer->mutable_role()->mutable_metadata()->set_name("one");
  EXPECT_THAT(names_in(answer, of), ::testing::ElementsAre("one"));
}

TEST(Resources, OutliveTheNameOfTheirResponse) {
  const auto& of = row("TeleportOpenSSHServerV2");
  auto page = std::make_shared<proto::ListResourcesResponse>();
  page->add_resources()->mutable_node()->mutable_metadata()->set_name("a");
  const auto found = resources_in(page, of.descriptor());
  page.reset();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(resource(of, found[0]).name(), "a");
}

}  // namespace
}  // namespace teleport::calls
