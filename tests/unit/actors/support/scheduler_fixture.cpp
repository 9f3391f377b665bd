#include "tests/unit/actors/support/scheduler_fixture.hpp"

#include <algorithm>

namespace actors::testing {

caf::actor_system_config& scheduler_fixture::deterministic(caf::actor_system_config& config) {
  config.set("scheduler.policy", caf::atom("testing"));
  config.set("logger.verbosity", caf::atom("quiet"));
  return config;
}

scheduler_fixture::scheduler_fixture()
    : system_(deterministic(config_)),
      sched_(dynamic_cast<caf::scheduler::test_coordinator&>(system_.scheduler())),
      self_(system_, true) {
  system_.await_actors_before_shutdown(false);
  // A clock at zero would make "never" and "now" look the same.
  sched_.clock().current_time += std::chrono::hours(1);
}

scheduler_fixture::~scheduler_fixture() {
  // The scheduler's own shutdown fires timers until none is left: for ever, if one sets the next.
  sched_.clock().cancel_all();
}

void scheduler_fixture::advance(std::chrono::nanoseconds by) {
  auto& clock = sched_.clock();
  const auto until = clock.now() + by;
  run();
  while (clock.has_pending_timeout() && clock.schedule().begin()->first <= until) {
    const auto due = clock.schedule().begin()->first;
    clock.advance_time(std::max(due - clock.now(), caf::timespan{0}));
    run();
  }
  clock.advance_time(until - clock.now());
  run();
}

}  // namespace actors::testing
