#pragma once

/// What is to be said of what was seen on the way to Teleport. Pure.

#include <chrono>
#include <optional>
#include <string>

#include "app/doctor/finding.hpp"
#include "teleport/connector.hpp"
#include "teleport/doctor/look.hpp"
#include "teleport/join/claims.hpp"

namespace app::doctor {

using wall_time = std::chrono::system_clock::time_point;

/// "2026-11-28T19:33:49Z".
std::string as_text(wall_time moment);

/// What a failure says: its message without the remedy at its end, and the remedy by itself.
finding failed_by(std::string id, std::string title, const teleport::connect_failure& why);
finding failed_by(std::string id, std::string title, const teleport::error& why);

/// How a certificate is looked at.
struct certificate_question {
  bool insecure = false;
  bool pinned = false;                     ///< there are CA pins
  bool identity = false;                   ///< there is an identity file: nobody joins
  std::optional<teleport::error> refused;  ///< why a client of the web does not accept it
};
finding judge_certificate(const teleport::doctor::shown_certificate& seen,
                          const certificate_question& with);

/// Of a service-account token. `cluster`: the name of the Teleport cluster, empty when it is not
/// known.
finding judge_claims(const std::string& path, const teleport::join::token_claims& claims,
                     const std::string& cluster, wall_time now);

/// Of the version that a server tells.
finding judge_version(const std::string& server_version);

}  // namespace app::doctor
