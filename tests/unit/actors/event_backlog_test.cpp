#include "actors/event_backlog.hpp"

#include <gtest/gtest.h>

namespace actors {
namespace {

using namespace std::chrono_literals;
using messages::event_type;

constexpr monotonic_time start{1h};

waiting_event entry(std::string series, event_type type, int happened = 0) {
  waiting_event made;
  made.series = std::move(series);
  made.what.type = type;
  made.first = made.last = std::chrono::system_clock::time_point{std::chrono::seconds(happened)};
  made.due = start;
  return made;
}

waiting_event warning(std::string series, int happened = 0) {
  return entry(std::move(series), event_type::warning, happened);
}

waiting_event routine(std::string series, int happened = 0) {
  return entry(std::move(series), event_type::normal, happened);
}

bool anything(const waiting_event&) {
  return true;
}

/// The series in the order in which they are taken.
std::string drain(event_backlog& from, monotonic_time now = start) {
  std::string order;
  while (const auto next = from.take(now, anything)) order += next->series;
  return order;
}

TEST(EventBacklog, TakesWarningsFirstAndElseInOrder) {
  event_backlog it{9};
  it.add(routine("a"));
  it.add(warning("B"));
  it.add(routine("c"));
  it.add(warning("D"));
  EXPECT_EQ(drain(it), "BDac");
  EXPECT_EQ(it.size(), 0U);
}

TEST(EventBacklog, CountsRepeatsUp) {
  event_backlog it{9};
  it.add(routine("a", 10));
  it.add(routine("a", 30));
  it.add(routine("a", 20));
  ASSERT_EQ(it.size(), 1U);
  const auto got = it.take(start, anything);
  ASSERT_TRUE(got.has_value());
  EXPECT_EQ(got->count, 3);
  EXPECT_EQ(got->first.time_since_epoch(), 10s);
  EXPECT_EQ(got->last.time_since_epoch(), 30s);
}

TEST(EventBacklog, AFailedWriteThatComesBackKeepsItsNameAndItsWait) {
  event_backlog it{9};
  it.add(warning("A", 20));
  auto failed = warning("A", 10);
  failed.name = "cr.1";
  failed.attempts = 2;
  failed.due = start + 4s;
  it.add(failed);
  EXPECT_FALSE(it.take(start, anything).has_value());
  const auto got = it.take(start + 4s, anything);
  ASSERT_TRUE(got.has_value());
  EXPECT_EQ(got->name, "cr.1");
  EXPECT_EQ(got->attempts, 2U);
  EXPECT_EQ(got->count, 2);
}

TEST(EventBacklog, WhenFullRoutineNewsStayOut) {
  event_backlog it{2};
  it.add(warning("A"));
  it.add(routine("b"));
  const auto out = it.add(routine("c"));
  ASSERT_TRUE(out.has_value());
  EXPECT_EQ(out->series, "c");
  EXPECT_FALSE(it.add(routine("b")).has_value()) << "a repeat needs no room";
  EXPECT_EQ(drain(it), "Ab");
}

TEST(EventBacklog, WhenFullTheOldestRoutineNewsMakeRoomForAWarning) {
  event_backlog it{2};
  it.add(routine("a"));
  it.add(routine("b"));
  const auto out = it.add(warning("C"));
  ASSERT_TRUE(out.has_value());
  EXPECT_EQ(out->series, "a");
  it.add(warning("D"));
  const auto last = it.add(warning("E"));
  ASSERT_TRUE(last.has_value());
  EXPECT_EQ(last->series, "E") << "full of warnings";
  EXPECT_EQ(drain(it), "CD");
}

TEST(EventBacklog, PassesOverWhatMayNotGo) {
  event_backlog it{9};
  it.add(warning("A"));
  it.add(routine("b"));
  const auto not_a = [](const waiting_event& each) { return each.series != "A"; };
  EXPECT_EQ(it.take(start, not_a)->series, "b");
  EXPECT_FALSE(it.take(start, not_a).has_value());
  EXPECT_FALSE(it.next_due(not_a).has_value());
  EXPECT_EQ(it.size(), 1U);
}

TEST(EventBacklog, KnowsWhenTheNextIsDue) {
  event_backlog it{9};
  EXPECT_FALSE(it.next_due(anything).has_value());
  auto late = warning("A");
  late.due = start + 5s;
  auto later = routine("b");
  later.due = start + 9s;
  it.add(later);
  it.add(late);
  EXPECT_EQ(it.next_due(anything), start + 5s);
  EXPECT_EQ(drain(it, start + 5s), "A");
  EXPECT_EQ(it.next_due(anything), start + 9s);
}

}  // namespace
}  // namespace actors
