#pragma once

/// The Event that tells of a pass. Pure.

#include <optional>
#include <string>

#include "actors/core/plan.hpp"

namespace actors::core {

struct event_text {
  bool warning = false;
  std::string reason;
  std::string note;
};

/// Nothing for a pass that changed nothing and found nothing wrong.
std::optional<event_text> event_after(const outcome& result, const observed& seen);

}  // namespace actors::core
