#pragma once

/// The four ways to open a gRPC channel to a cluster: with and without an identity, straight to
/// auth and through its proxy. Which names, roots and protocols each takes:
/// facts/teleport-connection.md §2.4, §2.5, §6.

#include <memory>

#include "teleport/join/decision.hpp"
#include "teleport/join/identity.hpp"
#include "teleport/join/surroundings.hpp"
#include "teleport/net/channel.hpp"

namespace teleport::join {

/// The client version that is claimed before the cluster has told its own: servers refuse clients
/// that are more than one major version older than they are, but none that is newer
/// (facts/teleport-connection.md §7.2).
inline constexpr const char* first_contact_version = "19.0.0";

/// What there is to say when only the proxy is known of a cluster without TLS routing.
error no_tls_routing(const surroundings& to);

/// Errors of all: as of reach, start_tls and upgrade, with the address.
using opened = result<std::unique_ptr<net::channel>>;

/// Without an identity; `roots` verify the auth server, or nobody does.
opened open_auth_to_join(const surroundings& to, const net::trust& roots,
                         const net::limits& within);
/// Behind a load balancer that ends TLS the connection is upgraded; so is it by open_as.
opened open_proxy_to_join(const surroundings& to, const net::limits& within);

/// As the identity, whose roots verify the cluster.
opened open_as(const identity& who, way by, const surroundings& to, const net::limits& within);

}  // namespace teleport::join
