#pragma once

/// A TLS client session on any byte_stream (TLS 1.2 and 1.3, OpenSSL).

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "teleport/error.hpp"
#include "teleport/net/byte_stream.hpp"
#include "teleport/net/stop.hpp"
#include "teleport/net/trust.hpp"
#include "teleport/pki/certificate.hpp"
#include "teleport/pki/private_key.hpp"

namespace teleport::net {

struct client_certificate {
  pki::certificate leaf;  ///< sent alone: servers refuse intermediates
  pki::private_key key;
};

struct tls_settings {
  std::string server_name;        ///< sent as SNI (not when it is an IP) and verified
  std::vector<std::string> alpn;  ///< offered in exactly this order
  trust verified_by = web_roots{};
  std::optional<client_certificate> identity;
};

/// A byte_stream whose handshake is done.
class tls_stream : public byte_stream {
 public:
  /// The protocol that the server chose; empty when it chose none.
  virtual std::string negotiated() const = 0;
  /// What the server has shown: its own certificate first, then those that it sent along.
  virtual std::vector<pki::certificate> presented() const = 0;
};

/// Why a handshake fails with a server that speaks something else.
inline constexpr const char* not_tls = "the server's answer is not TLS; is this a TLS port?";

/// What a failed handshake says of a server that does not know the ALPN protocols that were offered
/// to it.
enum class alpn_refusal {
  none,
  alert,   ///< it has said so: no_application_protocol (RFC 7301 §3.2)
  unasked  ///< it has chosen another, or its choice could not be read
};

/// Does the handshake, blocking within the limits. errc::config when the server's certificate is
/// not accepted or our own can't be used, errc::connection for everything else; both say why. With
/// TLS 1.3 a server tells that it refuses our certificate only after this: as failure() of the
/// first read. `refusal` (may be null) is set on failure.
result<std::unique_ptr<tls_stream>> start_tls(std::unique_ptr<byte_stream> lower,
                                              const tls_settings& settings, const limits& within,
                                              alpn_refusal* refusal = nullptr);

}  // namespace teleport::net
