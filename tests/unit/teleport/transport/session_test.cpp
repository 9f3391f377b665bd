#include "teleport/session.hpp"

#include <future>

#include <gtest/gtest.h>

#include "generic_server.hpp"
#include "teleport/grpc_session.hpp"
#include "teleport/proto/ping.pb.h"
#include "teleport/proto/resource_request.pb.h"
#include "teleport/proto/role.pb.h"
#include "teleport/proto/role_calls.pb.h"
#include "teleport/proto/server_calls.pb.h"
#include "teleport/proto/user.pb.h"
#include "teleport/proto/user_calls.pb.h"

namespace teleport {
namespace {

using testing::generic_server;
using testing::scripted;

/// Starts a call and waits for its answer.
template <class T, class Start>
T answer_of(Start start) {
  auto promise = std::make_shared<std::promise<T>>();
  auto future = promise->get_future();
  start([promise](T answer) { promise->set_value(std::move(answer)); });
  if (future.wait_for(std::chrono::seconds(20)) != std::future_status::ready)
    throw std::runtime_error("no answer");
  return future.get();
}

const kind& role_kind() {
  return *find_kind("TeleportRoleV7");
}
const kind& user_kind() {
  return *find_kind("TeleportUser");
}

types::RoleV6 role_message(const std::string& name, const std::string& revision = "") {
  types::RoleV6 role;
  role.set_version("v7");
  role.mutable_metadata()->set_name(name);
  role.mutable_metadata()->set_revision(revision);
  return role;
}

resource role(const std::string& name, const std::string& revision = "") {
  return {role_kind(), std::make_shared<types::RoleV6>(role_message(name, revision))};
}

class Session : public ::testing::Test {
 protected:
  Session() { open(std::chrono::seconds(20)); }

  void open(std::chrono::seconds timeout, write_permit permit = {}) {
    session_.reset();
    server_ = std::make_unique<generic_server>();
    session_ = make_session(server_->channel(), {timeout, "18.8.2", observer_, std::move(permit)});
  }

  result<resource> get(const kind& of, const std::string& name) {
    return answer_of<result<resource>>([&](auto done) { session_->get(of, {name}, done); });
  }
  result<resource> create(const resource& desired) {
    return answer_of<result<resource>>([&](auto done) { session_->create(desired, done); });
  }
  result<std::vector<resource_head>> list(const kind& of) {
    return answer_of<result<std::vector<resource_head>>>(
        [&](auto done) { session_->list(of, done); });
  }

