/// CRs that are removed with our finalizer on them. The API server does that when a deletion had
/// begun before the finalizer was put on.

#include <gmock/gmock.h>

#include "tests/unit/actors/support/operator_world.hpp"

namespace actors::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;

class ObjectVanished : public operator_world {
 protected:
  void given_in_sync() {
    start();
    api.apply(key(), root_spec);
    settle();
    ASSERT_EQ(ready(), "True NoError");
    api.counts.clear();
    teleport.counts.clear();
  }
  void expect_nothing_left() {
    EXPECT_TRUE(teleport.resources.empty());
    EXPECT_TRUE(hooks.living("object_actor").empty());
  }
};

TEST_F(ObjectVanished, ItsResourceIsDeleted) {
  given_in_sync();
  api.vanish(key());
  settle();
  expect_nothing_left();
  EXPECT_EQ(writes(), 0) << "there is nothing left to write to";
  pass(1min);
  EXPECT_THAT(api.events, Contains("Deleted"));
}

TEST_F(ObjectVanished, WhileItsResourceIsBeingCreated) {
  start();
  teleport.hold = true;
  api.apply(key(), root_spec);
  until_open("create");
  api.vanish(key());
  settle();
  let_go();
  pass(1s);
  expect_nothing_left();
}

TEST_F(ObjectVanished, ItsActorMayDieMeanwhile) {
  given_in_sync();
  teleport.hold = true;
  api.vanish(key());
  until_open("remove");
  kill_newest("object_actor");
  let_go();
  pass(5s);
  expect_nothing_left();
}

TEST_F(ObjectVanished, AnOutageIsWaitedFor) {
  given_in_sync();
  teleport.online = false;
  teleport.hold_connect = true;
  api.vanish(key());
  pass(1min);
  EXPECT_EQ(teleport.resources.count("admin"), 1U);
  teleport.online = true;
  teleport.answer_connect();
  settle();
  expect_nothing_left();
}

TEST_F(ObjectVanished, ANewListDoesNotEndTheCleaningUp) {
  given_in_sync();
  teleport.hold = true;
  api.vanish(key());
  until_open("remove");
  kill_newest("kube_client");
  settle();
  let_go();
  pass(5s);
  expect_nothing_left();
}

TEST_F(ObjectVanished, MadeAnewItKeepsTheResource) {
  given_in_sync();
  teleport.hold = true;
  api.vanish(key());
  settle();
  api.apply(key(), other_spec);
  settle();
  let_go();
  pass(5s);
  EXPECT_EQ(ready(), "True NoError");
  ASSERT_EQ(teleport.resources.count("admin"), 1U);
  EXPECT_EQ(login_of(teleport.resources.at("admin")), "guest");
}

TEST_F(ObjectVanished, KeepLeavesTheResource) {
  given_in_sync();
  api.annotate(key(), "teleport.dev/keep", "true");
  settle();
  api.vanish(key());
  settle();
  EXPECT_EQ(teleport.resources.count("admin"), 1U);
  EXPECT_TRUE(hooks.living("object_actor").empty());
}

}  // namespace
}  // namespace actors::testing
