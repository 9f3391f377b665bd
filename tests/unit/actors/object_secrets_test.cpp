/// CRs that take values from Secrets, through the real actor tree: what is read, who is woken, and
/// that no value gets out.

#include <algorithm>

#include <gmock/gmock.h>

#include "k8s/secret.hpp"
#include "teleport/proto/github_connector.pb.h"
#include "tests/unit/actors/support/operator_world.hpp"

namespace actors::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* first = R"({"key":"aHVudGVyMg=="})";           // hunter2
constexpr const char* second = R"({"key":"Y29ycmVjdCBob3JzZQ=="})";  // correct horse

std::string spec_with(const std::string& client_secret) {
  return R"({"client_id":"me","client_secret":")" + client_secret + R"("})";
}

class ObjectSecrets : public operator_world {
 protected:
  ObjectSecrets() { context.env.config.kinds = {teleport::find_kind("TeleportGithubConnector")}; }

  static k8s::object_key secret(const std::string& name) { return {"default", name}; }
  /// The value that Teleport holds for the connector.
  std::string stored(const std::string& name = "admin") const {
    const auto found = teleport.resources.find(name);
    if (found == teleport.resources.end()) return {};
    return dynamic_cast<const types::GithubConnectorV3&>(found->second.message())
        .spec()
        .clientsecret();
  }
  std::string why(const std::string& name = "admin") const {
    for (const auto& one : api.find(key(name))->status.conditions) {
      if (one.type == "Ready") return one.message;
    }
    return {};
  }
  std::size_t secret_watches() const { return api.watches_of(k8s::secret_type()); }

  void given_in_sync() {
    api.put_secret(secret("s"), first);
    api.apply(key(), spec_with("secret://s/key"));
    start();
    ASSERT_EQ(ready(), "True NoError");
    ASSERT_EQ(stored(), "hunter2");
    api.counts.clear();
    teleport.counts.clear();
  }
  void expect_woken_by_a_change() {
    api.put_secret(secret("s"), second);
    settle();
    EXPECT_EQ(stored(), "correct horse");
    EXPECT_EQ(ready(), "True NoError");
  }
};

TEST_F(ObjectSecrets, TheValueReachesTeleport) {
  api.put_secret(secret("s"), first);
  api.apply(key(), spec_with("secret://s/key"));
  start();
  EXPECT_EQ(stored(), "hunter2");
  EXPECT_EQ(ready(), "True NoError");
  EXPECT_EQ(api.counts["get secret"], 1);
  EXPECT_EQ(writes(), 2);
}

TEST_F(ObjectSecrets, WithoutAReferenceNothingIsReadOrWatched) {
  api.put_secret(secret("s"), first);
  api.apply(key(), spec_with("hunter2"));
  start();
  EXPECT_EQ(ready(), "True NoError");
  EXPECT_EQ(api.counts["get secret"], 0);
  EXPECT_EQ(secret_watches(), 0U);
}

TEST_F(ObjectSecrets, TheWatchAsksForMetadataAlone) {
  given_in_sync();
  ASSERT_EQ(secret_watches(), 1U);
  EXPECT_TRUE(api.subscriptions.back().metadata_only);
  EXPECT_EQ(api.subscriptions.back().ns, "");
}

TEST_F(ObjectSecrets, OnlyNamespacesOfUsersAreWatched) {
  context.env.config.namespaces = {"default", "other"};
  given_in_sync();
  ASSERT_EQ(secret_watches(), 1U);
  EXPECT_EQ(api.subscriptions.back().ns, "default");
}

