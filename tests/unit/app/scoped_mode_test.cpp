#include "app/scoped_mode.hpp"

#include <map>

#include <gmock/gmock.h>

namespace app {
namespace {

using ::testing::HasSubstr;
using texts = std::map<std::string, std::string>;

std::optional<std::string> found(const texts& in, const std::string& name) {
  const auto at = in.find(name);
  if (at == in.end()) return std::nullopt;
  return at->second;
}

surroundings with(const texts& variables, const texts& files = {}) {
  return {[variables](const std::string& name) { return found(variables, name); },
          [files](const std::string& path) { return found(files, path); }};
}

/// A client that nobody may ask anything.
class silent_client final : public k8s::client {
 public:
  void get(k8s::resource_type, k8s::object_key at, k8s::object_callback done) override {
    ++requests;
    asked_for = std::move(at);
    k8s::error why;
    why.code = k8s::errc::forbidden;
    why.message = "not allowed";
    done(why);
  }
  void patch(k8s::patch_request, k8s::object_callback) override { ++requests; }
  void create(k8s::resource_type, std::string, std::string, k8s::object_callback) override {
    ++requests;
  }
  void ask_lease(k8s::lease_request, k8s::lease_callback) override { ++requests; }
  void probe(std::function<void(k8s::result<std::string>)>) override { ++requests; }
  k8s::watch_id watch(k8s::watch_request, std::shared_ptr<k8s::watch_listener>) override {
    return ++requests;
  }
  void unwatch(k8s::watch_id) override { ++requests; }

  unsigned requests = 0;
  k8s::object_key asked_for;
};

TEST(StateSecret, IsNamedAfterTheRelease) {
  const auto at = [](const texts& variables) {
    return std::get<k8s::object_key>(state_secret(with(variables)));
  };
  EXPECT_EQ(at({{"KUBE_NAMESPACE", "ops"}}), (k8s::object_key{"ops", "teleport-shared-state"}));
  EXPECT_EQ(at({{"KUBE_NAMESPACE", "ops"}, {"RELEASE_NAME", ""}}),
            (k8s::object_key{"ops", "teleport-shared-state"}));
  EXPECT_EQ(at({{"KUBE_NAMESPACE", "ops"}, {"RELEASE_NAME", "red"}}),
            (k8s::object_key{"ops", "red-shared-state"}));
}

TEST(StateSecret, NeedsItsNamespace) {
  for (const auto& variables : {texts{}, texts{{"KUBE_NAMESPACE", ""}, {"RELEASE_NAME", "red"}}}) {
    const auto got = state_secret(with(variables));
    ASSERT_TRUE(std::holds_alternative<bad_configuration>(got));
    EXPECT_THAT(std::get<bad_configuration>(got).why, HasSubstr("KUBE_NAMESPACE"));
  }
}

TEST(TokenName, IsShownWithoutItsScope) {
  options given;
  const auto shown = [&given](const std::string& token) {
    given.token = token;
    return shown_token_name(given, with({}, {{"/run/token", "/team::operator\n"}}));
  };
  EXPECT_EQ(shown("operator"), "operator");
  EXPECT_EQ(shown("/team::operator"), "operator");
  EXPECT_EQ(shown("/run/token"), "operator");
  EXPECT_EQ(shown("/not/there"), "");
}

TEST(TokenName, IsNeverShownWhereItIsTheSecret) {
  options given;
  given.token = "hunter2";
  given.join_method = "token";
  EXPECT_EQ(shown_token_name(given, with({})), "");
  given.token = "/run/token";
  EXPECT_EQ(shown_token_name(given, with({}, {{"/run/token", "hunter2"}})), "");
}

TEST(TokenName, IsNotShownWhereNoTokenIsUsed) {
  options given;
  given.identity_file = "/run/identity";
  EXPECT_EQ(shown_token_name(given, with({})), "");
}

TEST(EnterScope, AsksNothingWithoutAScope) {
  silent_client kubernetes;
  const auto got = enter_scope({}, with({}), kubernetes);
  ASSERT_TRUE(std::holds_alternative<actors::core::scoped_operator>(got));
  EXPECT_EQ(std::get<actors::core::scoped_operator>(got).scope, "");
  EXPECT_EQ(kubernetes.requests, 0U);
}

TEST(EnterScope, FailsBeforeAnyRequestWithoutANamespace) {
  silent_client kubernetes;
  options given;
  given.scope = "/team";
  const auto got = enter_scope(given, with({}), kubernetes);
  ASSERT_TRUE(std::holds_alternative<start_failure>(got));
  EXPECT_STREQ(std::get<start_failure>(got).message, "unable to create kube state");
  EXPECT_EQ(kubernetes.requests, 0U);
}

TEST(EnterScope, FailsWithWhatTheServerSaysOfTheSecret) {
  silent_client kubernetes;
  options given;
  given.scope = "/team";
  const auto got = enter_scope(given, with({{"KUBE_NAMESPACE", "ops"}}), kubernetes);
  ASSERT_TRUE(std::holds_alternative<start_failure>(got));
  EXPECT_STREQ(std::get<start_failure>(got).message, "unable to get operator id");
  EXPECT_THAT(std::get<start_failure>(got).why, HasSubstr("not allowed"));
  EXPECT_EQ(kubernetes.asked_for, (k8s::object_key{"ops", "teleport-shared-state"}));
  EXPECT_EQ(kubernetes.requests, 1U);
}

}  // namespace
}  // namespace app
