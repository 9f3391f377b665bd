#include "teleport/net/reach.hpp"

#include "teleport/net/http_opening.hpp"
#include "teleport/net/socket_stream.hpp"
#include "teleport/net/tls.hpp"

namespace teleport::net {
namespace {

using opened = result<std::unique_ptr<byte_stream>>;

/// "HTTP proxy proxy.example.com:3128", without what it is told about us.
std::string name_of(const http_proxy& proxy) {
  return (proxy.tls ? "HTTPS proxy " : "HTTP proxy ") + proxy.at.text();
}

opened dial_plain(const address& to, const limits& within) {
  auto socket = dial(to, within);
  if (!socket) return socket.failure();
  return std::unique_ptr<byte_stream>(std::make_unique<socket_stream>(std::move(socket.value())));
}

opened dial_proxy(const http_proxy& proxy, const limits& within) {
  auto plain = dial_plain(proxy.at, within);
  if (!plain || !proxy.tls) return plain;
  tls_settings settings;
  settings.server_name = proxy.at.host;
  settings.alpn = {"http/1.1"};
  settings.verified_by = proxy.verified_by;
  auto tls = start_tls(std::move(plain.value()), settings, within);
  if (!tls) return tls.failure();
  return std::unique_ptr<byte_stream>(std::move(tls.value()));
}

/// Overwritten after use, since there may be a password in it.
pki::secret_text connect_request(const http_proxy& proxy, const address& to) {
  auto text = "CONNECT " + to.text() + " HTTP/1.1\r\nHost: " + to.text() + "\r\n";
  if (!proxy.authorization.reveal().empty())
    text += "Proxy-Authorization: " + proxy.authorization.reveal() + "\r\n";
  return pki::secret_text(text + "\r\n");
}

/// Of a proxy that answers, but not as one.
error not_answered(error why) {
  if (why.code == errc::not_implemented) why.message += "; check HTTPS_PROXY";
  why.code = why.code == errc::not_implemented ? errc::connection : why.code;
  return why;
}

std::string refusal(const http_head& answer) {
  const auto status =
      std::to_string(answer.status) + (answer.reason.empty() ? std::string() : " " + answer.reason);
  if (answer.status == 407)
    return "it asks for a user and a password (" + status +
           "); give them in HTTPS_PROXY, http://user:password@host:port";
  if (answer.status / 100 == 5) return "it can't reach the address (" + status + ")";
  return "it refuses (" + status + "); let it pass the address, or name the address in NO_PROXY";
}

}  // namespace

result<std::unique_ptr<byte_stream>> reach(const address& to, const proxy_rules& rules,
                                           const limits& within) {
  const auto proxy = rules.proxy_for(to);
  if (!proxy) return dial_plain(to, within);
  auto stream = dial_proxy(*proxy, within);
  if (!stream)
    return error{stream.failure().code, name_of(*proxy) + ": " + stream.failure().message};
  const auto what = name_of(*proxy) + ", CONNECT " + to.text();
  const auto request = connect_request(*proxy, to);
  auto answer = open_by_http(*stream.value(), request.reveal(), within, what);
  if (!answer) return not_answered(answer.failure());
  // Somebody may change a refusal at the proxy while we wait.
  const auto& head = answer.value().head;
  if (head.status / 100 != 2) return error{errc::connection, what + ": " + refusal(head)};
  return with_rest(std::move(stream.value()), std::move(answer.value().rest));
}

}  // namespace teleport::net
