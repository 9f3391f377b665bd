#pragma once

/// Looks at Teleport as the operator would come to it: name, port, certificate, web API, version,
/// way, tokens, join, certificate for the work, rights.

#include <chrono>

#include "app/doctor/finding.hpp"
#include "teleport/connector.hpp"

namespace app::doctor {

struct teleport_settings {
  teleport::connector_settings asked;
  bool consume_token = false;            ///< join with the method "token" too
  bool scoped = false;                   ///< only kinds that can have a scope
  std::chrono::seconds time_limit{120};  ///< for all of it together
};

/// Blocks at most about as long as the time limit says. Joins, so Teleport has one more instance of
/// the bot afterwards; changes nothing else.
section look_at_teleport(const teleport_settings& with);

}  // namespace app::doctor
