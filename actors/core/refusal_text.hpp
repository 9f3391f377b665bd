#pragma once

/// Reason and text for a pass that did not end well: the same in conditions and in Events. Pure.

#include <string>

#include "actors/core/plan.hpp"

namespace actors::core {

/// PascalCase, as conditions and Events want it; empty for a pass that ended well.
std::string refusal_reason(const outcome& result);

/// What happened and what to do, for the person who reads it.
std::string refusal_text(const outcome& result);

}  // namespace actors::core
