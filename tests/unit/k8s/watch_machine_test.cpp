#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/k8s/watch_machine_support.hpp"

namespace k8s {
namespace {

using namespace std::chrono_literals;
using namespace test;
using std::chrono::milliseconds;

TEST(WatchMachine, ListsThenStreamsFromTheListsVersion) {
  machine m;
  const auto begun = m.put(watch_begins{});
  ASSERT_NE(action<fetch_page>(begun), nullptr);
  EXPECT_TRUE(action<fetch_page>(begun)->continue_token.empty());
  const auto listed = m.put(page_arrived{"", "42"});
  EXPECT_TRUE(listed.first_page);
  EXPECT_TRUE(listed.last_page);
  EXPECT_EQ(opened_version(listed), "42");
}

TEST(WatchMachine, FollowsContinueTokensAndMarksFirstAndLastPage) {
  machine m;
  m.put(watch_begins{});
  const auto first = m.put(page_arrived{"t1", ""});
  EXPECT_TRUE(first.first_page);
  EXPECT_FALSE(first.last_page);
  ASSERT_NE(action<fetch_page>(first), nullptr);
  EXPECT_EQ(action<fetch_page>(first)->continue_token, "t1");
  const auto middle_page = m.put(page_arrived{"t2", ""});
  EXPECT_FALSE(middle_page.first_page);
  EXPECT_FALSE(middle_page.last_page);
  const auto last = m.put(page_arrived{"", "7"});
  EXPECT_FALSE(last.first_page);
  EXPECT_TRUE(last.last_page);
  EXPECT_EQ(opened_version(last), "7");
}

TEST(WatchMachine, ResumesWithoutAListWhenToldAVersion) {
  machine m;
  EXPECT_EQ(opened_version(m.put(watch_begins{"99"})), "99");
}

TEST(WatchMachine, ReopensADroppedStreamAtTheLastVersionAtOnce) {
  machine m;
  m.stream_from("10");
  m.put(version_advanced{"11"});
  m.put(version_advanced{"15"});
  const auto step = m.put(watch_ended{3s});
  EXPECT_EQ(opened_version(step), "15");
  EXPECT_FALSE(step.trouble);
}

TEST(WatchMachine, BacksOffWhenStreamsEndAsSoonAsTheyOpen) {
  machine m;
  m.stream_from("10");
  EXPECT_EQ(waited(m.put(watch_ended{0ms})), 800ms);
  EXPECT_EQ(opened_version(m.put(timer_fired{})), "10");
  m.put(watch_opened{});
  EXPECT_EQ(waited(m.put(watch_ended{0ms})), 1600ms);
}

struct gone_case {
  const char* name;
  bool opened;  // the 410 came in the stream, not as the HTTP status
};

class WatchMachineGone : public testing::TestWithParam<gone_case> {};

TEST_P(WatchMachineGone, ListsAtOnceAndOnce) {
  machine m;
  m.put(watch_begins{"5"});
  if (GetParam().opened) {
    m.put(watch_opened{});
  }
  const auto step = m.fail(errc::gone);
  ASSERT_NE(action<fetch_page>(step), nullptr);
  EXPECT_TRUE(action<fetch_page>(step)->continue_token.empty());
  EXPECT_FALSE(step.trouble) << "a relist is routine";
  EXPECT_EQ(opened_version(m.put(page_arrived{"", "50"})), "50") << "never the old version again";
}

TEST_P(WatchMachineGone, BacksOffWhenTheNewVersionIsGoneToo) {
  machine m;
  m.put(watch_begins{"5"});
  milliseconds last{0};
  for (int round = 0; round < 4; ++round) {
    if (GetParam().opened) {
      m.put(watch_opened{});
    }
    const auto step = m.fail(errc::gone);
    if (round == 0) {
      EXPECT_NE(action<fetch_page>(step), nullptr);
    } else {
      EXPECT_GT(waited(step), last);
      last = waited(step);
      EXPECT_NE(action<fetch_page>(m.put(timer_fired{})), nullptr);
    }
    m.put(page_arrived{"", "6"});
  }
}

INSTANTIATE_TEST_SUITE_P(Both, WatchMachineGone,
                         testing::Values(gone_case{"AsStatus", false}, gone_case{"InStream", true}),
                         [](const auto& test) { return test.param.name; });

TEST(WatchMachine, ListsAnewWithoutPagesAfterAContinueTokenExpired) {
  machine m;
  m.put(watch_begins{});
  m.put(page_arrived{"t1", ""});
  const auto again = m.fail(errc::gone);
  ASSERT_NE(action<fetch_page>(again), nullptr);
  EXPECT_TRUE(action<fetch_page>(again)->whole_list);
  EXPECT_TRUE(action<fetch_page>(again)->continue_token.empty());
  const auto page = m.put(page_arrived{"", "9"});
  EXPECT_TRUE(page.first_page) << "the listener must forget the first try's page";
  EXPECT_TRUE(page.last_page);
}

TEST(WatchMachine, AsksForTheSamePageAgainAfterALostConnection) {
  machine m;
  m.put(watch_begins{});
  m.put(page_arrived{"t1", ""});
  EXPECT_EQ(waited(m.fail(errc::connection)), 800ms);
  const auto step = m.put(timer_fired{});
  ASSERT_NE(action<fetch_page>(step), nullptr);
  EXPECT_EQ(action<fetch_page>(step)->continue_token, "t1");
  EXPECT_FALSE(m.put(page_arrived{"", "9"}).first_page);
}

TEST(WatchMachine, DoublesItsWaitsUpToThirtySeconds) {
  machine m;
  m.stream_from("1");
  std::vector<milliseconds> waits;
  for (int i = 0; i < 8; ++i) {
    waits.push_back(waited(m.fail(errc::connection)));
    m.put(timer_fired{});
  }
  EXPECT_EQ(waits, (std::vector<milliseconds>{800ms, 1600ms, 3200ms, 6400ms, 12800ms, 25600ms,
                                              30000ms, 30000ms}));
}

TEST(WatchMachine, StaysWithinItsJitter) {
  for (const double dice : {0.0, 0.3, 0.99}) {
    machine m;
    m.stream_from("1");
    const auto step = m.put(watch_failed{error{.code = errc::connection}}, dice);
    EXPECT_GE(waited(step), 600ms);
    EXPECT_LE(waited(step), 1000ms);
  }
}

TEST(WatchMachine, ForgetsItsFailuresWithTheFirstEvent) {
  machine m;
  m.stream_from("1");
  for (int i = 0; i < 4; ++i) {
    m.fail(errc::connection);
    m.put(timer_fired{});
  }
  m.put(watch_opened{});
  m.put(version_advanced{"2"});
  EXPECT_EQ(waited(m.fail(errc::connection)), 800ms);
}

TEST(WatchMachine, NeverWaitsLessThanTheServerAsks) {
  for (const auto code : {errc::throttled, errc::server_error}) {
    machine m;
    m.stream_from("1");
    const auto step = m.put(watch_failed{error{.code = code, .retry_after = 7s}}, 0.0);
    EXPECT_EQ(waited(step), 7s);
  }
}

TEST(WatchMachine, DrawsLifetimesBetweenFiveAndTenMinutes) {
  for (const double dice : {0.0, 0.5, 0.999}) {
    machine m;
    const auto step = m.put(watch_begins{"1"}, dice);
    ASSERT_NE(action<open_stream>(step), nullptr);
    EXPECT_GE(action<open_stream>(step)->lifetime, 300s);
    EXPECT_LE(action<open_stream>(step)->lifetime, 600s);
  }
}

// -- what the listener is told -----------------------------------------------------------------

TEST(WatchMachine, TellsOfAMissingTypeOnceAndPolls) {
  machine m;
  m.put(watch_begins{});
  const auto first = m.fail(errc::not_served);
  ASSERT_TRUE(first.trouble);
  EXPECT_EQ(first.trouble->code, errc::not_served);
  EXPECT_EQ(waited(first), 5s);
  for (int i = 0; i < 10; ++i) {
    EXPECT_NE(action<fetch_page>(m.put(timer_fired{})), nullptr);
    const auto again = m.fail(errc::not_served);
    EXPECT_FALSE(again.trouble);
    EXPECT_EQ(waited(again), 5s)
        << "no growing back-off: the type should be picked up when it comes";
  }
  m.put(timer_fired{});
  m.put(page_arrived{"", "3"});
  EXPECT_TRUE(m.put(watch_opened{}).recovered);
}

TEST(WatchMachine, ListsAnewWhenATypeWentAndCame) {
  machine m;
  m.stream_from("10");
  m.fail(errc::not_served);
  EXPECT_NE(action<fetch_page>(m.put(timer_fired{})), nullptr);
}

TEST(WatchMachine, HealsOneLostConnectionInSilence) {
  machine m;
  m.stream_from("10");
  EXPECT_FALSE(m.fail(errc::connection).trouble);
  waited_out(m);
  EXPECT_FALSE(m.put(watch_opened{}).recovered);
}

TEST(WatchMachine, TellsOfALastingFailureOnceAndOfItsEnd) {
  machine m;
  m.stream_from("10");
  int told = 0;
  for (int i = 0; i < 6; ++i) {
    told += m.fail(errc::connection).trouble ? 1 : 0;
    waited_out(m);
  }
  EXPECT_EQ(told, 1);
  EXPECT_TRUE(m.put(watch_opened{}).recovered);
  EXPECT_EQ(m.state.version, "10") << "resumed, not listed";
}

TEST(WatchMachine, TellsAtOnceWhenItNeverWorked) {
  machine m;
  m.put(watch_begins{});
  EXPECT_TRUE(m.fail(errc::connection).trouble);
}

TEST(WatchMachine, SurfacesMissingRightsAndRetriesSlowly) {
  for (const auto code : {errc::forbidden, errc::unauthorized}) {
    machine m;
    m.stream_from("10");
    const auto step = m.fail(code);
    ASSERT_TRUE(step.trouble);
    EXPECT_EQ(step.trouble->code, code);
    EXPECT_EQ(waited(step), 5s);
    EXPECT_EQ(opened_version(m.put(timer_fired{})), "10");
  }
}

// -- a position that poisons -------------------------------------------------------------------

TEST(WatchMachine, DropsAVersionThatTheServerCallsInvalid) {
  machine m;
  m.put(watch_begins{"not-a-version"});
  EXPECT_GT(waited(m.fail(errc::invalid)), 0ms);
  EXPECT_NE(action<fetch_page>(m.put(timer_fired{})), nullptr);
}

struct poison_case {
  errc code;
  bool relists;
};

class WatchMachinePoison : public testing::TestWithParam<poison_case> {};

TEST_P(WatchMachinePoison, AfterFiveFailures) {
  machine m;
  m.stream_from("10");
  for (int i = 0; i < 5; ++i) {
    m.fail(GetParam().code);
    if (i < 4) {
      EXPECT_EQ(opened_version(waited_out(m)), "10");
    }
  }
  const auto step = waited_out(m);
  EXPECT_EQ(action<fetch_page>(step) != nullptr, GetParam().relists);
}

INSTANTIATE_TEST_SUITE_P(Codes, WatchMachinePoison,
                         testing::Values(poison_case{errc::server_error, true},
                                         poison_case{errc::bad_answer, true},
                                         poison_case{errc::connection, false},
                                         poison_case{errc::throttled, false}),
                         [](const auto& test) { return std::string(to_string(test.param.code)); });

}  // namespace
}  // namespace k8s
