#pragma once

/// Lets OpenSSL read from and write to a byte_stream.

#include "teleport/net/byte_stream.hpp"
#include "teleport/pki/openssl.hpp"

namespace teleport::net {

/// The stream must outlive the BIO. nullptr when memory is short.
BIO* bio_on(byte_stream& stream);

}  // namespace teleport::net
