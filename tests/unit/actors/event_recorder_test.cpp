#include "actors/event_recorder.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "tests/unit/actors/support/fake_kube.hpp"
#include "tests/unit/actors/support/scheduler_fixture.hpp"
#include "tests/unit/actors/support/test_environment.hpp"

namespace actors::testing {
namespace {

using namespace std::chrono_literals;
using messages::event_type;
using nlohmann::json;

/// Holds what must outlive the actor system of the base class that comes after it.
struct recorder_world {
  test_environment world;
  fake_kube kube;
  teleport::kind role;
};

class EventRecorder : private recorder_world, public scheduler_fixture {
 protected:
  EventRecorder() {
    role.cr_kind = "TeleportRoleV7";
    kube_actor_ = spawn_fake_kube(system(), kube);
    recorder_ = spawn_event_recorder(system(), world.env, kube_actor_);
    run();
  }
  ~EventRecorder() override {
    kill(recorder_);
    kill(kube_actor_);
  }

  void answer_open() {
    self()->send(kube_actor_, messages::kube_answered{0, fake_kube::success()});
    run();
  }

  void record(event_type type, const std::string& name, const std::string& note = "note") {
    self()->send(recorder_,
                 messages::record_event{
                     type,
                     {"resources.teleport.dev/v1", role.cr_kind, {"prod", name}, "uid-" + name},
                     "Reason",
                     note});
    run();
  }
  void warn(const std::string& name, const std::string& note = "note") {
    record(event_type::warning, name, note);
  }
  void tell(const std::string& name, const std::string& note = "note") {
    record(event_type::normal, name, note);
  }

  static json body(const fake_kube::call& of) { return json::parse(of.body); }
  /// "verb object" of every call so far, creates by their Event's name without the stamp.
  std::vector<std::string> calls() const {
    std::vector<std::string> all;
    for (const auto& call : kube.calls) {
      const std::string name =
          call.verb == "create" ? std::string(body(call).at("metadata").at("name")) : call.key.name;
      all.push_back(call.verb + " " + name.substr(0, name.rfind('.')));
    }
    return all;
  }
  double recorded(const char* type) const {
    return world.metric("teleport_operator_events_recorded_total", {type});
  }
  double dropped(const char* type) const {
    return world.metric("teleport_operator_events_dropped_total", {type});
  }