TEST_F(ObjectSecrets, AChangeReconcilesTheUsersOfTheSecretAlone) {
  api.put_secret(secret("s"), first);
  api.put_secret(secret("t"), first);
  api.apply(key("a"), spec_with("secret://s/key"));
  api.apply(key("b"), spec_with("secret://s/key"));
  api.apply(key("c"), spec_with("secret://t/key"));
  api.apply(key("d"), spec_with("hunter2"));
  start();
  api.counts.clear();
  teleport.counts.clear();
  api.put_secret(secret("s"), second);
  settle();
  EXPECT_EQ(stored("a"), "correct horse");
  EXPECT_EQ(stored("b"), "correct horse");
  EXPECT_EQ(stored("c"), "hunter2");
  EXPECT_EQ(api.counts["get secret"], 2);
  EXPECT_EQ(writes(), 2);
  EXPECT_EQ(teleport.counts, (std::map<std::string, int>{{"get", 2}, {"update", 2}}));
  api.put_secret(secret("unused"), first);
  pass(1h);
  EXPECT_EQ(api.counts["get secret"], 2) << "woken once more";
}

TEST_F(ObjectSecrets, ASecretThatIsMissingIsWaitedFor) {
  api.apply(key(), spec_with("secret://s/key"));
  start();
  EXPECT_EQ(ready(), "False MutationError");
  EXPECT_EQ(api.condition(key(), "SuccessfullyReconciled"), "False MutationError");
  EXPECT_EQ(api.condition(key(), "ValidStructure"), "True NoError");
  EXPECT_THAT(why(), HasSubstr("failed to lookup secret \"s\": not found"));
  api.put_secret(secret("s"), first);
  settle();  // no timer fires
  EXPECT_EQ(ready(), "True NoError");
  EXPECT_EQ(stored(), "hunter2");
}

TEST_F(ObjectSecrets, AMissingSecretIsAskedForSeldomAndSaidOnce) {
  api.apply(key(), spec_with("secret://s/key"));
  start();
  pass(2h);
  EXPECT_EQ(api.counts["patch status"], 1);
  EXPECT_LE(api.counts["get secret"], 40);
  EXPECT_EQ(teleport.counts["get"], 0);
}

TEST_F(ObjectSecrets, APermissionThatIsGivenLaterIsSeen) {
  api.put_secret(secret("s"), first, "somebody-else");
  api.apply(key(), spec_with("secret://s/key"));
  start();
  EXPECT_EQ(ready(), "False MutationError");
  EXPECT_THAT(why(), HasSubstr("does not contain \"admin\""));
  api.put_secret(secret("s"), first, "somebody-else, admin");
  settle();
  EXPECT_EQ(ready(), "True NoError");
}

TEST_F(ObjectSecrets, ASecretThatGoesIsSaidAndTeleportKeepsWhatItHas) {
  given_in_sync();
  api.remove_secret(secret("s"));
  settle();
  EXPECT_EQ(ready(), "False MutationError");
  EXPECT_EQ(stored(), "hunter2");
  EXPECT_EQ(teleport_calls(), 0);
  expect_woken_by_a_change();
}

TEST_F(ObjectSecrets, ADeletionNeedsNoSecret) {
  given_in_sync();
  api.remove_secret(secret("s"));
  api.remove(key());
  settle();
  EXPECT_EQ(api.find(key()), nullptr);
  EXPECT_TRUE(teleport.resources.empty());
}

TEST_F(ObjectSecrets, TheLastUserEndsTheWatch) {
  given_in_sync();
  api.apply(key(), spec_with("hunter2"));
  settle();
  EXPECT_EQ(secret_watches(), 0U);
  api.apply(key(), spec_with("secret://s/key"));
  settle();
  EXPECT_EQ(secret_watches(), 1U);
  api.remove(key());
  settle();
  EXPECT_EQ(secret_watches(), 0U) << "a user that ended is remembered";
}

// -- what dies --

TEST_F(ObjectSecrets, ARestartInSyncReadsTheSecretAndWritesNothing) {
  given_in_sync();
  kill_newest("kind_supervisor");
  pass(1s);
  EXPECT_EQ(writes(), 0);
  EXPECT_EQ(api.counts["get secret"], 1);
  EXPECT_EQ(teleport.counts, (std::map<std::string, int>{{"list", 1}}));
  expect_woken_by_a_change();
}

