#pragma once

/// An actor system whose scheduler and clock a test drives by hand: no thread, no sleep. Base class
/// for the fixtures of actor tests.
///
///   run()        delivers messages until every mailbox is empty; no timer fires
///   step()       delivers one message
///   advance(d)   moves the clock by d, fires the timers due until then in order, delivers
///   self()       a scoped actor, to send and to receive answers with
///
/// `advance` delivers after each timer, so a chain of short timers within `d` runs as it would in
/// real time. Actors that are still alive at the end are dropped with the system; their timers are
/// cancelled first.

#include <chrono>
#include <string>

#include <caf/all.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <gtest/gtest.h>

namespace actors::testing {

class scheduler_fixture : public ::testing::Test {
 public:
  scheduler_fixture();
  ~scheduler_fixture() override;

  caf::actor_system& system() { return system_; }
  caf::scheduler::test_coordinator& sched() { return sched_; }
  caf::scoped_actor& self() { return self_; }

  bool step() { return sched_.try_run_once(); }

  std::size_t run() {
    std::size_t delivered = 0;
    while (step()) ++delivered;
    return delivered;
  }

  void advance(std::chrono::nanoseconds by);

  /// Ends the actor as `exit_reason::kill` does, and delivers what follows from it.
  template <class Handle>
  void kill(const Handle& who) {
    self_->send_exit(who, caf::exit_reason::kill);
    run();
  }

  /// Sends a request to a typed actor, delivers all messages, and returns its answer. An error
  /// fails the test and yields a default value.
  template <class Answer, class Handle, class Message>
  Answer ask(const Handle& who, Message message) {
    Answer answer{};
    auto pending = self_->request(who, caf::infinite, std::move(message));
    run();
    pending.receive([&](Answer& got) { answer = std::move(got); },
                    [&](const caf::error& why) { ADD_FAILURE() << system_.render(why); });
    return answer;
  }

 private:
  static caf::actor_system_config& deterministic(caf::actor_system_config& config);

  caf::actor_system_config config_;
  caf::actor_system system_;
  caf::scheduler::test_coordinator& sched_;
  caf::scoped_actor self_;
};

}  // namespace actors::testing
