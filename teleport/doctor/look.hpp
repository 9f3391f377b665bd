#pragma once

/// What stands at an address, seen step by step and without an identity: names, a port, a
/// certificate. For `teleport-operator doctor`. Each blocks within its limits.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "teleport/connector.hpp"
#include "teleport/error.hpp"
#include "teleport/join/surroundings.hpp"
#include "teleport/net/stop.hpp"

namespace teleport::doctor {

/// Where the settings lead to, as a connector would take them; the environment is read here. Also
/// readies the libraries. errc::config when an address or a variable can't be used.
result<join::surroundings> surroundings_of(const connector_settings& asked);

/// The addresses behind the host's name, in the order in which they are tried: "10.0.0.1".
result<std::vector<std::string>> addresses_of(const net::address& at, const net::limits& within);

/// The HTTP proxy of this network that is asked for the connection: host and port; empty: none.
std::string proxy_for(const join::surroundings& to);

/// Opens a connection and closes it.
std::optional<error> knock(const join::surroundings& to, const net::limits& within);

/// The certificate that a server shows to whoever connects, whether it is to be trusted or not.
struct shown_certificate {
  std::string subject;  ///< "CN = proxy.example.com"
  std::string issuer;
  std::vector<std::string> names;  ///< DNS names and IP addresses that it is for
  std::chrono::system_clock::time_point not_before;
  std::chrono::system_clock::time_point not_after;
  std::string signed_by;  ///< the issuer's organization: of a cluster's own CA the cluster's name
  std::string protocol;   ///< what was agreed on by ALPN, of h2 and http/1.1; empty: nothing

  /// An auth service shows one that the cluster's own CA has signed; a proxy one for its public
  /// name.
  bool is_of_cluster() const;
};

/// Does a TLS handshake and believes anybody; nothing is sent over it. errc::connection when what
/// listens there speaks no TLS.
result<shown_certificate> look_at_certificate(const join::surroundings& to,
                                              const net::limits& within);

/// Does the handshake again, as a client of the web would; empty when the certificate is accepted.
std::optional<error> check_certificate(const join::surroundings& to, const net::limits& within);

/// How a proxy with TLS routing is gone through.
struct chosen_way {
  std::string how;  ///< "TLS routing"
  std::string why;
};

/// Looks whether something before the proxy ends TLS.
chosen_way choose_way(const join::surroundings& to, const net::limits& within);

/// Asks the server, as an auth service, for its version: empty when it does not tell.
/// errc::not_implemented when it is none.
result<std::string> auth_version(const join::surroundings& to, const net::limits& within);

}  // namespace teleport::doctor
