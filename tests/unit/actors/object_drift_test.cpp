/// What changes in Teleport behind the operator's back, as its event stream tells it: what is put
/// back, and what it costs.

#include <gmock/gmock.h>

#include "tests/unit/actors/support/operator_world.hpp"

namespace actors::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

using counts = std::map<std::string, int>;

class ObjectDrift : public operator_world {
 protected:
  void forget_costs() {
    api.counts.clear();
    teleport.counts.clear();
    api.events.clear();
  }
  void given_in_sync() {
    api.apply(key(), root_spec);
    start();
    ASSERT_EQ(ready(), "True NoError");
    forget_costs();
  }
  void somebody_edits(bool ours = true) { teleport.put("admin", role("admin", other_spec, ours)); }
  void somebody_deletes() {
    teleport.resources.erase("admin");
    teleport.tell("admin", "", true);
  }
  std::string login() const {
    const auto found = teleport.resources.find("admin");
    return found == teleport.resources.end() ? std::string{} : login_of(found->second);
  }
  double found() const {
    return context.metric("teleport_operator_drift_found_total", {"teleportrolev7"});
  }
  double healed() const {
    return context.metric("teleport_operator_drift_healed_total", {"teleportrolev7"});
  }
};

TEST_F(ObjectDrift, AnEditInTeleportIsPutBackAtOnce) {
  given_in_sync();
  somebody_edits();
  settle();
  EXPECT_EQ(login(), "root");
  EXPECT_THAT(api.events, ElementsAre("DriftHealed"));
  EXPECT_EQ(found(), 1.0);
  EXPECT_EQ(healed(), 1.0);
  EXPECT_EQ(teleport.counts, (counts{{"get", 1}, {"update", 1}}));
}

TEST_F(ObjectDrift, WhatTeleportDoesNotTakeBackIsFoundOnceAndNotHealed) {
  given_in_sync();
  teleport.refuse = [](const auto& call) {
    return call.verb == "update"
               ? std::optional{teleport::error{teleport::errc::bad_parameter, "no"}}
               : std::nullopt;
  };
  somebody_edits();
  pass(30s);
  EXPECT_GE(teleport.counts["update"], 3);
  EXPECT_EQ(found(), 1.0);
  EXPECT_EQ(healed(), 0.0);
  EXPECT_EQ(ready(), "False TeleportError");
}

TEST_F(ObjectDrift, WhatWasPutBackIsSaidThoughTheStatusIsNotWritten) {
  given_in_sync();
  bool refused = false;
  api.refuse = [&](const auto& asked) -> std::optional<k8s::error> {
    if (asked.verb != "patch status" || std::exchange(refused, true)) return {};
    return k8s::error{k8s::errc::connection, 0, {}, "no answer", {}};
  };
  somebody_edits();
  pass(5s);
  EXPECT_THAT(api.events, ElementsAre("DriftHealed", "KubernetesError"));
  EXPECT_EQ(healed(), 1.0);
  EXPECT_EQ(ready(), "True NoError");
  EXPECT_EQ(teleport.counts["update"], 1);
}

TEST_F(ObjectDrift, ADeletionInTeleportIsPutBackAtOnce) {
  given_in_sync();
  somebody_deletes();
  settle();
  EXPECT_EQ(login(), "root");
  EXPECT_EQ(teleport.counts, (counts{{"get", 1}, {"create", 1}}));
  EXPECT_THAT(api.events, ElementsAre("DriftHealed"));
  EXPECT_EQ(found(), 1.0);
  EXPECT_EQ(healed(), 1.0);
}

TEST_F(ObjectDrift, TheEchoOfAnOwnWriteCostsNothing) {
  start();
  api.apply(key(), root_spec);
  settle();
  EXPECT_EQ(teleport.counts,
            (counts{{"list", teleport.counts["list"]}, {"get", 1}, {"create", 1}}));
  forget_costs();
  api.apply(key(), other_spec);
  settle();
  EXPECT_EQ(teleport.counts, (counts{{"get", 1}, {"update", 1}}));
  EXPECT_EQ(writes(), 1);
}

