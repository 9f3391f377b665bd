/// Where a system comes to rest.

#include "tests/model/system_graph.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace model {
namespace {

struct arrow {
  std::uint32_t to;
  bool effect = false;
};
struct node {
  standing of;
  std::vector<arrow> moves;
};

system_graph graph_of(const std::vector<node>& nodes) {
  system_graph graph;
  for (const auto& one : nodes) graph.add_state(one.of);
  for (const auto& one : nodes) {
    graph.begin_moves();
    for (const auto& move : one.moves) graph.add_move(move.to, move.effect);
  }
  return graph;
}

TEST(SystemGraph, RestsInARightState) {
  auto graph = graph_of({{standing::busy, {{1, true}}}, {standing::right, {}}});
  EXPECT_FALSE(graph.find_unrest());
  EXPECT_EQ(graph.ends(), 1U);
}

TEST(SystemGraph, AWrongStateThatIsLeftAgainIsNoEnd) {
  auto graph = graph_of({{standing::wrong, {{1}}}, {standing::right, {}}});
  EXPECT_FALSE(graph.find_unrest());
}

TEST(SystemGraph, FindsAWrongEnd) {
  auto graph =
      graph_of({{standing::busy, {{1}, {2}}}, {standing::right, {}}, {standing::wrong, {}}});
  const auto found = graph.find_unrest();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->state, 2U);
}

TEST(SystemGraph, FindsEffectsThatRepeat) {
  auto graph = graph_of(
      {{standing::right, {{1, true}}}, {standing::busy, {{0}, {2}}}, {standing::right, {}}});
  const auto found = graph.find_unrest();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->what, "C: writes for ever");
}

TEST(SystemGraph, LooksMayRepeat) {
  auto graph = graph_of({{standing::right, {{1}}}, {standing::busy, {{0}}}});
  EXPECT_FALSE(graph.find_unrest());
  EXPECT_EQ(graph.ends(), 1U);
}

TEST(SystemGraph, FindsWhatIsNeverQuiet) {
  auto graph = graph_of({{standing::busy, {{1}}}, {standing::busy, {{0}}}});
  const auto found = graph.find_unrest();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->what, "C: never comes to rest");
}

}  // namespace
}  // namespace model
