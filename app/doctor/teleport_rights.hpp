#pragma once

/// Whether the roles that we have in Teleport are enough for each kind (facts/operator-behaviour.md
/// §1.8). Pure but for the list that is asked for where roles alone do not tell.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/doctor/finding.hpp"
#include "teleport/doctor/rights.hpp"
#include "teleport/features.hpp"
#include "teleport/kind.hpp"

namespace app::doctor {

struct rights_question {
  std::vector<const teleport::kind*> kinds;
  teleport::cluster_info cluster;  ///< says which kinds it admits
  /// Nothing when the roles could not be read.
  std::optional<std::vector<teleport::doctor::role_rights>> roles;
  /// Does a list of this kind get through? Asked only in doubt.
  std::function<std::optional<teleport::error>(const teleport::kind&)> try_list;
};

/// One finding for each kind of resource in Teleport.
std::vector<finding> judge_rights(const rights_question& with);

}  // namespace app::doctor
