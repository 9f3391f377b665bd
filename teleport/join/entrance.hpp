#pragma once

/// Opens a channel as an identity and makes sure that it works: dial, then Ping, one way after the
/// other.

#include <memory>

#include "teleport/connector.hpp"
#include "teleport/join/doors.hpp"
#include "teleport/join/joiner.hpp"
#include "teleport/proto/ping.pb.h"

namespace teleport::join {

struct entered {
  std::unique_ptr<net::channel> channel;
  way by = way::direct;
  proto::PingResponse cluster;
};

/// Tries `ways` in their order; the failures are those of each, at least one. `client_version` may
/// be empty.
std::variant<entered, std::vector<tried>> try_enter(const identity& who,
                                                    const std::vector<way>& ways,
                                                    const surroundings& to,
                                                    const std::string& client_version,
                                                    const net::limits& within);

/// The same with all failures as one.
std::variant<entered, connect_failure> enter(const identity& who, const std::vector<way>& ways,
                                             const surroundings& to,
                                             const std::string& client_version,
                                             const net::limits& within);

/// `first`, then the other one.
std::vector<way> beginning_with(way first);

}  // namespace teleport::join
