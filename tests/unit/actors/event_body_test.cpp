#include "actors/event_body.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace actors {
namespace {

using nlohmann::json;

messages::record_event sample() {
  return {messages::event_type::warning,
          {"resources.teleport.dev/v1", "TeleportRoleV7", {"prod", "admin"}, "uid-1"},
          "TeleportError",
          "it said \"no\""};
}

TEST(EventBody, IsACoreEventAboutTheResource) {
  waiting_event event;
  event.what = sample();
  event.name = "admin.1f";
  event.count = 2;
  event.first = std::chrono::system_clock::from_time_t(1'767'322'984);
  event.last = event.first + std::chrono::seconds(60);
  EXPECT_EQ(json::parse(event_body(event, {"teleport-operator", "pod-1"})), json::parse(R"({
    "apiVersion": "v1",
    "kind": "Event",
    "metadata": {"name": "admin.1f", "namespace": "prod"},
    "involvedObject": {
      "apiVersion": "resources.teleport.dev/v1", "kind": "TeleportRoleV7",
      "namespace": "prod", "name": "admin", "uid": "uid-1"
    },
    "type": "Warning",
    "reason": "TeleportError",
    "message": "it said \"no\"",
    "count": 2,
    "firstTimestamp": "2026-01-02T03:03:04Z",
    "lastTimestamp": "2026-01-02T03:04:04Z",
    "source": {"component": "teleport-operator", "host": "pod-1"},
    "reportingComponent": "teleport-operator",
    "reportingInstance": "pod-1"
  })"));
}

TEST(EventBody, ARepeatOnlyCountsUp) {
  EXPECT_EQ(json::parse(repeat_body(7, std::chrono::system_clock::from_time_t(1'767'322'984))),
            json::parse(R"({"count": 7, "lastTimestamp": "2026-01-02T03:03:04Z"})"));
}

TEST(EventBody, BytesThatAreNoTextDoNotBreakIt) {
  waiting_event event;
  event.what = sample();
  event.what.note = "a\xff";
  EXPECT_EQ(json::parse(event_body(event, {})).at("message"), "a\xef\xbf\xbd");
}

TEST(EventNote, IsCutBetweenTwoCharacters) {
  EXPECT_EQ(cut_note("short"), "short");
  EXPECT_EQ(cut_note(std::string(1024, 'a')), std::string(1024, 'a'));
  EXPECT_EQ(cut_note(std::string(1025, 'a')), std::string(1024, 'a'));
  // The euro sign has three bytes; each of its possible places at the border.
  for (std::size_t before = 1021; before < 1024; ++before) {
    const std::string head(before, 'a');
    const auto got = cut_note(head + "\u20ac" + "tail");
    EXPECT_EQ(got, before == 1021 ? head + "\u20ac" : head) << before;
  }
}

TEST(EventSeries, IsSharedOnlyByRepeats) {
  const auto one = sample();
  EXPECT_EQ(series_of(one), series_of(sample()));
  auto other = one;
  other.about.uid = "uid-2";
  EXPECT_NE(series_of(other), series_of(one));
  other = one;
  other.type = messages::event_type::normal;
  EXPECT_NE(series_of(other), series_of(one));
  other = one;
  other.reason = "Other";
  EXPECT_NE(series_of(other), series_of(one));
  other = one;
  other.note = "other";
  EXPECT_NE(series_of(other), series_of(one));
}

TEST(EventName, IsThatOfTheResourceWithAStamp) {
  EXPECT_EQ(event_name("admin", 0x1f), "admin.1f");
  EXPECT_EQ(event_name("admin", ~0ULL), "admin.ffffffffffffffff");
}

TEST(EventName, StaysAValidNameWhenTheResourcesIsLong) {
  EXPECT_EQ(event_name(std::string(253, 'a'), 0x1f), std::string(250, 'a') + ".1f");
  EXPECT_EQ(event_name(std::string(248, 'a') + "-." + "bcd", 0x1f), std::string(248, 'a') + ".1f");
}

}  // namespace
}  // namespace actors
