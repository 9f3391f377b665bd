#pragma once

/// Turns an HTTPS connection to a proxy into a stream of bytes to its TLS port, for networks where
/// a load balancer ends TLS before the proxy (facts/teleport-connection.md §6.3).

#include <memory>
#include <string>

#include "teleport/error.hpp"
#include "teleport/net/address.hpp"
#include "teleport/net/byte_stream.hpp"
#include "teleport/net/http_head.hpp"
#include "teleport/net/stop.hpp"
#include "teleport/net/upgrade_settings.hpp"

namespace teleport::net {

/// What goes through the upgraded connection.
enum class upgrade_kind {
  alpn,       ///< nothing but the stream
  alpn_ping,  ///< and a sign of life of the proxy's every 30 s, for balancers that cut what is idle
};

struct upgrade_request {
  address to;
  upgrade_kind kind = upgrade_kind::alpn;
  upgrade_mode mode = upgrade_mode::both;
  std::string key;  ///< Sec-WebSocket-Key: base64 of 16 random bytes
};

/// The request's head.
std::string to_http(const upgrade_request& request);

/// What frames the stream behind the answer.
enum class upgraded_to { websocket, packets, bytes };

/// Reads the answer. errc::not_implemented when the server does not know the call or answers
/// something else; the texts are those of the official client, where it has one.
result<upgraded_to> read_answer(const upgrade_request& request, const http_head& answer);

/// "WebSocket upgrade", "legacy upgrade".
const char* to_string(upgraded_to one);

struct upgraded {
  std::unique_ptr<byte_stream> stream;
  upgraded_to as = upgraded_to::bytes;
};

/// Asks on `web`, which is TLS to the proxy without HTTP/2, blocking within the limits. Errors as
/// of read_answer and open_by_http.
result<upgraded> upgrade(std::unique_ptr<byte_stream> web, const address& to, upgrade_kind kind,
                         upgrade_mode mode, const limits& within);

}  // namespace teleport::net
