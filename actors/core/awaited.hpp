#pragma once

/// What a CR waits for whose pass Teleport has refused. Pure. It only makes the next try come
/// sooner: the back-off goes on, so nothing depends on what is found here.

#include <vector>

#include "actors/core/plan.hpp"
#include "teleport/references.hpp"

namespace actors::core {

struct awaited {
  std::vector<teleport::named_resource> which;  ///< sorted; empty: nothing that is known of
  /// Try again when all of them have moved; else when one of them has.
  bool all = false;
};

/// After a pass that ended with this verdict:
///   - a refused write waits for those resources that the CR names, and Teleport's refusal too
///   - a refused deletion waits for those that were found to be in its way
/// A refusal is not understood beyond that: a name counts wherever it stands as a word.
awaited awaited_after(verdict what, const observed& seen);

/// Does the refusal name a resource that the CR needs? Then the write did not lose a race.
bool names_a_reference(const teleport::error& refusal, const observed& seen);

/// At most so many are waited for by one CR.
inline constexpr std::size_t most_awaited = 64;

}  // namespace actors::core
