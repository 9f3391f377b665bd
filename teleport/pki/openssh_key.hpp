#pragma once

/// Private keys in OpenSSH's own file format (`BEGIN OPENSSH PRIVATE KEY`), which OpenSSL can't
/// read.

#include <string>

#include "teleport/error.hpp"
#include "teleport/pki/private_key.hpp"

namespace teleport::pki {

/// RSA, ECDSA P-256 and Ed25519, unencrypted. errc::config otherwise.
result<private_key> parse_openssh_key(const std::string& pem);

}  // namespace teleport::pki
