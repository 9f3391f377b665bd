/// Kinds of which no event stream tells, through the real actor tree: when they are compared with a
/// list, what that finds, and what it costs.

#include <gmock/gmock.h>

#include "tests/unit/actors/support/operator_world.hpp"

namespace actors::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;

using counts = std::map<std::string, int>;

/// TeleportRoleV7 stands for a kind without events: the server leaves it out of the stream.
class DriftPolling : public operator_world {
 protected:
  DriftPolling() {
    context.env.config.drift_interval = 100s;
    context.env.random = [] { return 0.5; };
    teleport.left_out = {"role"};
    teleport.silent = true;
  }
  void given_in_sync(int roles = 1) {
    for (int i = 0; i < roles; ++i) api.apply(key(name_of(i)), root_spec);
    start();
    for (int i = 0; i < roles; ++i) ASSERT_EQ(ready(name_of(i)), "True NoError") << i;
    forget_costs();
  }
  void forget_costs() {
    api.counts.clear();
    teleport.counts.clear();
    api.events.clear();
  }
  void somebody_edits(const std::string& name) { teleport.put(name, role(name, other_spec, true)); }
  std::string login(const std::string& name) const {
    const auto found = teleport.resources.find(name);
    return found == teleport.resources.end() ? std::string{} : login_of(found->second);
  }
  static std::string name_of(int i) { return "role-" + std::to_string(i); }
  static teleport::error down() { return {teleport::errc::access_denied, "no"}; }
};

TEST_F(DriftPolling, OneListAnIntervalAndNothingElseWhileAllIsInSync) {
  given_in_sync(5);
  pass(74s);
  EXPECT_THAT(teleport.counts, IsEmpty());
  pass(2s);
  EXPECT_EQ(teleport.counts, (counts{{"list", 1}}));
  pass(1000s);
  EXPECT_EQ(teleport.counts, (counts{{"list", 11}}));
  EXPECT_EQ(writes() + api.counts["get"], 0);
}

TEST_F(DriftPolling, EditsAndDeletionsArePutBack) {
  given_in_sync(3);
  somebody_edits("role-0");
  teleport.take("role-1");
  pass(76s);
  EXPECT_EQ(login("role-0"), "root");
  EXPECT_EQ(login("role-1"), "root");
  EXPECT_EQ(teleport.counts, (counts{{"list", 1}, {"get", 2}, {"update", 1}, {"create", 1}}));
}

TEST_F(DriftPolling, IntervalZeroIsNever) {
  context.env.config.drift_interval = 0s;
  given_in_sync();
  somebody_edits("role-0");
  pass(1200s);
  EXPECT_THAT(teleport.counts, IsEmpty());
}

TEST_F(DriftPolling, AKindWithoutCRsCostsNoCall) {
  given_in_sync(0);
  pass(1000s);
  EXPECT_THAT(teleport.counts, IsEmpty());
}

TEST_F(DriftPolling, WhatTheStreamTellsOfIsNotPolled) {
  teleport.left_out.clear();
  given_in_sync();
  pass(1000s);
  EXPECT_THAT(teleport.counts, IsEmpty());
}

TEST_F(DriftPolling, AKindWithoutEventsIsPolledBesideTheStream) {
  teleport.left_out.clear();
  context.env.config.kinds = {teleport::find_kind("TeleportRoleV7"),
                              teleport::find_kind("TeleportGithubConnector")};
  start();
  hooks.points.clear();
  pass(76s);
  EXPECT_EQ(std::count(hooks.points.begin(), hooks.points.end(), "drift_watcher:poll"), 1);
}

TEST_F(DriftPolling, WithoutAStreamEveryKindIsPolled) {
  teleport.left_out.clear();
  teleport.refuse_watch = down();
  given_in_sync();
  somebody_edits("role-0");
  pass(76s);
  EXPECT_EQ(login("role-0"), "root");
  EXPECT_EQ(teleport.counts["list"], 1);
}

TEST_F(DriftPolling, AStreamThatOpensEndsPolling) {
  teleport.left_out.clear();
  teleport.refuse_watch = down();
  given_in_sync();
  teleport.refuse_watch.reset();
  pass(70s);
  ASSERT_EQ(teleport.watches(), 1U);
  forget_costs();
  pass(1000s);
  EXPECT_THAT(teleport.counts, IsEmpty());
}

TEST_F(DriftPolling, AStreamThatKeepsBreakingDoesNotPutItOff) {
  given_in_sync();
  for (int i = 0; i < 14; ++i) {
    teleport.break_watches();
    pass(5s);
  }
  hooks.points.clear();
  pass(6s);
  EXPECT_EQ(std::count(hooks.points.begin(), hooks.points.end(), "drift_watcher:poll"), 1);
}

