#pragma once

/// What a failed call means for the pass that made it. Pure; part of the decision core (plan.hpp),
/// also called by the object actor when the answer of a write comes in.

#include <string>

#include "actors/core/plan.hpp"

namespace actors::core {

/// Teleport's side is not as it was when we looked. A create that finds nothing misses what the
/// resource refers to, which is no race.
bool looks_like_race(const teleport::error& failure, const observed& seen);

/// A write that lost a race is looked at again (verdict::conflict), a few times in a row.
verdict verdict_of(const teleport::error& failure, const observed& seen, bool deleting);
verdict verdict_of(const k8s::error& failure);

/// The call may have taken effect although it failed.
bool answer_was_lost(const teleport::error& failure);

/// This failure of a delete says that there is nothing to delete.
bool means_gone(const teleport::kind& kind, const teleport::error& failure);

/// ` (in use by user "alice")`: Teleport's refusal of a delete does not say who is in the way. At
/// most five are named; empty where nobody was found.
std::string held_up_text(const observed& seen);

}  // namespace actors::core