  using recorder_world::kube;
  using recorder_world::world;
  messages::kube_client_actor kube_actor_;
  messages::event_recorder_actor recorder_;
};

using ::testing::ElementsAre;
using ::testing::SizeIs;

TEST_F(EventRecorder, WritesAnEventInTheNamespaceOfItsResource) {
  tell("admin");
  ASSERT_THAT(kube.calls, SizeIs(1));
  const auto& call = kube.calls[0];
  EXPECT_EQ(call.verb, "create");
  EXPECT_EQ(call.type, (k8s::resource_type{"", "v1", "Event", "events"}));
  EXPECT_EQ(call.key.ns, "prod");
  EXPECT_EQ(body(call).at("involvedObject").at("uid"), "uid-admin");
  EXPECT_EQ(body(call).at("source").at("host"), "test-host");
  EXPECT_EQ(recorded("Normal"), 1);
  EXPECT_EQ(world.metric("teleport_operator_actors", {"event_recorder"}), 1);
}

TEST_F(EventRecorder, CountsARepeatUpInsteadOfWritingASecondEvent) {
  warn("admin");
  world.wall += 5s;
  warn("admin");
  warn("admin");
  ASSERT_THAT(calls(), ElementsAre("create admin", "patch admin", "patch admin"));
  EXPECT_EQ(kube.calls[1].key.name, body(kube.calls[0]).at("metadata").at("name"));
  EXPECT_EQ(body(kube.calls[1]), json({{"count", 2}, {"lastTimestamp", "2026-01-02T03:03:09Z"}}));
  EXPECT_EQ(body(kube.calls[2]).at("count"), 3);
}

TEST_F(EventRecorder, EventsOfOneMomentHaveDifferentNames) {
  tell("admin", "one");
  tell("admin", "two");
  ASSERT_THAT(calls(), ElementsAre("create admin", "create admin"));
  EXPECT_NE(body(kube.calls[0]).at("metadata").at("name"),
            body(kube.calls[1]).at("metadata").at("name"));
}

TEST_F(EventRecorder, RepeatsWhileAWriteIsUnderWayWaitForItsAnswer) {
  kube.respond = [](const auto&) { return std::nullopt; };
  for (int i = 0; i < 3; ++i) warn("admin");
  EXPECT_THAT(calls(), ElementsAre("create admin"));
  answer_open();
  ASSERT_THAT(calls(), ElementsAre("create admin", "patch admin"));
  EXPECT_EQ(body(kube.calls[1]).at("count"), 3);
}

TEST_F(EventRecorder, FewWritesAreInFlightAndWarningsGoFirst) {
  kube.respond = [](const auto&) { return std::nullopt; };
  for (const auto* name : {"a", "b", "c", "d", "e"}) tell(name);
  warn("w");
  EXPECT_THAT(kube.calls, SizeIs(4));
  answer_open();
  EXPECT_THAT(calls(),
              ElementsAre("create a", "create b", "create c", "create d", "create w", "create e"));
}

TEST_F(EventRecorder, ABurstIsSpreadOverTime) {
  for (int i = 0; i < 60; ++i) tell("r" + std::to_string(i));
  EXPECT_THAT(kube.calls, SizeIs(50));
  advance(1s);
  EXPECT_THAT(kube.calls, SizeIs(55));
  advance(1s);
  EXPECT_THAT(kube.calls, SizeIs(60));
  advance(1h);
  EXPECT_THAT(kube.calls, SizeIs(60));
  EXPECT_EQ(recorded("Normal"), 60);
}

TEST_F(EventRecorder, OneResourceCannotFloodItsHistory) {
  for (int i = 0; i < 40; ++i) warn("admin", "note " + std::to_string(i));
  EXPECT_THAT(kube.calls, SizeIs(25));
  EXPECT_EQ(dropped("Warning"), 15);
  warn("other");
  EXPECT_THAT(kube.calls, SizeIs(26));
}

TEST_F(EventRecorder, WhatDoesNotFitInTheQueueIsDroppedAndCounted) {
  kube.respond = [](const auto&) { return std::nullopt; };
  for (int i = 0; i < 4 + 256; ++i) tell("r" + std::to_string(i));
  EXPECT_EQ(dropped("Normal"), 0);
  tell("late");
  EXPECT_EQ(dropped("Normal"), 1);
  warn("important");
  EXPECT_EQ(dropped("Normal"), 2);
  EXPECT_EQ(dropped("Warning"), 0);
}

TEST_F(EventRecorder, AWarningIsTriedAgainWithTheSameName) {
  kube.respond = [](const auto&) { return fake_kube::failure(k8s::errc::connection); };
  warn("admin");
  ASSERT_THAT(kube.calls, SizeIs(1));
  kube.respond = [](const auto&) { return fake_kube::success(); };
  advance(5s);
  ASSERT_THAT(calls(), ElementsAre("create admin", "create admin"));
  EXPECT_EQ(body(kube.calls[0]).at("metadata").at("name"),
            body(kube.calls[1]).at("metadata").at("name"));
  EXPECT_EQ(recorded("Warning"), 1);
  EXPECT_EQ(dropped("Warning"), 0);
}

TEST_F(EventRecorder, AWarningIsGivenUpAfterAFewTries) {
  kube.respond = [](const auto&) { return fake_kube::failure(k8s::errc::server_error); };
  warn("admin");
  advance(10min);
  EXPECT_THAT(kube.calls, SizeIs(5));
  EXPECT_EQ(dropped("Warning"), 1);
}

TEST_F(EventRecorder, RoutineNewsAreNotTriedAgain) {
  kube.respond = [](const auto&) { return fake_kube::failure(k8s::errc::connection); };
  tell("admin");
  advance(10min);
  EXPECT_THAT(kube.calls, SizeIs(1));
  EXPECT_EQ(dropped("Normal"), 1);
}

TEST_F(EventRecorder, AWriteThatHadGotThroughAfterAllCountsAsWritten) {
  kube.respond = [](const auto&) { return fake_kube::failure(k8s::errc::connection); };
  warn("admin");
  kube.respond = [](const auto&) { return fake_kube::failure(k8s::errc::already_exists); };
  advance(5s);
  EXPECT_EQ(recorded("Warning"), 1);
  kube.respond = [](const auto&) { return fake_kube::success(); };
  warn("admin");
  EXPECT_EQ(kube.calls.back().verb, "patch");
}

TEST_F(EventRecorder, AnExpiredEventBeginsANewSeries) {
  warn("admin");
  kube.respond = [](const fake_kube::call& call) {
    return call.verb == "patch" ? fake_kube::failure(k8s::errc::not_found) : fake_kube::success();
  };
  warn("admin");
  ASSERT_THAT(calls(), ElementsAre("create admin", "patch admin", "create admin"));
  EXPECT_EQ(body(kube.calls[2]).at("count"), 1);
  EXPECT_NE(body(kube.calls[2]).at("metadata").at("name"),
            body(kube.calls[0]).at("metadata").at("name"));
}

TEST_F(EventRecorder, WithoutTheRightToPatchRepeatsAreDroppedAndItIsSaidOnce) {
  kube.respond = [](const fake_kube::call& call) {
    return call.verb == "patch" ? fake_kube::failure(k8s::errc::forbidden) : fake_kube::success();
  };
  for (int i = 0; i < 4; ++i) warn("admin");
  warn("other");
  EXPECT_THAT(calls(), ElementsAre("create admin", "patch admin", "create other"));
  EXPECT_EQ(dropped("Warning"), 3);
  EXPECT_EQ(world.log.count("event-repeats-forbidden"), 1U);
}

TEST_F(EventRecorder, WithoutTheRightToCreateItIsSaidOnce) {
  kube.respond = [](const auto&) { return fake_kube::failure(k8s::errc::forbidden); };
  warn("a");
  warn("b");
  EXPECT_EQ(dropped("Warning"), 2);
  EXPECT_EQ(world.log.count("events-forbidden"), 1U);
}

TEST_F(EventRecorder, GoesOnWithANewKubeClient) {
  fake_kube second;
  const auto now = spawn_fake_kube(system(), second);
  self()->send(recorder_, messages::kube_replaced{now});
  run();
  tell("admin");
  EXPECT_THAT(kube.calls, SizeIs(0));
  EXPECT_THAT(second.calls, SizeIs(1));
  kill(now);
}

TEST_F(EventRecorder, AWarningSurvivesTheDeathOfKubeClient) {
  fake_kube dying;
  dying.respond = [](const auto&) { return std::nullopt; };
  const auto first = spawn_fake_kube(system(), dying);
  self()->send(recorder_, messages::kube_replaced{first});
  run();
  warn("admin");
  ASSERT_THAT(dying.calls, SizeIs(1));
  kill(first);
  fake_kube second;
  const auto now = spawn_fake_kube(system(), second);
  self()->send(recorder_, messages::kube_replaced{now});
  // The request was taken and never answered: its timeout ends it.
  advance(messages::request_timeout + 5s);
  EXPECT_THAT(second.calls, SizeIs(1));
  EXPECT_EQ(recorded("Warning"), 1);
  kill(now);
}

}  // namespace
}  // namespace actors::testing