TEST_F(DriftPolling, KindsDoNotComeAtOnce) {
  teleport.left_out.clear();
  teleport.refuse_watch = down();
  context.env.config.kinds = {teleport::find_kind("TeleportRoleV7"),
                              teleport::find_kind("TeleportUser"),
                              teleport::find_kind("TeleportGithubConnector")};
  double next = 0;
  context.env.random = [&next] { return next = next > 0.7 ? 0.1 : next + 0.2; };
  start();
  std::vector<int> at;
  hooks.points.clear();
  for (int second = 0; second < 100; ++second) {
    pass(1s);
    const auto polls = std::count(hooks.points.begin(), hooks.points.end(), "drift_watcher:poll");
    for (auto i = at.size(); i < static_cast<std::size_t>(polls); ++i) at.push_back(second);
  }
  ASSERT_EQ(at.size(), 3U);
  EXPECT_TRUE(at[0] < at[1] && at[1] < at[2]) << at[0] << ' ' << at[1] << ' ' << at[2];
}

TEST_F(DriftPolling, NothingIsAskedWhileThereIsNoConnection) {
  given_in_sync();
  teleport.online = false;
  teleport.refuse_connect = [] {
    return teleport::connect_failure{{teleport::errc::connection, "no route"}, false};
  };
  pass(20s);
  forget_costs();
  pass(1000s);
  EXPECT_EQ(teleport.counts["list"], 0);
  EXPECT_EQ(context.log.count("comparison-failed"), 0U);
}

TEST_F(DriftPolling, NoTwoListsAtOnce) {
  given_in_sync();
  teleport.hold = true;
  pass(25s);
  ASSERT_THAT(teleport.pending, IsEmpty());
  pass(51s);
  ASSERT_EQ(teleport.pending.size(), 1U);
  pass(1s);
  self()->send(root, messages::poll_due{teleport::find_kind("TeleportRoleV7")});
  settle();
  EXPECT_EQ(teleport.pending.size(), 1U);
}

TEST_F(DriftPolling, PassesGoOnWhileAListIsUnderWayAndKnowBetter) {
  given_in_sync(2);
  teleport.hold = true;
  self()->send(root, messages::poll_due{teleport::find_kind("TeleportRoleV7")});
  settle();
  ASSERT_EQ(teleport.pending.size(), 1U);
  teleport.carry_out(0);  // as of now, and answered late
  advance(1s);
  api.apply(key("role-0"), other_spec);
  settle();
  ASSERT_EQ(teleport.pending.size(), 2U);
  teleport.answer(1);  // the look
  settle();
  teleport.answer(1);  // the update
  settle();
  ASSERT_EQ(login("role-0"), "guest");
  forget_costs();
  teleport.hold = false;
  teleport.answer(0);
  settle();
  EXPECT_THAT(teleport.counts, IsEmpty()) << "an old list made somebody look";
}

TEST_F(DriftPolling, AListThatFailsIsSaidOnceAndTriedAgain) {
  given_in_sync();
  teleport.refuse = [](const auto& call) {
    return call.verb == "list" ? std::optional{down()} : std::nullopt;
  };
  pass(500s);
  EXPECT_EQ(context.log.count("comparison-failed"), 1U);
  EXPECT_GE(teleport.counts["list"], 4);
  somebody_edits("role-0");
  teleport.refuse = nullptr;
  pass(101s);
  EXPECT_EQ(login("role-0"), "root");
}

/// Then a list can't tell: each is looked at by itself, and not all at once.
TEST_F(DriftPolling, WithoutRevisionsLooksAreSpread) {
  teleport.has_revisions = false;
  given_in_sync(20);
  double next = 0;
  context.env.random = [&next] { return next = next > 0.9 ? 0.0 : next + 0.05; };
  somebody_edits("role-7");
  self()->send(root, messages::poll_due{teleport::find_kind("TeleportRoleV7")});
  settle();
  EXPECT_EQ(teleport.counts["list"], 1);
  EXPECT_LE(teleport.counts["get"], 2);
  pass(25s);
  EXPECT_GE(teleport.counts["get"], 5);
  EXPECT_LE(teleport.counts["get"], 15);
  pass(30s);
  EXPECT_EQ(login("role-7"), "root");
  EXPECT_GE(teleport.counts["get"], 20);
  EXPECT_LE(teleport.counts["get"], 22) << "each once, and again what was put back";
}

TEST_F(DriftPolling, SaysWhenItLastCompared) {
  given_in_sync();
  const auto last = [&] {
    return context.metric("teleport_operator_drift_last_check_timestamp_seconds",
                          {"teleportrolev7"});
  };
  const auto before = last();
  context.wall += 75s;
  pass(76s);
  EXPECT_EQ(last(), before + 75);
}

TEST_F(DriftPolling, TheDeathOfTheWatcherDoesNotEndIt) {
  given_in_sync();
  kill_newest("drift_watcher");
  somebody_edits("role-0");
  forget_costs();
  pass(101s);
  EXPECT_EQ(login("role-0"), "root");
}

}  // namespace
}  // namespace actors::testing
