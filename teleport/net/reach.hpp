#pragma once

/// A connection to an address, straight or through an HTTP proxy of this network.

#include <memory>

#include "teleport/error.hpp"
#include "teleport/net/byte_stream.hpp"
#include "teleport/net/dial.hpp"
#include "teleport/net/proxy_rules.hpp"

namespace teleport::net {

/// Dials, and asks the proxy with CONNECT where `rules` give one. Errors name proxy and address:
/// errc::connection when the proxy refuses us or is none, else as for dial and start_tls.
result<std::unique_ptr<byte_stream>> reach(const address& to, const proxy_rules& rules,
                                           const limits& within);

}  // namespace teleport::net
