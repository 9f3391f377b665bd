#include "tests/unit/actors/core/election_world.hpp"

namespace actors::core::testing {
namespace {

class ElectionTrouble : public two_candidates {};

TEST_F(ElectionTrouble, AHolderThatIsWrittenOverStepsDownAtTheNextLook) {
  a.round();
  server.edit_holder("thief");
  EXPECT_TRUE(a.mind.worth_a_look("thief"));
  a.round();
  EXPECT_FALSE(a.leads());
  EXPECT_EQ(a.mind.until(), 0s) << "not only at its deadline";
  EXPECT_EQ(server.stored->holder, "thief");
}

TEST_F(ElectionTrouble, AHolderWhoseLeaseIsDeletedMakesItAnew) {
  a.round();
  server.stored.reset();
  a.round();
  EXPECT_TRUE(a.leads());
  EXPECT_EQ(server.stored->holder, "a");
}

TEST_F(ElectionTrouble, AFollowerLeavesADeletedLeaseAloneForAsLongAsItsHolderPromised) {
  a.round();
  b.round();
  pass(10s);
  server.stored.reset();
  b.round();
  EXPECT_FALSE(b.leads()) << "the holder has not noticed yet";
  pass(14s);
  b.round();
  EXPECT_FALSE(b.leads());
  pass(1s);
  b.round();
  EXPECT_TRUE(b.leads());
  EXPECT_FALSE(a.leads());
}

TEST_F(ElectionTrouble, AFormerHolderTakesNoDeletedLeaseAtOnce) {
  a.round();
  pass(20s);  // a is cut off meanwhile
  b.round();
  pass(15s);
  b.round();
  ASSERT_TRUE(b.leads());
  server.stored.reset();
  a.round();
  EXPECT_FALSE(a.leads()) << "two lead";
  b.round();
  EXPECT_TRUE(b.leads());
}

TEST_F(ElectionTrouble, OfTwoThatTakeItOneGetsIt) {
  const auto wall = std::chrono::system_clock::time_point{};
  auto first = *a.mind.answered(server.ask(a.mind.begin(100s, wall)), 100s, wall);
  auto second = *b.mind.answered(server.ask(b.mind.begin(100s, wall)), 100s, wall);
  EXPECT_EQ(a.mind.answered(server.ask(first), 100s, wall), std::nullopt);
  auto look = b.mind.answered(server.ask(second), 100s, wall);
  ASSERT_TRUE(look);
  EXPECT_EQ(look->what, verb::get);
  EXPECT_EQ(b.mind.answered(server.ask(*look), 100s, wall), std::nullopt);
  EXPECT_TRUE(a.mind.leads(101s));
  EXPECT_FALSE(b.mind.leads(101s));
}

TEST_F(ElectionTrouble, ARoundEndsHoweverOftenOthersAreFaster) {
  server.put({.key = where, .duration = 15s});
  server.refuses = errc::conflict;
  a.round();
  EXPECT_LE(server.asked.size(), 4U);
}

TEST_F(ElectionTrouble, ARenewalWithoutAnAnswerIsLookedAfter) {
  a.round();
  pass(2s);
  server.loses_answers = true;
  a.round();
  EXPECT_TRUE(a.leads()) << "by the renewal before";
  const auto until = a.mind.until();
  server.loses_answers = false;
  pass(2s);
  server.asked.clear();
  a.round();
  EXPECT_EQ(server.asked, (std::vector{verb::get, verb::update}));
  EXPECT_GT(a.mind.until(), until);
  EXPECT_EQ(server.stored->transitions, 0);
}

class ElectionRefusal : public two_candidates, public ::testing::WithParamInterface<errc> {};

TEST_P(ElectionRefusal, EndsTheLeadAtItsDeadlineAndTheRest) {
  a.round();
  server.refuses = GetParam();
  a.rounds(8s);
  EXPECT_TRUE(a.leads());
  a.rounds(2s);
  EXPECT_FALSE(a.leads());
  server.refuses.reset();
  a.round();
  EXPECT_TRUE(a.leads()) << "nobody has taken it meanwhile";
  EXPECT_EQ(server.stored->transitions, 0);
}
INSTANTIATE_TEST_SUITE_P(Each, ElectionRefusal,
                         ::testing::Values(errc::connection, errc::server_error, errc::forbidden,
                                           errc::unauthorized, errc::throttled, errc::bad_answer,
                                           errc::invalid, errc::not_served, errc::cancelled));

TEST_F(ElectionTrouble, AfterAPauseTheFirstLookTellsWhoLeads) {
  a.round();
  b.round();
  pass(15s);
  b.round();
  ASSERT_TRUE(b.leads());
  EXPECT_FALSE(a.leads()) << "before anything is asked";
  a.round();
  EXPECT_FALSE(a.leads());
  EXPECT_EQ(server.stored->holder, "b");
}

/// It decided on an answer of before its pause.
TEST_F(ElectionTrouble, AFollowerThatWasPausedTakesNothingThatWasRenewedMeanwhile) {
  a.round();
  const auto wall = std::chrono::system_clock::time_point{};
  b.round();
  const auto request = b.mind.begin(b.now(), wall);
  const auto answer = server.ask(request);
  a.base += 30s;
  a.round();
  auto next = b.mind.answered(answer, b.now() + 30s, wall);
  while (next) next = b.mind.answered(server.ask(*next), b.now() + 30s, wall);
  EXPECT_FALSE(b.mind.leads(b.now() + 30s));
  EXPECT_TRUE(a.leads());
}

}  // namespace
}  // namespace actors::core::testing
