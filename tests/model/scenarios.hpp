#pragma once

/// Which parts of the environment are explored together. All at once, the states are too many for
/// more than a few events; each part alone goes deeper.

#include <string>
#include <vector>

#include "tests/model/explorer.hpp"

namespace model {

struct named_scenario {
  std::string name;
  scenario what;
  std::vector<world> from;
};

/// Servers of three sorts: conditional writes; upserts that overwrite and answer nothing; no
/// events.
enum class server : std::uint8_t { conditional, overwriting, without_events };

/// Nothing anywhere; a CR in sync; a resource of somebody else under the name.
std::vector<world> starts(const rules& by);

/// What people do to the CR: `people`; what others do in Teleport: `others`; refusals and lost
/// connections: `trouble`; lost answers and deaths: `accidents`; and `all`.
named_scenario make_scenario(const std::string& name, server of, const budget& left);

}  // namespace model
