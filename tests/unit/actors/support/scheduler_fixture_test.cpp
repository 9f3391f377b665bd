#include "tests/unit/actors/support/scheduler_fixture.hpp"

#include <vector>

namespace actors::testing {
namespace {

using namespace std::chrono_literals;

class SchedulerFixture : public scheduler_fixture {};

/// Counts up by itself, one tick a second, and answers how many ticks there were.
/// Spawn functions take an argument here, needed or not: without one, CAF 0.17 binds a reference to
/// nothing, which the undefined-behaviour sanitizer reports.
caf::behavior ticker(caf::stateful_actor<int>* self, int first) {
  self->state = first;
  self->delayed_send(self, 1s, caf::tick_atom::value);
  return {[self](caf::tick_atom) {
            ++self->state;
            self->delayed_send(self, 1s, caf::tick_atom::value);
          },
          [self](caf::get_atom) { return self->state; }};
}

TEST_F(SchedulerFixture, RunDeliversMessagesButFiresNoTimer) {
  const auto it = system().spawn(ticker, 0);
  run();
  EXPECT_EQ(ask<int>(it, caf::get_atom::value), 0);
}

TEST_F(SchedulerFixture, AdvanceFiresChainedTimersInOrder) {
  const auto it = system().spawn(ticker, 0);
  advance(3500ms);
  EXPECT_EQ(ask<int>(it, caf::get_atom::value), 3);
  advance(500ms);
  EXPECT_EQ(ask<int>(it, caf::get_atom::value), 4);
}

TEST_F(SchedulerFixture, StepDeliversOneMessage) {
  std::vector<int> got;
  const auto it = system().spawn(
      [](caf::event_based_actor*, std::vector<int>* to) -> caf::behavior {
        return {[to](int value) { to->push_back(value); }};
      },
      &got);
  self()->send(it, 1);
  self()->send(it, 2);
  EXPECT_TRUE(got.empty());
  ASSERT_TRUE(step());
  EXPECT_EQ(got, std::vector<int>{1});
  run();
  EXPECT_EQ(got, (std::vector<int>{1, 2}));
}

TEST_F(SchedulerFixture, KillEndsAnActorWithItsTimers) {
  const auto it = system().spawn(ticker, 0);
  bool down = false;
  self()->monitor(it);
  kill(it);
  self()->receive(
      [&](const caf::down_msg& message) { down = message.reason == caf::exit_reason::kill; });
  EXPECT_TRUE(down);
}

}  // namespace
}  // namespace actors::testing
