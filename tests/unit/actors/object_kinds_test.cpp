/// Kinds that are not like roles, through the real actor tree: writes that are answered with
/// nothing, servers without revisions, features that come and go, scopes.

#include <gmock/gmock.h>

#include "actors/core/words.hpp"
#include "tests/unit/actors/support/operator_world.hpp"

namespace actors::testing {
namespace {

using namespace std::chrono_literals;
namespace words = core::words;
using ::testing::Contains;
using ::testing::IsEmpty;
using counts = std::map<std::string, int>;

class ObjectKinds : public operator_world {
 protected:
  void forget_costs() {
    api.counts.clear();
    teleport.counts.clear();
    api.events.clear();
  }
};

// -- writes that are answered with nothing, servers without revisions --

TEST_F(ObjectKinds, AWriteThatIsAnsweredWithNothingCostsALook) {
  teleport.answers_writes = false;
  start();
  teleport.counts.clear();
  api.apply(key(), root_spec);
  settle();
  EXPECT_EQ(ready(), "True NoError");
  EXPECT_EQ(teleport.counts, (counts{{"get", 2}, {"create", 1}}));
  EXPECT_EQ(api.find(key())->status.fields.at("teleportRevision"), teleport.revision_of("admin"));
  forget_costs();
  kill_newest("kind_supervisor");
  pass(1s);
  EXPECT_EQ(writes(), 0);
  EXPECT_EQ(teleport.counts, (counts{{"list", 1}})) << "it is not known to be in sync";
}

TEST_F(ObjectKinds, AFailureToReadBackIsMendedByTheNextLookWithoutAWrite) {
  teleport.answers_writes = false;
  teleport.silent = true;
  int looks = 0;
  teleport.refuse = [&](const auto& call) -> std::optional<teleport::error> {
    if (call.verb != "get" || ++looks != 2) return {};
    return teleport::error{teleport::errc::timeout, "too slow"};
  };
  start();
  teleport.counts.clear();
  api.apply(key(), root_spec);
  settle();
  EXPECT_EQ(ready(), "True NoError");
  kill_newest("kind_supervisor");
  pass(1s);
  EXPECT_EQ(teleport.counts["get"], 3) << "before the write, after it, and to mend that";
  EXPECT_EQ(teleport.counts["create"] + teleport.counts["update"], 1);
  EXPECT_EQ(api.find(key())->status.fields.at("teleportRevision"), teleport.revision_of("admin"));
}

TEST_F(ObjectKinds, AServerWithoutRevisionsIsNotWrittenToForEver) {
  teleport.has_revisions = false;
  context.env.config.sync_period = 600s;
  start();
  api.apply(key(), root_spec);
  settle();
  forget_costs();
  kill_newest("kind_supervisor");
  pass(1301s);
  EXPECT_EQ(writes(), 0);
  EXPECT_EQ(teleport.counts, (counts{{"list", 3}, {"get", 3}}));
  EXPECT_THAT(api.events, IsEmpty());
  teleport.put("admin", role("admin", other_spec, true));
  pass(600s);
  EXPECT_EQ(login_of(teleport.resources.at("admin")), "root") << "drift is not seen";
}

// -- features --

class FeatureGates : public ObjectKinds {
 protected:
  FeatureGates() { context.env.config.kinds = {teleport::find_kind("TeleportLoginRule")}; }
  void apply() {
    api.apply(key(), R"({"priority":1,"traits_expression":"external"})");
    settle();
  }
};

TEST_F(FeatureGates, AFeatureThatComesIsNoticedWithoutARestart) {
  start();
  apply();
  EXPECT_EQ(ready(), "False FeatureNotAvailable");
  EXPECT_EQ(teleport_calls(), 0) << "a server without the feature does not know the calls";
  teleport.cluster.saml = true;
  pass(11s);
  EXPECT_EQ(ready(), "True NoError");
  EXPECT_EQ(teleport.resources.size(), 1U);
  EXPECT_EQ(context.log.count("cluster-changed"), 1U);
}

TEST_F(FeatureGates, AFeatureThatGoesIsSaidOnTheCr) {
  teleport.cluster.entitlements["OIDC"] = true;
  start();
  apply();
  ASSERT_EQ(ready(), "True NoError");
  forget_costs();
  teleport.cluster.entitlements["OIDC"] = false;
  pass(11s);
  EXPECT_EQ(ready(), "False FeatureNotAvailable");
  EXPECT_EQ(teleport_calls(), 0);
  pass(1h);
  EXPECT_EQ(api.counts["patch status"], 1);
  teleport.cluster.entitlements["OIDC"] = true;
  pass(11s);
  EXPECT_EQ(ready(), "True NoError");
  EXPECT_EQ(teleport.counts["create"] + teleport.counts["update"], 0) << "nothing had changed";
}

TEST_F(FeatureGates, AnotherServerVersionCostsNothing) {
  teleport.cluster.saml = true;
  start();
  apply();
  forget_costs();
  teleport.cluster.server_version = "18.9.0";
  pass(11s);
  EXPECT_EQ(writes() + teleport_calls(), 0);
}

// -- scopes --

class ScopedMode : public ObjectKinds {
 protected:
  ScopedMode() {
    auto& config = context.env.config;
    config.kinds = {teleport::find_kind("TeleportScopedRoleV1"),
                    teleport::find_kind("TeleportRoleV7")};
    config.scoped = {"/a", "id-1", "ops@example.com", "token-1", "teleport"};
  }
  void apply_in(const char* scope) {
    api.apply(key(), "{}", [&](k8s::object& cr) {
      cr.kind = "TeleportScopedRoleV1";
      if (scope != nullptr) cr.other_fields["scope"] = '"' + std::string{scope} + '"';
    });
    settle();
  }
  std::string valid_scope() const { return api.condition(key(), words::valid_scope); }
};

TEST_F(ScopedMode, OnlyKindsThatCanHaveAScopeRun) {
  start();
  EXPECT_EQ(hooks.count("kind_supervisor", "TeleportScopedRoleV1"), 1U);
  EXPECT_EQ(hooks.count("kind_supervisor"), 1U);
  EXPECT_TRUE(context.health.report().ready);
  EXPECT_EQ(context.log.count("kinds-without-scope"), 1U);
}

TEST_F(ScopedMode, AResourceOfTheScopeCarriesItsOwner) {
  start();
  apply_in("/a");
  ASSERT_EQ(teleport.resources.count("/a::admin"), 1U);
  const auto labels = teleport.resources.at("/a::admin").labels();
  EXPECT_EQ(labels.at(words::operator_id_label), "id-1");
  EXPECT_EQ(labels.at(words::cr_gvk_label), "resources.teleport.dev/v1, Kind=TeleportScopedRoleV1");
  EXPECT_EQ(labels.size(), 8U) << "seven, and the origin";
  EXPECT_EQ(valid_scope(), "True MatchingScope");
  EXPECT_EQ(ready(), "True NoError");
  EXPECT_EQ(writes(), 2);
  api.remove(key());
  settle();
  EXPECT_THAT(teleport.resources, IsEmpty());
}

TEST_F(ScopedMode, AnotherScopeIsSaidAndGetsNoFinalizer) {
  start();
  apply_in("/a/b");
  EXPECT_EQ(valid_scope(), "False NonMatchingScope");
  EXPECT_EQ(ready(), "False NonMatchingScope");
  EXPECT_THAT(api.find(key())->finalizers, IsEmpty());
  EXPECT_EQ(teleport.counts["get"], 0);
}

TEST_F(ScopedMode, ADeleteOutOfScopeLeavesTheResource) {
  start();
  apply_in("/a");
  auto& config = context.env.config;
  config.scoped.scope = "/b";
  teleport.counts.clear();
  api.remove(key());
  settle();
  EXPECT_EQ(api.find(key()), nullptr);
  EXPECT_EQ(teleport.resources.count("/a::admin"), 1U);
  EXPECT_EQ(teleport_calls(), 0);
  EXPECT_THAT(api.events, Contains(words::left_unowned));
}

TEST_F(ScopedMode, AnotherOperatorsResourceIsRefused) {
  start();
  apply_in("/a");
  context.env.config.scoped.operator_id = "id-2";
  api.annotate(key(), "example.com/x", "y");
  settle();
  EXPECT_EQ(ready(), "False OriginLabelNotMatching");
  EXPECT_EQ(teleport.resources.at("/a::admin").labels().at(words::operator_id_label), "id-1");
}

TEST_F(ScopedMode, AnOperatorWithoutScopeRefusesAScopedCr) {
  context.env.config.scoped = {};
  start();
  EXPECT_EQ(hooks.count("kind_supervisor"), 2U);
  apply_in("/a");
  EXPECT_EQ(valid_scope(), "False NonMatchingScope");
  EXPECT_THAT(teleport.resources, IsEmpty());
}

}  // namespace
}  // namespace actors::testing
