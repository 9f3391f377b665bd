#pragma once

/// CA pins: how a client that knows no CA yet recognises the right one
/// (facts/teleport-connection.md §2.5).

#include <string>
#include <vector>

#include "teleport/join/identity.hpp"

namespace teleport::join {

/// errc::config with the official words when a pin is not "sha256:<hex>".
std::optional<error> check_pin(const std::string& pin);

/// Do all certificates match one of the pins, and are they valid at `now`? errc::config when not.
std::optional<error> check_pinned(const std::vector<pki::certificate>& cas,
                                  const std::vector<std::string>& pins, wall_time now);

}  // namespace teleport::join
