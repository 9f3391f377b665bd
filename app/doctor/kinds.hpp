#pragma once

/// The kinds that an operator serves.

#include <vector>

#include "teleport/kind.hpp"

namespace app::doctor {

/// `scoped`: those of an operator with `-scope`.
inline std::vector<const teleport::kind*> kinds_that_run(bool scoped) {
  std::vector<const teleport::kind*> chosen;
  for (const auto& kind : teleport::all_kinds())
    if (!scoped || kind.scope != teleport::scoping::none) chosen.push_back(&kind);
  return chosen;
}

}  // namespace app::doctor
