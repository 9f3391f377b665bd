/// The event stream through the real actor tree: when it is opened, and that nothing gets lost
/// before, between and after streams.

#include "actors/drift_watcher.hpp"

#include <gmock/gmock.h>

#include "tests/unit/actors/support/operator_world.hpp"

namespace actors::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

class DriftWatcher : public operator_world {
 protected:
  void given_in_sync() {
    api.apply(key(), root_spec);
    start();
    ASSERT_EQ(ready(), "True NoError");
    ASSERT_EQ(teleport.watches(), 1U);
    teleport.counts.clear();
  }
  /// And the stream does not tell.
  void unseen_edit() {
    teleport.silent = true;
    teleport.put("admin", role("admin", other_spec, true));
    teleport.silent = false;
  }
  std::string login() const { return login_of(teleport.resources.at("admin")); }
  /// The same CR after a restart of the operator, in place and not watched yet.
  void restart_holding_watches() {
    given_in_sync();
    teleport.hold_watches = true;
    kill_newest("teleport_client");
    pass(1s);
    hooks.points.clear();
    teleport.counts.clear();
  }
};

TEST_F(DriftWatcher, OpensOneStreamForAllKindsThatHaveEvents) {
  context.env.config.kinds = {teleport::find_kind("TeleportRoleV7"),
                              teleport::find_kind("TeleportGithubConnector"),
                              teleport::find_kind("TeleportUser")};
  start();
  EXPECT_EQ(teleport.watches_asked, 1);
  EXPECT_THAT(teleport.watched, ElementsAre("TeleportRoleV7", "TeleportUser"));
}

TEST_F(DriftWatcher, WithoutSuchKindsThereIsNoStreamAndNothingWaitsForOne) {
  context.env.config.kinds = {teleport::find_kind("TeleportGithubConnector")};
  api.apply(key(), R"({"client_id":"me"})");
  start();
  EXPECT_EQ(teleport.watches_asked, 0);
  EXPECT_EQ(ready(), "True NoError");
}

TEST_F(DriftWatcher, FollowsTheFeaturesOfTheCluster) {
  context.env.config.kinds = {teleport::find_kind("TeleportRoleV7"),
                              teleport::find_kind("TeleportOktaImportRule")};
  start();
  EXPECT_THAT(teleport.watched, ElementsAre("TeleportRoleV7"));
  teleport.cluster.advanced_access_workflows = true;
  pass(11s);
  EXPECT_THAT(teleport.watched, ElementsAre("TeleportRoleV7", "TeleportOktaImportRule"));
  EXPECT_EQ(teleport.watches(), 1U);
}

TEST_F(DriftWatcher, TheStreamIsOpenBeforeTheListsBegin) {
  restart_holding_watches();
  EXPECT_THAT(teleport.counts, IsEmpty());
  teleport.open_watches();
  settle();
  EXPECT_EQ(teleport.counts["list"], 1);
}

TEST_F(DriftWatcher, NoPassBeginsBeforeTheStreamIsOpen) {
  restart_holding_watches();
  api.apply(key("new"), root_spec);
  pass(1s);
  EXPECT_THAT(hooks.points, Not(Contains("object_actor:pass_begun")));
  teleport.open_watches();
  settle();
  EXPECT_EQ(ready("new"), "True NoError");
}

TEST_F(DriftWatcher, AServerThatDoesNotOpenItIsNotWaitedForLong) {
  teleport.hold_watches = true;
  api.apply(key(), root_spec);
  start();
  pass(4s);
  EXPECT_NE(ready(), "True NoError");
  pass(2s);
  EXPECT_EQ(ready(), "True NoError");
  EXPECT_EQ(context.log.count("drift-watch-failed"), 1U);
}

TEST_F(DriftWatcher, ARefusedStreamIsSaidOnceAndTriedAgainEverMoreSeldom) {
  teleport.refuse_watch = teleport::error{teleport::errc::access_denied, "no"};
  api.apply(key(), root_spec);
  start();
  EXPECT_EQ(ready(), "True NoError");
  pass(10min);
  EXPECT_EQ(context.log.count("drift-watch-failed"), 1U);
  EXPECT_GE(teleport.watches_asked, 10);
  EXPECT_LE(teleport.watches_asked, 30);
}

TEST_F(DriftWatcher, WhatHappenedBeforeItOpenedAtLastIsFoundByAComparison) {
  teleport.refuse_watch = teleport::error{teleport::errc::access_denied, "no"};
  api.apply(key(), root_spec);
  start();
  unseen_edit();
  teleport.counts.clear();
  teleport.refuse_watch.reset();
  pass(1s);
  EXPECT_EQ(login(), "root");
  EXPECT_EQ(teleport.counts["list"], 1);
  EXPECT_EQ(context.log.count("drift-watch-recovered"), 1U);
}

TEST_F(DriftWatcher, ABrokenStreamIsOpenedAgainAndNothingIsLost) {
  given_in_sync();
  teleport.break_watches();
  unseen_edit();
  pass(1s);
  EXPECT_EQ(teleport.watches(), 1U);
  EXPECT_EQ(login(), "root");
  EXPECT_EQ(teleport.counts["list"], 1);
}

TEST_F(DriftWatcher, AListThatRunsWhenTheStreamIsOpenedIsRepeated) {
  given_in_sync();
  teleport.hold = true;
  kill_newest("kind_supervisor");
  ASSERT_EQ(teleport.pending.size(), 1U);
  teleport.carry_out(0);
  teleport.break_watches();
  unseen_edit();
  pass(1s);
  teleport.hold = false;
  teleport.answer(0);
  settle();
  EXPECT_EQ(teleport.counts["list"], 2);
  EXPECT_EQ(login(), "root");
}

TEST_F(DriftWatcher, ItsDeathLosesNothing) {
  given_in_sync();
  hooks.throws = [this](std::string_view type, std::string_view point, std::string_view) {
    if (type != "drift_watcher" || point != "moved") return false;
    hooks.throws = nullptr;
    return true;
  };
  teleport.put("admin", role("admin", other_spec, true));
  settle();
  EXPECT_EQ(hooks.count("drift_watcher"), 2U);
  EXPECT_EQ(teleport.watches(), 1U) << "that of its predecessor is closed";
  EXPECT_EQ(login(), "root");
}

TEST_F(DriftWatcher, ARenewalChangesOverWithoutAGap) {
  given_in_sync();
  teleport.hold_watches = true;
  pass(1801s);
  ASSERT_EQ(teleport.watches_asked, 2);
  ASSERT_EQ(teleport.watches(), 2U);
  teleport.put("admin", role("admin", other_spec, true));
  settle();
  EXPECT_EQ(login(), "root") << "the former stream still tells";
  teleport.open_watches();
  settle();
  EXPECT_EQ(teleport.watches(), 1U);
  EXPECT_EQ(teleport.counts["list"], 0);
}

TEST_F(DriftWatcher, ALostConnectionIsFollowedByAStreamAndAList) {
  given_in_sync();
  teleport.online = false;
  teleport.refuse_connect = [] {
    return teleport::connect_failure{{teleport::errc::connection, "no route"}, false};
  };
  teleport.put("admin", role("admin", other_spec, true));
  pass(15s);
  EXPECT_EQ(teleport.watches(), 0U);
  teleport.online = true;
  teleport.refuse_connect = nullptr;
  pass(61s);
  EXPECT_EQ(teleport.watches(), 1U);
  EXPECT_EQ(login(), "root");
}

}  // namespace
}  // namespace actors::testing
