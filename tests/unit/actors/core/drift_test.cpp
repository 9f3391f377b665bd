#include "actors/core/drift.hpp"

#include <gtest/gtest.h>

namespace actors::core {
namespace {

using namespace std::chrono_literals;

TEST(SeenRevisions, KnowsTheLastFour) {
  seen_revisions seen;
  for (const auto* one : {"a", "b", "c", "d"}) seen.add(one);
  EXPECT_TRUE(seen.contains("a"));
  seen.add("d");
  EXPECT_TRUE(seen.contains("a")) << "the same one again pushes none out";
  seen.add("e");
  EXPECT_FALSE(seen.contains("a"));
  EXPECT_TRUE(seen.contains("b"));
  EXPECT_TRUE(seen.contains("e"));
}

TEST(SeenRevisions, AMissingRevisionIsNeverKnown) {
  seen_revisions seen;
  EXPECT_FALSE(seen.contains(""));
  seen.add("");
  EXPECT_FALSE(seen.contains(""));
}

struct look_case {
  verdict last;
  bool when_written;
  bool when_deleted;
};

TEST(Drift, OnlyThoseLookThatHaveSeenTheResourceAndAreNotLookingAnyway) {
  const look_case rows[] = {
      {verdict::in_sync, true, true},     {verdict::created, true, true},
      {verdict::updated, true, true},     {verdict::adopted, true, true},
      {verdict::healed, true, true},      {verdict::unowned, true, true},
      {verdict::rejected, true, true},    {verdict::deletion_blocked, false, true},
      {verdict::failed, false, false},    {verdict::disconnected, false, false},
      {verdict::conflict, false, false},  {verdict::invalid, false, false},
      {verdict::ignored, false, false},   {verdict::claimed, false, false},
      {verdict::unclaimed, false, false}, {verdict::not_admitted, false, false},
      {verdict::released, false, false},  {verdict::untouched, false, false},
      {verdict::reported, true, true},    {verdict::standby, false, false},
      {verdict::misnamed, false, false},  {verdict::out_of_scope, false, false},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(asks_for_a_look(row.last, false), row.when_written) << static_cast<int>(row.last);
    EXPECT_EQ(asks_for_a_look(row.last, true), row.when_deleted) << static_cast<int>(row.last);
  }
}

TEST(Drift, RepairsAreFreeAtFirstAndThenSlowDown) {
  for (unsigned repairs = 0; repairs <= 3; ++repairs) EXPECT_EQ(repair_wait(repairs, 0.5), 0ms);
  EXPECT_EQ(repair_wait(4, 0.0), 500ms);
  EXPECT_EQ(repair_wait(5, 0.0), 1s);
  EXPECT_EQ(repair_wait(100, 0.0), 150s);
}

}  // namespace
}  // namespace actors::core
