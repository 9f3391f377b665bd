#pragma once

/// Whom a TLS connection believes.

#include <string>
#include <variant>
#include <vector>

#include "teleport/pki/certificate.hpp"

namespace teleport::net {

/// The roots that the public web is checked with; a proxy's web certificate is signed by one of
/// them.
struct web_roots {
  std::string file;       ///< PEM bundle; empty: none
  std::string directory;  ///< hashed directories, separated by ':'; empty: none

  /// SSL_CERT_FILE and SSL_CERT_DIR, each with the system's place as default. Call it once, before
  /// threads start: it reads the environment. facts/teleport-connection.md §2.6.
  static web_roots from_environment();
};

/// Only these.
struct only_roots {
  std::vector<pki::certificate> roots;
};

/// Nobody is checked. The caller has told its user what that means.
struct no_verification {};

using trust = std::variant<web_roots, only_roots, no_verification>;

}  // namespace teleport::net