TEST_F(ObjectDrift, AnEchoThatComesLateCostsNothing) {
  given_in_sync();
  const auto first = teleport.revision_of("admin");
  api.apply(key(), other_spec);
  settle();
  forget_costs();
  teleport.tell("admin", first, false);
  teleport.tell("admin", teleport.revision_of("admin"), false);
  settle();
  EXPECT_THAT(teleport.counts, IsEmpty());
  EXPECT_THAT(api.counts, IsEmpty());
}

TEST_F(ObjectDrift, AnotherRevisionOfTheSameContentIsRecordedAndNotWritten) {
  given_in_sync();
  teleport.put("admin", teleport.resources.at("admin"));
  settle();
  EXPECT_EQ(teleport.counts, (counts{{"get", 1}}));
  EXPECT_EQ(api.find(key())->status.fields.at("teleportRevision"), teleport.revision_of("admin"));
  EXPECT_THAT(api.events, IsEmpty());
}

TEST_F(ObjectDrift, WhatNoCRStandsForIsDroppedAtTheRoot) {
  given_in_sync();
  hooks.points.clear();
  teleport.put("other", role("other", root_spec, true));
  settle();
  EXPECT_THAT(teleport.counts, IsEmpty());
  EXPECT_THAT(hooks.points, ElementsAre("drift_watcher:moved"));
}

TEST_F(ObjectDrift, AnEditDuringAPassIsFoundByTheNext) {
  given_in_sync();
  teleport.hold = true;
  api.apply(key(), R"({"allow":{"logins":["new"]}})");
  settle();
  teleport.answer(0);  // the look
  settle();
  ASSERT_EQ(teleport.pending.front().verb, "update");
  teleport.carry_out(0);
  somebody_edits();
  settle();
  teleport.hold = false;
  teleport.answer(0);
  settle();
  EXPECT_EQ(login(), "new");
}

TEST_F(ObjectDrift, AListThatIsOlderThanTheNewsDoesNotHideIt) {
  given_in_sync();
  teleport.hold = true;
  kill_newest("kind_supervisor");
  settle();
  ASSERT_EQ(teleport.pending.front().verb, "list");
  teleport.carry_out(0);
  somebody_edits();
  settle();
  teleport.hold = false;
  teleport.answer(0);
  settle();
  EXPECT_EQ(login(), "root");
}

TEST_F(ObjectDrift, ARefusedCRLooksAgainWhenTheForeignResourceGoes) {
  teleport.put("admin", role("admin", other_spec, false));
  api.apply(key(), root_spec);
  start();
  ASSERT_EQ(ready(), "False OriginLabelNotMatching");
  somebody_deletes();
  settle();
  EXPECT_EQ(ready(), "True NoError");
  EXPECT_EQ(login(), "root");
}

TEST_F(ObjectDrift, TwoWhoDisagreeSlowDown) {
  given_in_sync();
  const auto disagree = [this](int seconds) {
    for (int tenth = 0; tenth < 10 * seconds; ++tenth) {
      if (login() == "root") somebody_edits();
      pass(100ms);
    }
    return std::exchange(teleport.counts["update"], 0);
  };
  const auto first_minute = disagree(60);
  EXPECT_GE(first_minute, 5);
  EXPECT_LE(first_minute, 12);
  EXPECT_LE(disagree(600), 8);
}

TEST_F(ObjectDrift, ServersWithoutRevisionsAreNotAskedForEver) {
  teleport.has_revisions = false;
  given_in_sync();
  somebody_edits();
  pass(10s);
  EXPECT_EQ(login(), "root");
  EXPECT_LE(teleport.counts["get"], 3);
  EXPECT_EQ(teleport.counts["update"], 1);
}

}  // namespace
}  // namespace actors::testing
