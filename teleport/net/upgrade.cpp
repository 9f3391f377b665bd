#include "teleport/net/upgrade.hpp"

#include <array>

#include <openssl/rand.h>
#include <openssl/sha.h>

#include "teleport/lower_case.hpp"
#include "teleport/net/framed_stream.hpp"
#include "teleport/net/http_opening.hpp"
#include "teleport/net/length_framing.hpp"
#include "teleport/net/websocket.hpp"
#include "teleport/pki/encoding.hpp"

namespace teleport::net {
namespace {

constexpr const char* path = "/webapi/connectionupgrade";
constexpr const char* websocket = "websocket";
constexpr const char* alpn = "alpn";
constexpr const char* alpn_ping = "alpn-ping";
/// RFC 6455 §1.3
constexpr const char* websocket_guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

const char* name_of(upgrade_kind kind) {
  return kind == upgrade_kind::alpn ? alpn : alpn_ping;
}

std::string accept_for(const std::string& key) {
  const auto text = key + websocket_guid;
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return pki::base64({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

std::string random_key() {
  std::array<unsigned char, 16> bytes{};
  // Not a secret: it only has to differ, so that no cache answers.
  static_cast<void>(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())));
  return pki::base64({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

error refused(const std::string& why) {
  return {errc::not_implemented, why};
}

result<upgraded_to> read_websocket_answer(const upgrade_request& request, const http_head& answer) {
  if (request.mode == upgrade_mode::legacy)
    return refused(
        "failed to switch Protocols: the server answers with a WebSocket, for which it "
        "was not asked");
  if (answer.field("sec-websocket-protocol") != name_of(request.kind))
    return refused("WebSocket handshake failed: Sec-WebSocket-Protocol does not match");
  if (answer.field("sec-websocket-accept") != accept_for(request.key))
    return refused("WebSocket handshake failed: invalid Sec-WebSocket-Accept");
  return upgraded_to::websocket;
}

std::unique_ptr<byte_stream> framed(std::unique_ptr<byte_stream> stream, upgraded_to as) {
  switch (as) {
    case upgraded_to::websocket:
      return std::make_unique<framed_stream>(std::move(stream),
                                             std::make_unique<websocket_framing>(&random_mask));
    case upgraded_to::packets:
      return std::make_unique<framed_stream>(std::move(stream), std::make_unique<length_framing>());
    case upgraded_to::bytes:
      break;
  }
  return stream;
}

}  // namespace

std::string to_http(const upgrade_request& request) {
  const std::string kind = name_of(request.kind);
  auto text = std::string("GET ") + path + " HTTP/1.1\r\nHost: " + request.to.text() +
              "\r\nConnection: Upgrade\r\n";
  if (request.mode != upgrade_mode::legacy) text += std::string("Upgrade: ") + websocket + "\r\n";
  if (request.mode != upgrade_mode::websocket)
    // Some balancers drop the first of these.
    text += "Upgrade: " + kind + "\r\nX-Teleport-Upgrade: " + kind + "\r\n";
  if (request.mode != upgrade_mode::legacy)
    text += "Sec-WebSocket-Protocol: " + kind +
            "\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + request.key + "\r\n";
  return text + "\r\n";
}

result<upgraded_to> read_answer(const upgrade_request& request, const http_head& answer) {
  if (answer.status == 404)
    return refused(std::string("the server knows no connection upgrade (404 on ") + path +
                   "). Please upgrade the server and try again.");
  if (answer.status != 101)
    return refused("failed to switch Protocols " + std::to_string(answer.status) +
                   (answer.reason.empty() ? "" : " " + answer.reason));
  const auto to = lower_case(answer.field("upgrade"));
  if (to == websocket) return read_websocket_answer(request, answer);
  if (request.mode == upgrade_mode::websocket)
    return refused("WebSocket handshake failed: the server switches to \"" + to + "\" instead");
  if (to == alpn) return upgraded_to::bytes;
  if (to == alpn_ping || request.kind == upgrade_kind::alpn_ping) return upgraded_to::packets;
  return upgraded_to::bytes;
}

const char* to_string(upgraded_to one) {
  return one == upgraded_to::websocket ? "WebSocket upgrade" : "legacy upgrade";
}

result<upgraded> upgrade(std::unique_ptr<byte_stream> web, const address& to, upgrade_kind kind,
                         upgrade_mode mode, const limits& within) {
  const auto what = "connection upgrade at " + to.text();
  const upgrade_request request{to, kind, mode, random_key()};
  auto opened = open_by_http(*web, to_http(request), within, what);
  if (!opened) return opened.failure();
  const auto as = read_answer(request, opened.value().head);
  if (!as) return error{as.failure().code, what + ": " + as.failure().message};
  auto stream = with_rest(std::move(web), std::move(opened.value().rest));
  upgraded made;
  made.as = as.value();
  made.stream = framed(std::move(stream), made.as);
  return made;
}

}  // namespace teleport::net
