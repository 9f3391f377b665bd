#pragma once

/// How a CR tells of drift: the condition `Drifted` of CRs that want to be told of it and no more
/// (annotation teleport.dev/drift), and the words of Events. Field paths, never values. Pure.

#include <optional>
#include <string>

#include "actors/core/plan.hpp"

namespace actors::core {

struct drift_standing {
  std::string status;  ///< of the condition: "True", "False", "Unknown"
  std::string reason;
  std::string text;
};

/// What the condition is to say after a pass that looked at Teleport. Nothing: there is to be none.
std::optional<drift_standing> drift_standing_after(const k8s::object& cr, const outcome& result);

/// The condition says so already: this is no news for the people who read Events.
bool says_already(const k8s::object& cr, const drift_standing& standing);

/// "was deleted in Teleport", "was changed in Teleport: spec.allow.logins".
std::string how_it_drifted(const outcome& result);

}  // namespace actors::core