  std::mutex mutex_;
  std::vector<std::string> observed_;
  call_observer observer_ = [this](const std::string& method, const std::string& code, auto) {
    std::lock_guard guard(mutex_);
    observed_.push_back(method + " " + code);
  };
  std::unique_ptr<generic_server> server_;
  std::shared_ptr<session> session_;
};

TEST_F(Session, GetsByNameAndSaysItsVersion) {
  server_->on("/proto.AuthService/GetRole", {scripted::with(role_message("dev", "r1"))});
  const auto got = get(role_kind(), "dev");
  ASSERT_TRUE(got) << got.failure().message;
  EXPECT_EQ(got.value().revision(), "r1");
  proto::GetRoleRequest sent;
  ASSERT_TRUE(sent.ParseFromString(server_->request(0)));
  EXPECT_EQ(sent.name(), "dev");
  EXPECT_EQ(server_->version(), "18.8.2");
  EXPECT_EQ(observed_, std::vector<std::string>{"/proto.AuthService/GetRole OK"});
}

TEST_F(Session, FindsTheResourceInsideOfAResponse) {
  teleport::users::v1::GetUserResponse response;
  response.mutable_user()->mutable_metadata()->set_name("anna");
  server_->on("/teleport.users.v1.UsersService/GetUser", {scripted::with(response)});
  const auto got = get(user_kind(), "anna");
  ASSERT_TRUE(got) << got.failure().message;
  EXPECT_EQ(got.value().name(), "anna");
}

TEST_F(Session, AnswersTheServersTextAndClass) {
  server_->on("/proto.AuthService/GetRole",
              {scripted::failing(grpc::StatusCode::NOT_FOUND, "role dev is not found")});
  const auto got = get(role_kind(), "dev");
  ASSERT_FALSE(got);
  EXPECT_EQ(got.failure().code, errc::not_found);
  EXPECT_EQ(got.failure().message, "role dev is not found");
}

TEST_F(Session, AnswersWhatTheServerStored) {
  server_->on("/proto.AuthService/UpsertRoleV2", {scripted::with(role_message("dev", "new"))});
  const auto made = create(role("dev", "old"));
  ASSERT_TRUE(made) << made.failure().message;
  EXPECT_EQ(made.value().revision(), "new");
  proto::UpsertRoleRequest sent;
  ASSERT_TRUE(sent.ParseFromString(server_->request(0)));
  EXPECT_EQ(sent.role().metadata().revision(), "old");
}

TEST_F(Session, TakesTheOlderCallOnceAndForAll) {
  server_->on("/proto.AuthService/UpsertRole", {scripted{{""}, grpc::Status::OK}});
  const auto first = create(role("dev", "old"));
  ASSERT_TRUE(first) << first.failure().message;
  EXPECT_EQ(first.value().revision(), "") << "a call that answers nothing tells no revision";
  EXPECT_EQ(first.value().name(), "dev");
  ASSERT_TRUE(create(role("ops")));
  const std::vector<std::string> expected{"/proto.AuthService/UpsertRoleV2",
                                          "/proto.AuthService/UpsertRole",
                                          "/proto.AuthService/UpsertRole"};
  EXPECT_EQ(server_->calls(), expected);
}

TEST_F(Session, SaysThatACallIsUnknownWhenThereIsNoOlderOne) {
  const auto got = get(role_kind(), "dev");
  ASSERT_FALSE(got);
  EXPECT_EQ(got.failure().code, errc::not_implemented);
}

TEST_F(Session, ListsAllPages) {
  proto::ListRolesResponse first;
  *first.add_roles() = role_message("a", "1");
  *first.add_roles() = role_message("b", "2");
  first.set_nextkey("c");
  proto::ListRolesResponse second;
  *second.add_roles() = role_message("c", "3");
  server_->on("/proto.AuthService/ListRoles", {scripted::with(first), scripted::with(second)});
  const auto heads = list(role_kind());
  ASSERT_TRUE(heads) << heads.failure().message;
  ASSERT_EQ(heads.value().size(), 3U);
  EXPECT_EQ(heads.value()[2].name, "c");
  EXPECT_EQ(heads.value()[2].version, "v7");
  EXPECT_EQ(heads.value()[2].revision, "3");
  proto::ListRolesRequest sent;
  ASSERT_TRUE(sent.ParseFromString(server_->request(1)));
  EXPECT_EQ(sent.startkey(), "c");
  EXPECT_GT(sent.limit(), 0);
}

TEST_F(Session, EndsAListThatGoesInCircles) {
  proto::ListRolesResponse page;
  page.set_nextkey("same");
  server_->on("/proto.AuthService/ListRoles", {scripted::with(page)});
  const auto heads = list(role_kind());
  ASSERT_FALSE(heads);
  EXPECT_EQ(server_->calls().size(), 2U);
}

TEST_F(Session, ListsFromTheOlderStream) {
  types::UserV2 anna;
  anna.mutable_metadata()->set_name("anna");
  types::UserV2 bob;
  bob.mutable_metadata()->set_name("bob");
  server_->on("/proto.AuthService/GetUsers",
              {scripted{{anna.SerializeAsString(), bob.SerializeAsString()}, grpc::Status::OK}});
  const auto heads = list(user_kind());
  ASSERT_TRUE(heads) << heads.failure().message;
  ASSERT_EQ(heads.value().size(), 2U);
  EXPECT_EQ(heads.value()[1].name, "bob");
}

TEST_F(Session, ListsOnlyServersOfTheSubkind) {
  proto::ListResourcesResponse page;
  for (const auto* subkind : {"", "openssh", "openssh-ec2-ice"}) {
    auto& server = *page.add_resources()->mutable_node();
    server.set_subkind(subkind);
    server.mutable_metadata()->set_name(std::string("server-") + subkind);
  }
  server_->on("/proto.AuthService/ListResources", {scripted::with(page)});
  const auto heads = list(*find_kind("TeleportOpenSSHServerV2"));
  ASSERT_TRUE(heads) << heads.failure().message;
  ASSERT_EQ(heads.value().size(), 1U);
  EXPECT_EQ(heads.value()[0].name, "server-openssh");
  proto::ListResourcesRequest sent;
  ASSERT_TRUE(sent.ParseFromString(server_->request(0)));
  EXPECT_EQ(sent.resourcetype(), "node");
}

TEST_F(Session, AMissingSingletonIsAnEmptyList) {
  server_->on("/teleport.autoupdate.v1.AutoUpdateService/GetAutoUpdateConfig",
              {scripted::failing(grpc::StatusCode::NOT_FOUND),
               scripted::failing(grpc::StatusCode::PERMISSION_DENIED)});
  const auto& config = *find_kind("TeleportAutoupdateConfigV1");
  const auto heads = list(config);
  ASSERT_TRUE(heads) << heads.failure().message;
  EXPECT_TRUE(heads.value().empty());
  EXPECT_FALSE(list(config)) << "another failure is one";
}

TEST_F(Session, AServerIsAskedForInItsNamespace) {
  types::ServerV2 stored;
  stored.mutable_metadata()->set_name("web-1");
  server_->on("/proto.AuthService/GetNode", {scripted::with(stored)});
  ASSERT_TRUE(get(*find_kind("TeleportOpenSSHServerV2"), "web-1"));
  types::ResourceInNamespaceRequest sent;
  ASSERT_TRUE(sent.ParseFromString(server_->request(0)));
  EXPECT_EQ(sent.name(), "web-1");
  EXPECT_EQ(sent.namespace_(), "default");
}

TEST_F(Session, PingTellsFeatures) {
  proto::PingResponse answer;
  answer.set_clustername("test");
  answer.set_serverversion("18.8.2");
  answer.mutable_serverfeatures()->set_saml(true);
  (*answer.mutable_serverfeatures()->mutable_entitlements())["OIDC"].set_enabled(true);
  server_->on("/proto.AuthService/Ping", {scripted::with(answer)});
  const auto info = answer_of<result<cluster_info>>([&](auto done) { session_->ping(done); });
  ASSERT_TRUE(info) << info.failure().message;
  EXPECT_EQ(info.value().cluster_name, "test");
  EXPECT_TRUE(info.value().saml);
  EXPECT_FALSE(info.value().oidc);
  EXPECT_EQ(info.value().entitlements.at("OIDC"), true);
}

TEST_F(Session, TimesOut) {
  open(std::chrono::seconds(1));
  server_->on("/proto.AuthService/GetRole", {scripted{{}, {}, true}});
  const auto got = get(role_kind(), "dev");
  ASSERT_FALSE(got);
  EXPECT_EQ(got.failure().code, errc::timeout);
}

TEST_F(Session, ChangesNothingWithoutThePermit) {
  auto left = std::chrono::nanoseconds{0};
  open(std::chrono::seconds(20), [&left] { return left; });
  server_->on("/proto.AuthService/GetRole", {scripted::with(role_message("dev"))});
  server_->on("/proto.AuthService/UpsertRoleV2", {scripted::with(role_message("dev", "r1"))});
  const auto removed = [&] {
    return answer_of<result<bool>>(
        [&](auto done) { session_->remove(role_kind(), {"dev"}, done); });
  };
  EXPECT_EQ(create(role("dev")).failure().code, errc::not_leading);
  EXPECT_EQ(removed().failure().code, errc::not_leading);
  EXPECT_TRUE(server_->calls().empty()) << "the server heard of it";
  EXPECT_TRUE(observed_.empty()) << "a call was counted that was none";
  EXPECT_TRUE(get(role_kind(), "dev")) << "reads need no permit";
  left = std::chrono::hours{1};
  EXPECT_TRUE(create(role("dev")));
}

TEST_F(Session, AChangeIsNotWaitedForLongerThanThePermitLasts) {
  open(std::chrono::hours{1}, [] { return std::chrono::milliseconds{200}; });
  server_->on("/proto.AuthService/UpsertRoleV2", {{{}, grpc::Status::OK, true}});
  EXPECT_EQ(create(role("dev")).failure().code, errc::timeout);
}

TEST_F(Session, AnswersOpenCallsBeforeItIsGone) {
  server_->on("/proto.AuthService/GetRole", {scripted{{}, {}, true}});
  std::atomic<int> cancelled = 0;
  for (int i = 0; i < 10; ++i)
    session_->get(role_kind(), {"dev"}, [&](const result<resource>& got) {
      if (!got && got.failure().code == errc::cancelled) ++cancelled;
    });
  session_.reset();
  EXPECT_EQ(cancelled, 10);
}

TEST_F(Session, MayBeDroppedInItsOwnCallback) {
  server_->on("/proto.AuthService/GetRole", {scripted::with(role_message("dev"))});
  std::promise<void> dropped;
  auto* last = new std::shared_ptr<session>(std::move(session_));
  (*last)->get(role_kind(), {"dev"}, [&dropped, last](const result<resource>&) {
    delete last;
    dropped.set_value();
  });
  EXPECT_EQ(dropped.get_future().wait_for(std::chrono::seconds(20)), std::future_status::ready);
}

TEST_F(Session, CallsTheLossOfItsConnectionByItsName) {
  server_->on("/proto.AuthService/GetRole", {scripted{{}, {}, true}});
  auto lost = std::async(std::launch::async, [&] { return get(role_kind(), "dev"); });
  // The call is open once the server has seen it.
  while (server_->calls().empty()) std::this_thread::yield();
  server_->drop();
  EXPECT_FALSE(lost.get());
  const auto later = get(role_kind(), "dev");
  ASSERT_FALSE(later);
  EXPECT_EQ(later.failure().code, errc::connection);
}

}  // namespace
}  // namespace teleport