TEST_F(ObjectSecrets, AChangeWhileNobodyWatchedIsSeenAfterwards) {
  given_in_sync();
  kill_newest("secret_watcher");
  expect_woken_by_a_change();
}

TEST_F(ObjectSecrets, ARestartedWatcherHasItsUsersAgain) {
  given_in_sync();
  kill_newest("secret_watcher");
  settle();
  EXPECT_EQ(secret_watches(), 1U);
  EXPECT_EQ(api.counts["get secret"], 0) << "woken although nothing moved";
  expect_woken_by_a_change();
}

TEST_F(ObjectSecrets, ARestartedKubernetesClientResumesTheWatch) {
  given_in_sync();
  api.subscriptions.clear();
  kill_newest("kube_client");
  pass(1s);
  const auto is_secrets = [](const auto& one) { return one.type == k8s::secret_type(); };
  const auto again = std::find_if(api.subscriptions.begin(), api.subscriptions.end(), is_secrets);
  ASSERT_NE(again, api.subscriptions.end());
  EXPECT_NE(again->resume_from, "") << "lists once more";
  expect_woken_by_a_change();
}

TEST_F(ObjectSecrets, ARestartedObjectActorIsWokenToo) {
  given_in_sync();
  kill_newest("object_actor");
  pass(1s);
  expect_woken_by_a_change();
}

TEST_F(ObjectSecrets, AChangeDuringThePassIsLookedAtAfterIt) {
  given_in_sync();
  teleport.hold = true;
  api.put_secret(secret("s"), second);
  settle();
  ASSERT_EQ(teleport.pending.size(), 1U);
  api.put_secret(secret("s"), first);
  settle();
  teleport.hold = false;
  while (!teleport.pending.empty()) {
    teleport.answer(0);
    settle();
  }
  EXPECT_EQ(stored(), "hunter2");
}

// -- what fails --

TEST_F(ObjectSecrets, WithoutTheRightToWatchAllElseWorks) {
  given_in_sync();
  api.trouble(k8s::errc::forbidden);
  settle();
  EXPECT_EQ(context.log.count("secret-watch-trouble"), 1U);
  EXPECT_EQ(ready(), "True NoError");
  api.apply(key(), spec_with("secret://s/other"));
  settle();
  EXPECT_THAT(why(), HasSubstr("is missing key \"other\""));
}

TEST_F(ObjectSecrets, AFailedReadIsNobodysMistakeAndTriedAgain) {
  api.put_secret(secret("s"), first);
  bool down = true;
  api.refuse = [&](const auto& request) -> std::optional<k8s::error> {
    if (!down || request.verb != "get secret") return {};
    return k8s::error{k8s::errc::server_error, 500, {}, "etcd is away", {}};
  };
  api.apply(key(), spec_with("secret://s/key"));
  start();
  EXPECT_EQ(ready(), "False KubernetesError");
  down = false;
  pass(2s);
  EXPECT_EQ(ready(), "True NoError");
}

TEST_F(ObjectSecrets, NoValueGetsIntoStatusEventsOrLog) {
  api.put_secret(secret("s"), first);
  api.apply(key(), spec_with("secret://s/key"));
  teleport.refuse = [](const auto& call) -> std::optional<teleport::error> {
    if (call.verb != "create") return {};
    return teleport::error{teleport::errc::bad_parameter, "client_secret \"hunter2\" is too short"};
  };
  start();
  pass(1min);
  EXPECT_THAT(why(), HasSubstr("client_secret \"[secret]\" is too short"));
  for (const auto* value : {"hunter2", "aHVudGVyMg"}) {
    EXPECT_THAT(api.bodies, Not(HasSubstr(value)));
    EXPECT_THAT(context.log.all_text(), Not(HasSubstr(value)));
  }
}

}  // namespace
}  // namespace actors::testing
