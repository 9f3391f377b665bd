/// Many custom resources through an outage: what waiting costs, and how they come back.

#include <gmock/gmock.h>

#include "tests/unit/actors/support/operator_world.hpp"

namespace actors::testing {
namespace {

using namespace std::chrono_literals;
using teleport::errc;
using teleport::trouble;

constexpr unsigned many = 1000;

class TeleportOutage : public operator_world {
 protected:
  static std::string name(unsigned number) { return "r" + std::to_string(number); }

  void apply_all(const char* spec) {
    for (unsigned i = 0; i < many; ++i) api.apply(key(name(i)), spec);
  }
  void go_away() {
    teleport.online = false;
    teleport.refuse_connect = [] {
      return teleport::connect_failure{{errc::connection, "no route"}, false, trouble::unreachable};
    };
  }
  void come_back() {
    teleport.online = true;
    teleport.refuse_connect = nullptr;
  }
  unsigned in_sync() const {
    unsigned count = 0;
    for (unsigned i = 0; i < many; ++i) count += ready(name(i)) == "True NoError" ? 1U : 0U;
    return count;
  }
  /// All are edited while Teleport is away, and know it.
  void all_wait() {
    apply_all(root_spec);
    start();
    ASSERT_EQ(in_sync(), many);
    go_away();
    pass(11s);
    apply_all(other_spec);
    pass(5s);
    ASSERT_EQ(in_sync(), 0U);
  }
};

TEST_F(TeleportOutage, WaitingCostsNoTimerAndNoMessageForEachObject) {
  all_wait();
  pass(messages::request_timeout);  // the clock keeps those of requests, answered or not
  // Those of requests with which Events are written, a few each second.
  EXPECT_LE(sched().clock().schedule().size(), many / 4) << "each object has a timer";
  hooks.points.clear();
  const auto writes_before = writes();
  teleport.counts.clear();
  std::size_t delivered = 0;
  for (int second = 0; second < 600; ++second) {
    sched().clock().advance_time(1s);
    delivered += run();
  }
  // The prober's attempts, each with a word to the root.
  EXPECT_LE(delivered, 5000U);
  EXPECT_EQ(writes(), writes_before);
  EXPECT_EQ(teleport_calls(), 0);
}

TEST_F(TeleportOutage, AllAreInSyncSoonAfterItsEnd) {
  all_wait();
  pass(1min);
  come_back();
  pass(2s);
  EXPECT_EQ(in_sync(), many);
}

TEST_F(TeleportOutage, TheyComeBackGradually) {
  all_wait();
  teleport.hold = true;
  come_back();
  pass(1s);
  std::vector<std::size_t> at_once;
  for (int round = 0; round < 5; ++round) {
    at_once.push_back(teleport.pending.size());
    for (auto left = teleport.pending.size(); left > 0; --left) teleport.answer(0);
    settle();
  }
  ASSERT_GE(at_once.size(), 2U);
  EXPECT_EQ(at_once.front(), 1U) << "one list comes first";
  EXPECT_LE(at_once.at(1), 4U);
  for (std::size_t i = 2; i < at_once.size(); ++i)
    EXPECT_LE(at_once.at(i), 2 * std::max<std::size_t>(at_once.at(i - 1), 4U));
}

TEST_F(TeleportOutage, TheClientMayDieInIt) {
  all_wait();
  kill_newest("teleport_client");
  pass(10s);
  come_back();
  pass(3s);
  EXPECT_EQ(in_sync(), many);
}

TEST_F(TeleportOutage, TheClientMayDieWhenItIsOver) {
  all_wait();
  teleport.hold = true;
  come_back();
  pass(1s);
  kill_newest("teleport_client");
  teleport.hold = false;
  while (!teleport.pending.empty()) teleport.answer(0);
  pass(3s);
  EXPECT_EQ(in_sync(), many);
}

}  // namespace
}  // namespace actors::testing
