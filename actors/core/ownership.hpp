#pragma once

/// Whose is what: may this operator work on the CR, and is the resource that it found its own?
/// Pure; part of the decision core (plan.hpp).

#include <optional>
#include <string>

#include "actors/core/plan.hpp"

namespace actors::core {

/// Empty when the resource in Teleport is ours; else why not.
std::string foreign(const observed& seen);

/// Kinds that share their names with others (nodes): empty when the resource is of this one. Else
/// the refusal, in the official words (facts/operator-behaviour.md §3.1).
std::string wrong_subkind(const observed& seen);

/// The comparison of the CR's scope with the operator's; none for kinds that can't have one.
std::optional<scope_finding> scope_of(const observed& seen);
bool out_of_scope(const observed& seen);

}  // namespace actors::core
