#pragma once

/// Whom a chaos test hurts.

#include <string>

namespace chaos {

/// Which actors. Empty fields match everything.
struct target {
  std::string type;     ///< "object_actor"; the whole word
  std::string subject;  ///< part of the subject, "TeleportRoleV7 default/x"
};

}  // namespace chaos
