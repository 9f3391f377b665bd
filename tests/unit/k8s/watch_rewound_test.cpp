/// A server that was restored from a backup is behind what a watch has seen.

#include <gtest/gtest.h>

#include "tests/unit/k8s/watch_machine_support.hpp"

namespace k8s {
namespace {

using namespace test;

TEST(WatchMachine, AsksForTheServersVersionAfterALostConnection) {
  machine m;
  m.stream_from("100");
  m.fail(errc::connection);
  EXPECT_NE(action<ask_version>(m.put(timer_fired{})), nullptr);
  EXPECT_EQ(m.state.phase, watch_phase::probing);
  EXPECT_EQ(opened_version(m.put(version_told{"100"})), "100");
  m.put(watch_opened{});
  EXPECT_EQ(opened_version(m.put(watch_ended{3s})), "100") << "asked once";
}

TEST(WatchMachine, AsksForTheServersVersionAfterASilentStream) {
  machine m;
  m.stream_from("100");
  EXPECT_NE(action<ask_version>(m.put(watch_ended{90s, true})), nullptr);
  EXPECT_EQ(opened_version(m.put(version_told{"2000"})), "100");
}

TEST(WatchMachine, AsksAgainWhenTheQuestionIsLost) {
  machine m;
  m.stream_from("100");
  m.put(watch_ended{90s, true});
  EXPECT_EQ(waited(m.fail(errc::connection)), 800ms);
  EXPECT_NE(action<ask_version>(m.put(timer_fired{})), nullptr);
}

struct rewound_case {
  const char* seen;
  const char* told;
  bool lists;
};

class WatchMachineRewound : public testing::TestWithParam<rewound_case> {};

TEST_P(WatchMachineRewound, ListsWhenTheServerIsBehind) {
  machine m;
  m.stream_from(GetParam().seen);
  m.put(watch_ended{90s, true});
  const auto step = m.put(version_told{GetParam().told});
  EXPECT_EQ(action<fetch_page>(step) != nullptr, GetParam().lists);
  EXPECT_EQ(opened_version(step), GetParam().lists ? "(no stream)" : GetParam().seen);
}

INSTANTIATE_TEST_SUITE_P(
    Versions, WatchMachineRewound,
    testing::Values(rewound_case{"100", "99", true}, rewound_case{"1000", "999", true},
                    rewound_case{"100", "100", false}, rewound_case{"100", "101", false},
                    rewound_case{"999", "1000", false}, rewound_case{"100", "opaque", false}));

TEST(WatchMachine, SaysThatAListIsOlderThanWhatWasSeen) {
  machine m;
  m.stream_from("100");
  m.put(version_advanced{"120"});
  m.put(watch_ended{90s, true});
  m.put(version_told{"80"});
  EXPECT_TRUE(m.put(page_arrived{"t1", "80"}).rewound);
  EXPECT_TRUE(m.put(page_arrived{"", "80"}).rewound) << "every page of it";
  m.put(watch_opened{});
  m.put(version_advanced{"81"});
  m.fail(errc::gone);
  EXPECT_FALSE(m.put(page_arrived{"", "90"}).rewound) << "what is newest is new again";
}

TEST(WatchMachine, SaysSoAlsoWhenAnotherReasonLedToTheList) {
  machine m;
  m.stream_from("100");
  m.fail(errc::gone);
  EXPECT_TRUE(m.put(page_arrived{"", "80"}).rewound);
}

}  // namespace
}  // namespace k8s
