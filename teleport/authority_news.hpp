#pragma once

/// What the event stream says of a cluster's certificate authorities: what to ask it for, and which
/// events mean that a client needs new certificates (facts/teleport-connection.md §10.1). Pure.

#include <optional>
#include <string>

#include "teleport/proto/events.pb.h"

namespace teleport {

/// The request for the CAs of one cluster.
proto::Watch authority_watch(const std::string& cluster);

/// "host, phase update_clients", when the event says that clients of the cluster have to renew;
/// nothing for all other events.
std::optional<std::string> moved_authority(const proto::Event& event, const std::string& cluster);

}  // namespace teleport
