#pragma once

/// Who we are towards a cluster: key, certificate and the CAs to believe. Held in memory only.

#include <chrono>
#include <string>
#include <vector>

#include "teleport/error.hpp"
#include "teleport/net/tls.hpp"

namespace teleport::join {

using wall_time = std::chrono::system_clock::time_point;

struct identity {
  net::client_certificate own;
  std::vector<pki::certificate> roots;  ///< host CAs, after a join user CAs among them

  // -- read from the certificate --
  std::string cluster;  ///< empty in a certificate whose issuer has no O
  std::string user;     ///< "bot-operator"
  std::vector<std::string> roles;
  wall_time expires;
  bool renewable = false;  ///< renewed by its own holder instead of by another join
  std::string generation;  ///< of a renewable one; empty when it has none
};

/// Puts together and checks what facts/teleport-connection.md §3.2 asks for: there are roots, the
/// certificate is of this key and valid at `now`. errc::config says which check failed and what to
/// do; a certificate of the future is a clock that is wrong.
result<identity> make_identity(pki::private_key key, pki::certificate leaf,
                               std::vector<pki::certificate> roots, wall_time now);

/// The same for a certificate that the cluster has just made: one that has expired already is a
/// clock that is wrong, too.
result<identity> fresh_identity(pki::private_key key, pki::certificate leaf,
                                std::vector<pki::certificate> roots, wall_time now);

/// "<hex of the cluster name>.teleport.cluster.local", the name that the cluster's services prove
/// to have; without a cluster name the plain one. facts/teleport-connection.md §6.0.
std::string server_name_of(const std::string& cluster);

/// The plain name.
inline constexpr const char* any_cluster_name = "teleport.cluster.local";

}  // namespace teleport::join
