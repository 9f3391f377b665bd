/// How teleport_client makes, renews and loses sessions.

#include <gmock/gmock.h>

#include "tests/unit/actors/support/teleport_client_world.hpp"

namespace actors::testing {
namespace {

using namespace std::chrono_literals;
using messages::hindered;
using teleport::errc;
using teleport::trouble;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class TeleportSessions : public teleport_client_world {};

// -- attempts

TEST_F(TeleportSessions, AnOutageIsTriedAboutEverySecondAndItsEndIsNoticed) {
  start();
  teleport.online = false;
  refuse(trouble::unreachable, "no route");
  advance(11s);
  ASSERT_FALSE(connected());
  const auto attempts =
      attempts_in(10min, {{errc::connection, "no route"}, false, trouble::unreachable});
  EXPECT_GE(attempts, 600);
  EXPECT_LE(attempts, 1201);
  EXPECT_EQ(told.back().reason, trouble::unreachable);
  EXPECT_EQ(told.back().what, hindered::connecting);
  advance(1s);
  EXPECT_TRUE(connected());
}

TEST_F(TeleportSessions, ARefusalIsTriedWithGrowingWaits) {
  start();
  teleport.online = false;
  refuse(trouble::locked, "locked");
  advance(11s);
  ASSERT_FALSE(connected());
  const auto attempts =
      attempts_in(30min, {{errc::access_denied, "locked"}, false, trouble::locked});
  // 0.5, 1, 2 … 128, 150, 150 … s with jitter at its least.
  EXPECT_GE(attempts, 14);
  EXPECT_LE(attempts, 22);
}

TEST_F(TeleportSessions, AFileThatIsWrittenEndsTheWaitForTheNextAttempt) {
  std::uint64_t stamp = 1;
  context.env.credentials_stamp = [&] { return stamp; };
  refuse(trouble::token_refused, "token expired or not found");
  start();
  advance(30min);
  teleport.refuse_connect = nullptr;
  advance(2s);
  ASSERT_FALSE(connected());
  stamp = 2;
  advance(3s);
  EXPECT_TRUE(connected());
}

TEST_F(TeleportSessions, AnIdentityFileThatIsWrittenIsTakenAtOnce) {
  std::uint64_t stamp = 1;
  context.env.credentials_stamp = [&] { return stamp; };
  context.env.config.identity_from_file = true;
  start();
  advance(1min);
  ASSERT_EQ(teleport.connects, 1);
  stamp = 2;
  advance(3s);
  EXPECT_EQ(teleport.connects, 2);
  advance(1min);
  EXPECT_EQ(teleport.connects, 2);
}

TEST_F(TeleportSessions, ATokenFileThatIsWrittenConcernsNobodyWhileAllIsWell) {
  std::uint64_t stamp = 1;
  context.env.credentials_stamp = [&] { return stamp; };
  start();
  stamp = 2;
  advance(1min);
  EXPECT_EQ(teleport.connects, 1);
}

// -- renewals

TEST_F(TeleportSessions, AreRenewedOnTheIntervalAndWellBeforeTheCertificateEnds) {
  context.env.config.renewal_interval = 20min;
  start();
  advance(20min + 1s);
  EXPECT_EQ(teleport.connects, 2);
  teleport.certificate_life = 6min;
  advance(20min + 1s);
  EXPECT_EQ(teleport.connects, 3);
  advance(4min + 1s);
  EXPECT_EQ(teleport.connects, 4);
}

TEST_F(TeleportSessions, ACallThatARenewalFindsUnderWayEndsOverItsOwnSession) {
  context.env.config.renewal_interval = 20min;
  start();
  teleport.hold = true;
  get("a");
  teleport.hold_pings = false;
  advance(20min + 1s);
  ASSERT_EQ(teleport.connects, 2);
  EXPECT_THAT(teleport.abandoned, IsEmpty());
  teleport.put("a", role("a", root_spec, true));
  teleport.answer(0);
  run();
  EXPECT_THAT(answers, ElementsAre("a: ok"));
  get("b");
  EXPECT_EQ(teleport.pending.back().session, 2);
  EXPECT_EQ(told.size(), 2U) << "the renewal was more than a word to the root";
}

TEST_F(TeleportSessions, ThereAreNeverMoreThanTwo) {
  context.env.config.renewal_interval = 20s;
  start();
  teleport.hold = true;
  get("a");
  advance(21s);
  ASSERT_EQ(teleport.connects, 2);
  advance(20s);
  EXPECT_EQ(teleport.connects, 2) << "the first one still has a call under way";
  teleport.answer(0);
  run();
  advance(2s);
  EXPECT_EQ(teleport.connects, 3);
}

TEST_F(TeleportSessions, ACallThatNeverEndsPutsARenewalOffForTwentySecondsAtMost) {
  context.env.config.renewal_interval = 60s;
  start();
  teleport.hold = true;
  get("a");
  advance(61s);
  ASSERT_EQ(teleport.connects, 2);
  advance(81s);
  EXPECT_EQ(teleport.connects, 3);
}

TEST_F(TeleportSessions, ARenewalThatFailsKeepsTheSessionAndSaysSo) {
  context.env.config.renewal_interval = 60s;
  start();
  refuse(trouble::locked, "lock targeting the bot");
  advance(5min);
  EXPECT_TRUE(connected());
  EXPECT_EQ(told.back().what, hindered::renewing);
  EXPECT_EQ(told.back().reason, trouble::locked);
  get("a");
  EXPECT_THAT(answers, ElementsAre(text("a", errc::not_found)));
  teleport.refuse_connect = nullptr;
  advance(5min);
  EXPECT_GE(teleport.connects, 2);
  EXPECT_EQ(told.back().what, hindered::nothing);
}

TEST_F(TeleportSessions, LastAsLongAsTheirCertificate) {
  start();
  refuse(trouble::locked, "lock targeting the bot");
  advance(59min);
  EXPECT_TRUE(connected());
  advance(1min + 10s);
  EXPECT_FALSE(connected());
  EXPECT_EQ(told.back().reason, trouble::locked);
  EXPECT_THAT(teleport.abandoned, ElementsAre(1));
  get("a");
  EXPECT_THAT(answers, ElementsAre(text("a", errc::connection)));
}

TEST_F(TeleportSessions, WhoseCertificateWasOldWhenItCameAreNotLostForAClock) {
  teleport.certificate_life = -2h;
  start();
  advance(30s);
  EXPECT_TRUE(connected());
  EXPECT_EQ(teleport.connects, 1) << "renews as fast as it can";
}

TEST_F(TeleportSessions, AreCountedByPurposeAndResult) {
  context.env.config.renewal_interval = 60s;
  const auto* joins = "teleport_operator_joins_total";
  start();
  EXPECT_EQ(context.metric(joins, {"connect", "ok"}), 1.0);
  advance(61s);
  EXPECT_EQ(context.metric(joins, {"renewal", "ok"}), 1.0);
  refuse(trouble::locked, "locked");
  advance(60s);
  EXPECT_GE(context.metric(joins, {"renewal", "locked"}), 1.0);
}

// -- rotations

TEST_F(TeleportSessions, AreRenewedOnceForAllEventsOfARotationStep) {
  start();
  for (int i = 0; i < 4; ++i) {
    teleport.authority_moved("host, phase update_clients");
    advance(2s);
  }
  EXPECT_EQ(teleport.connects, 1);
  advance(2s);
  EXPECT_EQ(teleport.connects, 2);
  EXPECT_THAT(context.log.lines("authority-moved"),
              ElementsAre(HasSubstr("host, phase update_clients")));
  advance(1min);
  EXPECT_EQ(teleport.connects, 2);
  teleport.authority_moved("host, phase standby");
  advance(11s);
  EXPECT_EQ(teleport.connects, 3);
}

TEST_F(TeleportSessions, ARotationThatIsToldDuringARenewalCausesAnotherOne) {
  start();
  teleport.hold_connect = true;
  advance(30min);
  ASSERT_THAT(teleport.connecting, SizeIs(1));
  teleport.authority_moved("user, phase standby");
  run();
  teleport.answer_connect();
  teleport.hold_connect = false;
  advance(11s);
  EXPECT_EQ(teleport.connects, 3);
}

TEST_F(TeleportSessions, ARotationThatIsToldAfterTheActorsDeathConcernsNobody) {
  start();
  const auto moved = teleport.authority_moved;
  kill(client);
  client = nullptr;
  moved("host, phase standby");
  run();
}

// -- connections that are of no use

TEST_F(TeleportSessions, ThatBreakBeforeACallIsAnsweredAreNotMadeWithoutAPause) {
  start();
  teleport.online = false;  // connects go on to succeed
  advance(10min);
  EXPECT_LE(teleport.connects, 40);
}

TEST_F(TeleportSessions, OneThatIsLostIsMadeAgainAtOnce) {
  start();
  get("a");
  teleport.online = false;
  advance(11s);
  teleport.online = true;
  EXPECT_TRUE(connected());
  EXPECT_EQ(teleport.connects, 2);
}

}  // namespace
}  // namespace actors::testing
