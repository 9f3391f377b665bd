#include "actors/health.hpp"

#include <gmock/gmock.h>

namespace actors {
namespace {

using ::testing::ElementsAre;

TEST(HealthBoard, BeginsNotReady) {
  const health_board board;
  const auto got = board.report();
  EXPECT_FALSE(got.ready);
  EXPECT_EQ(got.lines.at(0), "[-]teleport not ready: not joined yet");
}

TEST(HealthBoard, IsReadyWhenJoinedAndAllKindsAreSynced) {
  health_board board;
  board.set_kinds_expected(2);
  board.set_teleport(true, "cluster.example.com");
  board.set_kind("TeleportRoleV7", true, "");
  EXPECT_FALSE(board.report().ready) << "one kind has not reported";
  board.set_kind("TeleportUser", true, "CRD not installed; waiting for it");
  const auto got = board.report();
  EXPECT_TRUE(got.ready);
  EXPECT_THAT(got.lines, ElementsAre("[+]teleport ok: cluster.example.com",
                                     "[+]TeleportUser ok: CRD not installed; waiting for it",
                                     "[+]kinds ok: 2 of 2 listed and watched"));
}

TEST(HealthBoard, ShowsWhoLeadsAndIsNotReadyWhereNobodyCan) {
  health_board board;
  board.set_teleport(true, "");
  board.set_leadership(true, "standby: other leads");
  auto got = board.report();
  EXPECT_TRUE(got.ready);
  EXPECT_EQ(got.lines.at(1), "[+]leadership ok: standby: other leads");
  board.set_leadership(false, "leases is forbidden");
  got = board.report();
  EXPECT_FALSE(got.ready);
  EXPECT_EQ(got.lines.at(1), "[-]leadership not ready: leases is forbidden");
}

TEST(HealthBoard, SaysWhichKindIsMissingAndWhy) {
  health_board board;
  board.set_kinds_expected(2);
  board.set_teleport(true, "");
  board.set_kind("TeleportRoleV7", false, "forbidden");
  const auto got = board.report();
  EXPECT_FALSE(got.ready);
  EXPECT_THAT(got.lines, ElementsAre("[+]teleport ok", "[-]TeleportRoleV7 not ready: forbidden",
                                     "[-]kinds not ready: 0 of 2 listed and watched"));
}

TEST(HealthBoard, FollowsALostConnection) {
  health_board board;
  board.set_kinds_expected(0);
  board.set_teleport(true, "");
  ASSERT_TRUE(board.report().ready);
  board.set_teleport(false, "connection refused");
  const auto got = board.report();
  EXPECT_FALSE(got.ready);
  EXPECT_EQ(got.lines.at(0), "[-]teleport not ready: connection refused");
}

TEST(HealthBoard, StoppingIsForGood) {
  health_board board;
  board.set_kinds_expected(0);
  board.set_teleport(true, "");
  board.set_stopping();
  board.set_teleport(true, "");
  const auto got = board.report();
  EXPECT_FALSE(got.ready);
  EXPECT_THAT(got.lines, ElementsAre("[-]operator not ready: stopping"));
}

}  // namespace
}  // namespace actors
