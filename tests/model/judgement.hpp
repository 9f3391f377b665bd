#pragma once

/// When is a state of the model right? What the operator promises once nobody disturbs it any more.

#include <string>

#include "tests/model/world.hpp"

namespace model {

/// Nothing is under way and no news are waiting: what happens next comes from outside, or from a
/// timer.
bool is_quiet(const world& in);

/// Empty when Teleport, finalizer and status are what the CR asks for, and the status says the
/// truth; else what is wrong. For states that are quiet.
std::string wrong_in(const world& in);

/// The state in a line, for traces.
std::string to_string(const world& in);

/// Keeps book of what the invariants need: called after each move.
void settle(world& in);

}  // namespace model
