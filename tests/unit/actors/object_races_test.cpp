/// One CR through the real actor tree while others write, answers get lost, and parts die.

#include <gmock/gmock.h>

#include "tests/unit/actors/support/operator_world.hpp"

namespace actors::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::Each;

class ObjectRaces : public operator_world {};

TEST_F(ObjectRaces, ThereIsOneRequestAtATime) {
  start();
  teleport.hold = api.hold = true;
  api.apply(key(), root_spec);
  for (int i = 0; i < 20; ++i) {
    settle();
    if (i % 3 == 0) api.annotate(key(), "example.com/x", std::to_string(i));
    settle();
    const auto events = std::count_if(api.pending.begin(), api.pending.end(),
                                      [](const auto& one) { return one.verb == "create"; });
    ASSERT_LE(teleport.pending.size() + api.pending.size() - static_cast<std::size_t>(events), 1U);
    if (!teleport.pending.empty())
      teleport.answer(0);
    else if (!api.pending.empty())
      api.answer(0);
  }
  let_go();
  pass(1s);
  EXPECT_EQ(ready(), "True NoError");
}

TEST_F(ObjectRaces, AConflictIsReadAnewAndDecidedAgain) {
  start();
  api.hold = true;
  api.apply(key(), root_spec);
  settle();
  ASSERT_EQ(api.pending.size(), 1U);  // the finalizer
  api.annotate(key(), "example.com/x", "y");
  let_go();
  pass(1s);
  EXPECT_EQ(ready(), "True NoError");
  EXPECT_EQ(api.find(key())->annotations.at("example.com/x"), "y");
}

TEST_F(ObjectRaces, AStatusWriteThatConflictsIsRepeatedOnTheNewState) {
  start();
  api.hold = true;
  api.apply(key(), root_spec);
  settle();
  api.answer(0);  // the finalizer
  settle();
  ASSERT_EQ(api.pending.front().verb, "patch status");
  api.annotate(key(), "example.com/x", "y");
  let_go();
  EXPECT_EQ(ready(), "True NoError");
  EXPECT_EQ(teleport.counts["create"] + teleport.counts["update"], 1);
}

TEST_F(ObjectRaces, OldNewsFromTheWatchCausesNoPass) {
  start();
  api.apply(key(), root_spec);
  run();
  ASSERT_TRUE(api.deliver());  // the CR itself; the echoes of our two patches stay behind
  run();
  ASSERT_EQ(ready(), "True NoError");
  teleport.counts.clear();
  api.counts.clear();
  settle();
  EXPECT_EQ(teleport_calls(), 0);
  EXPECT_EQ(writes() + api.counts["get"], 0);
}

TEST_F(ObjectRaces, ACreateWhoseAnswerIsLostIsNotRepeated) {
  start();
  teleport.hold = true;
  api.apply(key(), root_spec);
  until_open("create");
  teleport.answer(0, teleport::error{teleport::errc::timeout, "deadline exceeded"});
  let_go();
  pass(5s);
  EXPECT_EQ(teleport.counts["create"], 1);
  EXPECT_EQ(ready(), "True NoError");
  api.remove(key());
  settle();
  EXPECT_TRUE(teleport.resources.empty());
}

TEST_F(ObjectRaces, ADeleteWhoseAnswerIsLostEndsAllTheSame) {
  start();
  api.apply(key(), root_spec);
  settle();
  teleport.hold = true;
  api.remove(key());
  until_open("remove");
  teleport.answer(0, teleport::error{teleport::errc::timeout, "deadline exceeded"});
  let_go();
  pass(5s);
  EXPECT_EQ(api.find(key()), nullptr);
  EXPECT_EQ(teleport.counts["remove"], 1) << "the look-up tells that it is gone";
}

TEST_F(ObjectRaces, AFinalizerPatchWhoseAnswerIsLostIsSeenThroughTheWatch) {
  start();
  api.hold = true;
  api.apply(key(), root_spec);
  settle();
  api.answer(0, true);
  let_go();
  pass(5s);
  EXPECT_EQ(ready(), "True NoError");
  EXPECT_EQ(teleport.counts["create"], 1);
}

TEST_F(ObjectRaces, EditedWhileAPassRunsEndsWithTheEdit) {
  start();
  teleport.hold = true;
  api.apply(key(), root_spec);
  until_open("create");
  api.apply(key(), other_spec);
  settle();
  let_go();
  pass(1s);
  EXPECT_EQ(login_of(teleport.resources.at("admin")), "guest");
  EXPECT_EQ(api.find(key())->status.fields.at("observedGeneration"), "2");
}

TEST_F(ObjectRaces, DeletedWhileItIsBeingCreatedLeavesNothing) {
  start();
  teleport.hold = true;
  api.apply(key(), root_spec);
  until_open("create");
  api.remove(key());
  settle();
  let_go();
  pass(1s);
  EXPECT_EQ(api.find(key()), nullptr);
  EXPECT_TRUE(teleport.resources.empty());
}

