#include "actors/core/await_table.hpp"

#include <gmock/gmock.h>

namespace actors::core {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

messages::cr_id cr(const std::string& name, const char* cr_kind = "TeleportUser") {
  return {teleport::find_kind(cr_kind), {"default", name}, "uid-" + name};
}

std::vector<std::string> names(const await_table::waiters& waiters) {
  std::vector<std::string> result;
  for (const auto& one : waiters) result.push_back(one.key.name);
  return result;
}

const teleport::named_resource role_a{"role", "a"};
const teleport::named_resource role_b{"role", "b"};
const teleport::named_resource user_x{"user", "x"};
const teleport::named_resource user_y{"user", "y"};

class AwaitTable : public ::testing::Test {
 protected:
  /// It waits, and is not to look at once.
  void waits(const messages::cr_id& who, const std::vector<teleport::named_resource>& which,
             bool all = false) {
    EXPECT_FALSE(table.put(who, which, all, now)) << who.key.name;
  }
  std::vector<std::string> woken_by(const teleport::named_resource& what) {
    now += 1s;
    return names(table.moved(what, now));
  }

  await_table table{4};
  await_table::time_point now{1h};
};

TEST_F(AwaitTable, WakesThoseThatWaitForItAndNobodyElse) {
  waits(cr("alice"), {role_a});
  waits(cr("bob"), {role_a, role_b});
  waits(cr("carol"), {role_b});
  EXPECT_THAT(woken_by({"role", "other"}), IsEmpty());
  EXPECT_THAT(woken_by({"bot", "a"}), IsEmpty());
  EXPECT_THAT(woken_by(role_a), ElementsAre("alice", "bob"));
}

TEST_F(AwaitTable, TellsAWaiterOnce) {
  waits(cr("bob"), {role_a, role_b});
  EXPECT_THAT(woken_by(role_a), ElementsAre("bob"));
  EXPECT_THAT(woken_by(role_a), IsEmpty());
  EXPECT_THAT(woken_by(role_b), IsEmpty());
  EXPECT_EQ(table.size(), 0U);
}

TEST_F(AwaitTable, WhoWaitsForAllIsToldAtTheLast) {
  waits(cr("admin", "TeleportRoleV7"), {user_x, user_y}, true);
  EXPECT_THAT(woken_by(user_x), IsEmpty());
  EXPECT_THAT(woken_by(user_x), IsEmpty());
  EXPECT_THAT(woken_by(user_y), ElementsAre("admin"));
  EXPECT_EQ(table.size(), 0U);
}

TEST_F(AwaitTable, ANewWishReplacesTheFormer) {
  waits(cr("alice"), {role_a});
  waits(cr("alice"), {role_b});
  EXPECT_THAT(woken_by(role_a), IsEmpty());
  EXPECT_THAT(woken_by(role_b), ElementsAre("alice"));
}

TEST_F(AwaitTable, AnEmptyWishAndARemovalEndTheWait) {
  waits(cr("alice"), {role_a});
  waits(cr("bob"), {role_a});
  EXPECT_FALSE(table.put(cr("alice"), {}, false, now));
  table.remove("uid-bob");
  table.remove("uid-nobody");
  EXPECT_EQ(table.size(), 0U);
  EXPECT_THAT(woken_by(role_a), IsEmpty());
}

TEST_F(AwaitTable, AKindThatBeginsAnewWaitsForNothing) {
  waits(cr("alice"), {role_a});
  waits(cr("ci", "TeleportBotV1"), {role_a});
  table.remove_kind(teleport::find_kind("TeleportUser"));
  EXPECT_THAT(woken_by(role_a), ElementsAre("ci"));
}

TEST_F(AwaitTable, EverybodyIsToldWhenNewsWereMissed) {
  waits(cr("alice"), {role_a});
  waits(cr("bob"), {role_a, role_b}, true);
  EXPECT_THAT(names(table.everybody()), ElementsAre("alice", "bob"));
  EXPECT_EQ(table.size(), 0U);
  EXPECT_THAT(woken_by(role_a), IsEmpty());
}

// -- what moved between the refusal and the entry --

TEST_F(AwaitTable, WhatMovedSinceThePassBeganIsNotMissed) {
  const auto began = now;
  EXPECT_THAT(woken_by(role_a), IsEmpty());
  EXPECT_TRUE(table.put(cr("alice"), {role_a}, false, began)) << "it would wait for what has come";
  EXPECT_TRUE(table.put(cr("bob"), {role_b, role_a}, false, began));
  EXPECT_FALSE(table.put(cr("carol"), {role_b}, false, began));
  EXPECT_EQ(table.size(), 1U);
}

TEST_F(AwaitTable, WhatMovedBeforeThePassBeganIsOld) {
  woken_by(role_a);
  waits(cr("alice"), {role_a});
  EXPECT_THAT(woken_by(role_a), ElementsAre("alice"));
}

TEST_F(AwaitTable, WhoWaitsForAllWaitsForTheRest) {
  const auto began = now;
  woken_by(user_x);
  EXPECT_FALSE(table.put(cr("admin", "TeleportRoleV7"), {user_x, user_y}, true, began));
  EXPECT_THAT(woken_by(user_y), ElementsAre("admin"));
  EXPECT_TRUE(table.put(cr("admin", "TeleportRoleV7"), {user_x, user_y}, true, began));
}

TEST_F(AwaitTable, WhereMemoryDoesNotReachBackHeLooksAgain) {
  const auto began = now;
  for (int i = 0; i < 4; ++i) woken_by({"role", "r" + std::to_string(i)});
  EXPECT_TRUE(table.put(cr("alice"), {role_a}, false, began));
  EXPECT_EQ(table.size(), 0U);
  waits(cr("alice"), {role_a});  // from now on
}

TEST_F(AwaitTable, KindsThatNobodyWaitsForDontFillTheMemory) {
  const auto began = now;
  for (int i = 0; i < 100; ++i) woken_by({"node", std::to_string(i)});
  EXPECT_FALSE(table.put(cr("alice"), {role_a}, false, began));
}

TEST_F(AwaitTable, AThousandWaitersAreOneAnswer) {
  for (int i = 0; i < 1000; ++i) waits(cr("user" + std::to_string(i)), {role_a});
  EXPECT_THAT(woken_by(role_a), SizeIs(1000));
  EXPECT_EQ(table.size(), 0U);
}

}  // namespace
}  // namespace actors::core
