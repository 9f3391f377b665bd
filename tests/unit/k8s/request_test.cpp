#include "k8s/request.hpp"

#include <gtest/gtest.h>

namespace k8s {
namespace {

const resource_type role{"resources.teleport.dev", "v1", "TeleportRoleV7", "teleportrolesv7"};
const resource_type secret{"", "v1", "Secret", "secrets"};

TEST(Request, AddressesObjectsOfGroupsAndOfTheCoreApi) {
  EXPECT_EQ(get_request(role, {"ns", "foo"}).target,
            "/apis/resources.teleport.dev/v1/namespaces/ns/teleportrolesv7/foo");
  EXPECT_EQ(get_request(secret, {"ns", "foo"}).target, "/api/v1/namespaces/ns/secrets/foo");
  EXPECT_EQ(get_request({"", "v1", "Namespace", "namespaces"}, {"", "foo"}).target,
            "/api/v1/namespaces/foo");
}

TEST(Request, EncodesNamesSoThatTheyStayOneSegment) {
  EXPECT_EQ(get_request(secret, {"ns", "a/b?c=d:e"}).target,
            "/api/v1/namespaces/ns/secrets/a%2Fb%3Fc%3Dd%3Ae");
}

TEST(Request, PatchesSubresources) {
  const auto request = merge_patch_request({role, {"ns", "foo"}, "status", "{}"});
  EXPECT_STREQ(request.method, "PATCH");
  EXPECT_STREQ(request.content_type, "application/merge-patch+json");
  EXPECT_EQ(request.target,
            "/apis/resources.teleport.dev/v1/namespaces/ns/teleportrolesv7/foo/status");
  EXPECT_EQ(request.subject, "patch teleportrolesv7/status ns/foo");
}

TEST(Request, ListsPagesAndWholeLists) {
  EXPECT_EQ(list_request({role, "ns", {}}, 500, "").target,
            "/apis/resources.teleport.dev/v1/namespaces/ns/teleportrolesv7?limit=500");
  EXPECT_EQ(list_request({role, "", {}}, 500, "a+b=").target,
            "/apis/resources.teleport.dev/v1/teleportrolesv7?limit=500&continue=a%2Bb%3D");
  EXPECT_EQ(list_request({role, "", {}}, 0, "").target,
            "/apis/resources.teleport.dev/v1/teleportrolesv7");
}

TEST(Request, WatchesWithBookmarksFromAVersion) {
  EXPECT_EQ(open_watch_request({secret, "ns", {}}, "12", std::chrono::seconds(400)).target,
            "/api/v1/namespaces/ns/secrets?watch=1&allowWatchBookmarks=true&resourceVersion=12"
            "&timeoutSeconds=400");
}

TEST(Request, AsksForMetadataAloneInListAndWatch) {
  const watch_request whole{secret, "ns", {}};
  watch_request part = whole;
  part.metadata_only = true;
  EXPECT_EQ(list_request(part, 500, "").wanted, form::metadata_list);
  EXPECT_EQ(open_watch_request(part, "12", std::chrono::seconds(400)).wanted, form::metadata);
  EXPECT_EQ(list_request(whole, 500, "").wanted, form::whole);
  EXPECT_EQ(open_watch_request(whole, "12", std::chrono::seconds(400)).wanted, form::whole);
}

TEST(Request, WatchesOneObjectByItsName) {
  watch_request one{secret, "ns", {}};
  one.name = "my-lease";
  EXPECT_EQ(list_request(one, 500, "").target,
            "/api/v1/namespaces/ns/secrets?limit=500&fieldSelector=metadata.name%3Dmy-lease");
  EXPECT_EQ(list_request(one, 0, "").target,
            "/api/v1/namespaces/ns/secrets?fieldSelector=metadata.name%3Dmy-lease");
  EXPECT_EQ(open_watch_request(one, "12", std::chrono::seconds(400)).target,
            "/api/v1/namespaces/ns/secrets?watch=1&allowWatchBookmarks=true&resourceVersion=12"
            "&timeoutSeconds=400&fieldSelector=metadata.name%3Dmy-lease");
  EXPECT_EQ(list_request(one, 500, "").subject, "list secrets my-lease in namespace ns");
}

TEST(Request, CreatesInANamespace) {
  const auto request = create_request(secret, "ns", "{}");
  EXPECT_STREQ(request.method, "POST");
  EXPECT_EQ(request.target, "/api/v1/namespaces/ns/secrets");
  EXPECT_EQ(request.body, "{}");
}

}  // namespace
}  // namespace k8s
