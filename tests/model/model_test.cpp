/// Every state that one CR can get into, within a stated number of things that go wrong. By default
/// as much as a run of the unit tests can afford; MODEL_DEPTH=deep explores what
/// docs/reliability.md states (a minute).

#include <cstdio>
#include <cstdlib>
#include <string>

#include <gmock/gmock.h>

#include "tests/model/scenarios.hpp"

namespace model {
namespace {

struct extent {
  const char* scenario;
  server of;
  budget left;  ///< events, losses, crashes
};

bool is_deep() {
  const auto* depth = std::getenv("MODEL_DEPTH");  // NOLINT(concurrency-mt-unsafe)
  return depth != nullptr && std::string{depth} == "deep";
}

std::string text_of(const findings& found) {
  std::string text = found.problem + '\n';
  for (const auto& line : found.trace) text += "  " + line + '\n';
  return text;
}

std::string name_of(const extent& one) {
  static constexpr const char* servers[] = {"Conditional", "Overwriting", "WithoutEvents"};
  return std::string{one.scenario} + servers[static_cast<int>(one.of)] +
         std::to_string(one.left.events) + std::to_string(one.left.losses) +
         std::to_string(one.left.crashes);
}

class Model : public ::testing::TestWithParam<extent> {};

TEST_P(Model, IsSafeAndComesToRestInTheRightPlace) {
  const auto& one = GetParam();
  const auto named = make_scenario(one.scenario, one.of, one.left);
  const auto found = explore(named.from, named.what);
  EXPECT_EQ(found.problem, "") << text_of(found);
  EXPECT_TRUE(found.complete);
  EXPECT_GT(found.states, 1000U) << "the set is smaller than it was meant to be";
  EXPECT_GT(found.ends, 10U);
  RecordProperty("states", std::to_string(found.states));
  RecordProperty("transitions", std::to_string(found.transitions));
  RecordProperty("depth", std::to_string(found.depth));
  std::printf("%s: %zu states, %zu transitions, depth %zu, rests in %zu ways, %.1f s\n",
              name_of(one).c_str(), found.states, found.transitions, found.depth, found.ends,
              found.seconds);
}

constexpr extent quick[] = {
    {"people", server::conditional, {2, 0, 0}},  {"people", server::conditional, {1, 1, 1}},
    {"people", server::overwriting, {2, 0, 0}},  {"people", server::without_events, {2, 0, 0}},
    {"others", server::conditional, {2, 0, 0}},  {"others", server::overwriting, {1, 1, 1}},
    {"others", server::overwriting, {2, 0, 0}},  {"others", server::without_events, {2, 0, 0}},
    {"trouble", server::conditional, {2, 0, 0}}, {"trouble", server::conditional, {1, 1, 1}},
    {"trouble", server::overwriting, {2, 0, 0}}, {"trouble", server::without_events, {1, 1, 1}},
};

constexpr extent deep[] = {
    {"people", server::conditional, {3, 0, 0}},     {"people", server::conditional, {1, 1, 1}},
    {"people", server::overwriting, {3, 0, 0}},     {"people", server::overwriting, {1, 1, 1}},
    {"people", server::without_events, {3, 0, 0}},  {"people", server::without_events, {1, 1, 1}},
    {"others", server::conditional, {3, 0, 0}},     {"others", server::conditional, {1, 1, 1}},
    {"others", server::overwriting, {3, 0, 0}},     {"others", server::overwriting, {1, 1, 1}},
    {"others", server::without_events, {3, 0, 0}},  {"others", server::without_events, {1, 1, 1}},
    {"trouble", server::conditional, {3, 0, 0}},    {"trouble", server::conditional, {1, 1, 1}},
    {"trouble", server::overwriting, {3, 0, 0}},    {"trouble", server::overwriting, {1, 1, 1}},
    {"trouble", server::without_events, {3, 0, 0}}, {"trouble", server::without_events, {1, 1, 1}},
};

std::vector<extent> extents() {
  if (is_deep()) return {std::begin(deep), std::end(deep)};
  return {std::begin(quick), std::end(quick)};
}

INSTANTIATE_TEST_SUITE_P(Explored, Model, ::testing::ValuesIn(extents()),
                         [](const auto& one) { return name_of(one.param); });

TEST(Model, StatesAreTheSameUnderOtherNamesOfVersionsAndRevisions) {
  auto small = make_scenario("people", server::conditional, {1, 0, 0});
  // A world in which a lot has happened before, and nothing is left of it.
  auto shifted = small;
  for (auto& world : shifted.from) {
    if (world.cr) continue;
    world.last_version += 5;
    world.last_revision += 7;
    world.last_uid += 3;
  }
  const auto found = explore(small.from, small.what);
  EXPECT_EQ(found.problem, "");
  EXPECT_EQ(explore(shifted.from, small.what).states, found.states);
}

}  // namespace
}  // namespace model
