#include "k8s/access_review.hpp"

#include <gtest/gtest.h>

#include "k8s/json.hpp"

namespace k8s {
namespace {

const access_question patch_status{.ns = "team",
                                   .group = "resources.teleport.dev",
                                   .resource = "teleportusers",
                                   .subresource = "status",
                                   .verb = "patch"};

TEST(AccessReview, AsksForOneVerbOnOneResource) {
  const auto request = access_review_request(patch_status);
  EXPECT_STREQ(request.method, "POST");
  EXPECT_EQ(request.target, "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews");
  const auto body = json::parse(request.body);
  EXPECT_EQ(body["kind"], "SelfSubjectAccessReview");
  EXPECT_EQ(body["spec"]["resourceAttributes"], (json{{"group", "resources.teleport.dev"},
                                                      {"resource", "teleportusers"},
                                                      {"subresource", "status"},
                                                      {"verb", "patch"},
                                                      {"namespace", "team"}}));
}

TEST(AccessReview, OfAllNamespacesAndOfTheCoreGroupLeavesThemOut) {
  const auto body = json::parse(
      access_review_request({.ns = "", .group = "", .resource = "secrets", .verb = "list"}).body);
  EXPECT_EQ(body["spec"]["resourceAttributes"],
            (json{{"group", ""}, {"resource", "secrets"}, {"verb", "list"}}));
}

TEST(AccessReview, IsNamedForPeople) {
  EXPECT_EQ(to_string(patch_status),
            "patch teleportusers.resources.teleport.dev/status in namespace team");
  EXPECT_EQ(to_string({.ns = "", .group = "", .resource = "secrets", .verb = "get", .name = "s"}),
            "get secrets \"s\" in all namespaces");
}

TEST(AccessReview, AnswersWhatTheServerSays) {
  const auto yes = parse_access_review(R"({"status":{"allowed":true}})", "ask");
  ASSERT_TRUE(yes.ok());
  EXPECT_TRUE(yes.value());
  const auto no = parse_access_review(R"({"status":{"allowed":false,"reason":"no rule"}})", "ask");
  ASSERT_TRUE(no.ok());
  EXPECT_FALSE(no.value());
}

TEST(AccessReview, TakesNothingElseForAYes) {
  for (const auto* text : {"", "[]", "{}", R"({"status":1})", R"({"status":{"allowed":"true"}})"}) {
    const auto got = parse_access_review(text, "ask");
    ASSERT_FALSE(got.ok()) << text;
    EXPECT_EQ(got.failure().code, errc::bad_answer);
  }
}

TEST(AccessReview, TellsOurOwnName) {
  EXPECT_EQ(own_name_request().target, "/apis/authentication.k8s.io/v1/selfsubjectreviews");
  EXPECT_EQ(json::parse(own_name_request().body).count("spec"), 0U);
  const auto got = parse_own_name(R"({"status":{"userInfo":{"username":"jane"}}})", "ask");
  ASSERT_TRUE(got.ok());
  EXPECT_EQ(got.value(), "jane");
  EXPECT_FALSE(parse_own_name(R"({"status":{"userInfo":{}}})", "ask").ok());
}

}  // namespace
}  // namespace k8s
