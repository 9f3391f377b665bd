#pragma once

/// Validation rules (CEL) that the API server checks: facts/operator-behaviour.md §5.2. Pure
/// functions.

#include <string>

#include <nlohmann/json.hpp>

#include "teleport/kind.hpp"

namespace crdgen {

/// For a field that can't be changed. It does not see that the field comes or goes; `root_rules`
/// does.
nlohmann::json unchanged(const std::string& name);

/// The rules of a whole CR: its immutable fields among `beside_spec` neither come nor go, and a
/// kind whose official CRD says so has the one name that it can have. A list, mostly empty.
nlohmann::json root_rules(const teleport::kind& of, const nlohmann::json& beside_spec);

}  // namespace crdgen
