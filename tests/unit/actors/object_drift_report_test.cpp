/// CRs with the annotation teleport.dev/drift: report, through the real actor tree: what is said,
/// and that nothing is written to Teleport.

#include <gmock/gmock.h>

#include "actors/core/words.hpp"
#include "tests/unit/actors/support/operator_world.hpp"

namespace actors::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

using counts = std::map<std::string, int>;
namespace words = core::words;

class ObjectDriftReport : public operator_world {
 protected:
  void forget_costs() {
    api.counts.clear();
    teleport.counts.clear();
    api.events.clear();
  }
  void given_in_sync() {
    api.apply(key(), root_spec, [](k8s::object& cr) {
      cr.annotations[words::drift_annotation] = words::drift_report;
    });
    start();
    ASSERT_EQ(ready(), "True NoError");
    ASSERT_EQ(drifted(), "False NoDrift");
    forget_costs();
  }
  void somebody_edits() { teleport.put("admin", role("admin", other_spec, true)); }
  void given_drift() {
    given_in_sync();
    somebody_edits();
    settle();
    ASSERT_EQ(drifted(), "True ChangedInTeleport");
    forget_costs();
  }
  std::string drifted() const { return api.condition(key(), words::drifted); }
  std::string login() const {
    const auto found = teleport.resources.find("admin");
    return found == teleport.resources.end() ? std::string{} : login_of(found->second);
  }
  double found() const {
    return context.metric("teleport_operator_drift_found_total", {"teleportrolev7"});
  }
  double in_state(const std::string& state) const {
    return context.metric("teleport_operator_resources", {"teleportrolev7", state});
  }
};

TEST_F(ObjectDriftReport, AnEditIsSaidAndLeft) {
  given_in_sync();
  somebody_edits();
  settle();
  EXPECT_EQ(login(), "guest");
  EXPECT_EQ(ready(), "True NoError");
  EXPECT_EQ(drifted(), "True ChangedInTeleport");
  EXPECT_THAT(api.events, ElementsAre("DriftFound"));
  EXPECT_EQ(teleport.counts, (counts{{"get", 1}}));
  EXPECT_EQ(writes(), 1) << "its status";
  EXPECT_EQ(found(), 1.0);
  EXPECT_EQ(in_state("drifted"), 1.0);
  EXPECT_EQ(in_state("in_sync"), 0.0);
}

TEST_F(ObjectDriftReport, ADeletionIsSaidAndLeft) {
  given_in_sync();
  teleport.take("admin");
  settle();
  EXPECT_EQ(login(), "");
  EXPECT_EQ(ready(), "True NoError");
  EXPECT_EQ(drifted(), "True DeletedInTeleport");
  EXPECT_THAT(api.events, ElementsAre("DriftFound"));
  EXPECT_EQ(teleport.counts, (counts{{"get", 1}}));
}

TEST_F(ObjectDriftReport, IsSaidOnce) {
  context.env.config.sync_period = 600s;
  given_drift();
  pass(3600s);
  EXPECT_GE(teleport.counts["list"], 5);
  EXPECT_EQ(teleport.counts["get"], 0) << "what is known is looked at again";
  kill_newest("object_actor");
  kill_newest("kind_supervisor");
  pass(10s);
  EXPECT_EQ(drifted(), "True ChangedInTeleport");
  EXPECT_THAT(api.events, IsEmpty());
  EXPECT_EQ(writes(), 0);
  EXPECT_EQ(login(), "guest");
  EXPECT_EQ(found(), 1.0);
}

TEST_F(ObjectDriftReport, ADeletionThatIsKnownCostsNoMoreThanTheLists) {
  context.env.config.sync_period = 600s;
  given_in_sync();
  teleport.take("admin");
  settle();
  forget_costs();
  pass(3600s);
  EXPECT_GE(teleport.counts["list"], 5);
  EXPECT_EQ(teleport.counts["get"], 0);
  EXPECT_EQ(writes() + api.counts["get"], 0);
}

TEST_F(ObjectDriftReport, IsOverWhenSomebodyPutsItBack) {
  given_drift();
  teleport.put("admin", role("admin", root_spec, true));
  settle();
  EXPECT_EQ(drifted(), "False NoDrift");
  EXPECT_EQ(in_state("in_sync"), 1.0);
  forget_costs();
  somebody_edits();
  settle();
  EXPECT_THAT(api.events, ElementsAre("DriftFound"));
  EXPECT_EQ(found(), 2.0);
}

TEST_F(ObjectDriftReport, WithoutTheAnnotationItIsPutBackAtOnce) {
  given_drift();
  api.apply(key(), root_spec, [](k8s::object& cr) { cr.annotations.clear(); });
  settle();
  EXPECT_EQ(login(), "root");
  EXPECT_EQ(drifted(), "");
  EXPECT_THAT(api.events, ElementsAre("DriftHealed"));
}

TEST_F(ObjectDriftReport, WithoutTheAnnotationADeletionIsPutBackAtOnce) {
  given_in_sync();
  teleport.take("admin");
  settle();
  api.apply(key(), root_spec, [](k8s::object& cr) { cr.annotations.clear(); });
  settle();
  EXPECT_EQ(login(), "root");
  EXPECT_EQ(drifted(), "");
}

TEST_F(ObjectDriftReport, AnEditOfTheCRIsWrittenWhole) {
  given_drift();
  api.apply(key(), R"({"allow":{"logins":["new"]}})");
  settle();
  EXPECT_EQ(login(), "new");
  EXPECT_EQ(drifted(), "False NoDrift");
  EXPECT_THAT(api.events, ElementsAre("Updated"));
}

TEST_F(ObjectDriftReport, ItsDeletionDeletes) {
  given_drift();
  api.remove(key());
  settle();
  EXPECT_EQ(api.find(key()), nullptr);
  EXPECT_EQ(login(), "");
}

TEST_F(ObjectDriftReport, IsFoundByListsToo) {
  context.env.config.sync_period = 600s;
  given_in_sync();
  teleport.silent = true;
  somebody_edits();
  pass(601s);
  EXPECT_EQ(drifted(), "True ChangedInTeleport");
  EXPECT_EQ(login(), "guest");
  teleport.take("admin");
  pass(661s);
  EXPECT_EQ(drifted(), "True DeletedInTeleport");
  teleport.put("admin", role("admin", root_spec, true));
  pass(661s);
  EXPECT_EQ(drifted(), "False NoDrift");
  EXPECT_EQ(teleport.counts["update"] + teleport.counts["create"], 0);
}

TEST_F(ObjectDriftReport, HoldsOnServersWithoutRevisionsAsWell) {
  teleport.has_revisions = false;
  context.env.config.sync_period = 600s;
  given_in_sync();
  somebody_edits();
  pass(1300s);
  EXPECT_EQ(drifted(), "True ChangedInTeleport");
  EXPECT_EQ(login(), "guest");
  EXPECT_THAT(api.events, ElementsAre("DriftFound"));
  EXPECT_EQ(writes(), 1);
}

TEST_F(ObjectDriftReport, AWrongWordIsSaidAndHeals) {
  given_in_sync();
  api.annotate(key(), words::drift_annotation, "Report");
  settle();
  EXPECT_EQ(drifted(), "Unknown InvalidAnnotation");
  EXPECT_EQ(ready(), "True NoError");
  EXPECT_THAT(api.events, ElementsAre("InvalidAnnotation"));
  somebody_edits();
  settle();
  EXPECT_EQ(login(), "root");
}

}  // namespace
}  // namespace actors::testing
