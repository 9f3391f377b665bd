#pragma once

/// What the reference says of a kind besides its fields: names, where it exists, and what it does
/// differently from other kinds. From the registry row and field options. Pure functions.

#include <string>
#include <vector>

#include "teleport/kind.hpp"
#include "tools/crdgen/reference_fields.hpp"

namespace crdgen {

/// "Teleport Enterprise"; what a cluster must have for this kind.
std::string availability(teleport::feature_gate gate);

/// A Markdown table.
std::string names_table(const teleport::kind& of);

/// One sentence or two for each special rule, in Markdown.
std::vector<std::string> special_rules(const teleport::kind& of, const std::vector<section>& all);

}  // namespace crdgen