TEST_F(ObjectRaces, RecreatedWhileItIsBeingDeletedIsAnotherObject) {
  start();
  api.apply(key(), root_spec);
  settle();
  teleport.hold = true;
  api.remove(key());
  until_open("remove");
  // Somebody frees the CR by hand and makes it anew while our delete is under way.
  api.make_client()->patch({{}, key(), "", R"({"metadata":{"finalizers":[]}})"},
                           [](const auto&) {});
  api.apply(key(), other_spec);
  settle();
  let_go();
  pass(1s);
  EXPECT_EQ(ready(), "True NoError");
  EXPECT_EQ(login_of(teleport.resources.at("admin")), "guest");
  EXPECT_EQ(api.find(key())->uid, "uid-2");
}

TEST_F(ObjectRaces, AnObjectActorThatDiesInACallIsReplacedAndNothingIsDoneTwice) {
  start();
  teleport.hold = true;
  api.apply(key(), root_spec);
  until_open("create");
  kill_newest("object_actor");
  // Its successor looks up behind the create that is still under way.
  EXPECT_EQ(teleport.pending.size(), 1U) << "two calls for one resource at once";
  let_go();
  pass(1s);
  EXPECT_EQ(teleport.counts["create"], 1);
  EXPECT_EQ(ready(), "True NoError");
  EXPECT_EQ(hooks.count("object_actor"), 2U);
}

TEST_F(ObjectRaces, EveryServiceCanDieInTheMiddleOfAPass) {
  for (const auto* victim :
       {"teleport_client", "kube_client", "event_recorder", "kind_supervisor", "object_actor"}) {
    const auto name = std::string{victim}.substr(0, 4) + "-role";
    if (!root) start();
    teleport.hold = api.hold = true;
    api.apply(key(name), root_spec);
    settle();
    kill_newest(victim);  // the finalizer patch is open
    let_go();
    teleport.hold = true;
    api.apply(key(name), other_spec);
    settle();
    kill_newest(victim);  // a call to Teleport is open
    let_go();
    pass(5s);
    EXPECT_EQ(ready(name), "True NoError") << victim;
    ASSERT_EQ(teleport.resources.count(name), 1U) << victim;
    EXPECT_EQ(login_of(teleport.resources.at(name)), "guest") << victim;
  }
  EXPECT_TRUE(given_up.empty());
}

TEST_F(ObjectRaces, AThrowAtAnyPointOfAPassIsSurvived) {
  start();
  api.apply(key("probe"), root_spec);
  settle();
  api.apply(key("probe"), other_spec);
  settle();
  api.remove(key("probe"));
  settle();
  const std::set<std::string> points(hooks.points.begin(), hooks.points.end());
  int number = 0;
  for (const auto& point : points) {
    if (!point.starts_with("object_actor:")) continue;
    SCOPED_TRACE(point);
    const auto name = "r" + std::to_string(++number);
    bool fired = false;
    hooks.throws = [&](std::string_view type, std::string_view where, std::string_view) {
      const auto full = std::string{type} + ':' + std::string{where};
      return full == point && !std::exchange(fired, true);
    };
    api.apply(key(name), root_spec);
    pass(1s);
    api.apply(key(name), other_spec);
    pass(1s);
    EXPECT_EQ(ready(name), "True NoError");
    EXPECT_EQ(login_of(teleport.resources.at(name)), "guest");
    api.remove(key(name));
    pass(1s);
    EXPECT_EQ(api.find(key(name)), nullptr);
    EXPECT_EQ(teleport.resources.count(name), 0U);
    EXPECT_TRUE(fired);
  }
  EXPECT_GE(number, 8);
  EXPECT_TRUE(hooks.living("object_actor").empty());
}

TEST_F(ObjectRaces, AConnectionThatComesBackWhileAPassRunsIsNotMissed) {
  start();
  teleport.hold = true;
  api.apply(key(), root_spec);
  until_open("get");
  teleport.online = false;
  pass(5s);  // the probe fails, a new session is made; the call over the old one is still open
  teleport.online = true;
  ASSERT_EQ(teleport.connects, 2);
  teleport.hold = false;
  ASSERT_EQ(teleport.pending.size(), 2U);
  teleport.answer(1);  // the list that comes with a new connection; then everybody is woken
  settle();
  teleport.answer(0, teleport::error{teleport::errc::connection, "reset"});
  settle();
  EXPECT_EQ(ready(), "True NoError") << "waits for word that has come already";
}

TEST_F(ObjectRaces, AConnectionThatIsLostIsAwaitedWithoutAStorm) {
  start();
  api.apply(key(), root_spec);
  settle();
  const auto before = api.find(key())->status;
  teleport.online = false;
  teleport.hold_connect = true;
  api.annotate(key(), "example.com/x", "y");
  pass(10s);
  EXPECT_EQ(api.find(key())->status, before) << "a CR in sync is shown as broken";
  api.apply(key(), other_spec);
  pass(10s);
  EXPECT_EQ(ready(), "False TeleportUnreachable");
  const auto passes = hooks.points.size();
  pass(20s);
  EXPECT_LE(hooks.points.size() - passes, 20U);
  teleport.online = true;
  teleport.answer_connect();
  settle();
  EXPECT_EQ(ready(), "True NoError") << "does not go on at once when the connection is back";
}

}  // namespace
}  // namespace actors::testing
