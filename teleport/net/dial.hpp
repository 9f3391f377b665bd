#pragma once

/// Opens a TCP connection: resolves, then tries the addresses in turn, IPv6 and IPv4 alternating,
/// the next one 250 ms after the last or as soon as it has failed; the first that answers wins (RFC
/// 8305). One that does not answer at all is tried anew every second, so that a network that
/// returns is used within one.

#include "teleport/error.hpp"
#include "teleport/net/address.hpp"
#include "teleport/net/descriptor.hpp"
#include "teleport/net/stop.hpp"

namespace teleport::net {

/// Blocks at most as long as `within` says, also while the resolver hangs. The socket is
/// non-blocking, and fails when its peer has not confirmed what was sent for 10 s. errc::connection
/// says host, port and the system's reason; errc::timeout, errc::cancelled.
result<unique_descriptor> dial(const address& to, const limits& within);

}  // namespace teleport::net
