#pragma once

/// OpenSSL's settings object for one TLS client session.

#include <memory>

#include "teleport/error.hpp"
#include "teleport/net/tls.hpp"
#include "teleport/pki/openssl.hpp"

namespace teleport::net {

using context_owner = std::unique_ptr<SSL_CTX, pki::freer<&SSL_CTX_free>>;

/// errc::config when roots or client certificate can't be used.
result<context_owner> make_tls_context(const tls_settings& settings);

}  // namespace teleport::net
