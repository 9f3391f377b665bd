#pragma once

/// Explores all states that can be reached, breadth first, and judges them:
///   - every effect on Kubernetes or Teleport: the safety invariants (servers.cpp)
///   - from every state, once the environment stops: in whatever order the moves of the system
///     come, it comes to rest, and in the right place (system_graph.hpp, judgement.hpp). Also when
///     trouble stays: refusals, no connection

#include <cstddef>
#include <string>
#include <vector>

#include "tests/model/moves.hpp"

namespace model {

struct findings {
  std::size_t states = 0;
  std::size_t transitions = 0;
  std::size_t depth = 0;  ///< moves on the longest of the shortest ways to a state
  std::size_t ends = 0;   ///< sets of states in which the system rests
  bool complete = true;   ///< false: there are more states than were allowed
  double seconds = 0;
  std::string problem;             ///< empty, or the invariant that does not hold
  std::vector<std::string> trace;  ///< how it comes to that, a line for each move
};

constexpr std::size_t any_number = 0xfffffff0;

/// Stops at the first problem. The trace is a shortest one.
findings explore(const std::vector<world>& from, const scenario& of,
                 std::size_t most_states = any_number);

/// The state in which the system comes to rest if nobody disturbs it: its moves one after another,
/// the first that is possible each time.
world at_rest(world in, const scenario& of);

}  // namespace model
