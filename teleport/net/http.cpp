#include "teleport/net/http.hpp"

#include <array>
#include <string_view>
#include <utility>

#include <poll.h>

#include "teleport/net/http_body.hpp"
#include "teleport/net/http_opening.hpp"
#include "teleport/net/reach.hpp"
#include "teleport/net/tls.hpp"
#include "teleport/pki/secret.hpp"

namespace teleport::net {
namespace {

constexpr std::string_view scheme = "https://";
constexpr std::uint16_t usual_port = 443;
/// The official client's patience, too (facts/teleport-connection.md §1.1).
constexpr std::chrono::seconds longest{30};

struct target {
  address server;
  std::string path;
};

result<target> parse_url(const std::string& url) {
  const auto path = url.find('/', scheme.size());
  if (!url.starts_with(scheme)) return error{errc::config, "\"" + url + "\" is no https:// URL"};
  auto server = parse_address(url.substr(0, path));
  if (!server) return server.failure();
  return target{std::move(server.value()), path == std::string::npos ? "/" : url.substr(path)};
}

/// There may be a join token in it.
pki::secret_text to_http(const target& of, const std::string& json) {
  auto host = of.server.text();
  if (of.server.port == usual_port) host.resize(host.rfind(':'));
  auto text = (json.empty() ? "GET " : "POST ") + of.path + " HTTP/1.1\r\nHost: " + host +
              "\r\nUser-Agent: teleport-operator-caf\r\nAccept: application/json\r\n"
              "Connection: close\r\n";
  if (!json.empty())
    text +=
        "Content-Type: application/json\r\nContent-Length: " + std::to_string(json.size()) + "\r\n";
  return pki::secret_text(text + "\r\n" + json);
}

result<std::unique_ptr<tls_stream>> connect(const http_request& request, const target& to,
                                            const limits& within) {
  auto stream = reach(request.connect_to.value_or(to.server), request.proxies, within);
  if (!stream) return stream.failure();
  tls_settings settings;
  settings.server_name = to.server.host;
  settings.alpn = {"http/1.1"};
  settings.verified_by = request.verified_by;
  return start_tls(std::move(stream.value()), settings, within);
}

/// Reads what is missing of the body.
std::optional<error> complete(http_body& body, byte_stream& from, const limits& within,
                              const std::string& what) {
  std::array<char, 16384> part{};
  while (!body.complete()) {
    // A server that sends without a pause is not waited for, so this is where time ends.
    if (auto ended = within.over(what)) return ended;
    const auto more = from.read(part);
    std::optional<error> problem;
    if (more.state == io::done)
      problem = body.take({part.data(), more.bytes});
    else if (more.state == io::end)
      problem = body.end();
    else if (more.state == io::failed)
      problem = error{errc::connection, from.failure()};
    else if (auto ended = wait_for(from.descriptor(),
                                   more.state == io::want_read ? POLLIN : POLLOUT, within, what))
      return ended;
    if (problem) return error{problem->code, what + ": " + problem->message};
  }
  return std::nullopt;
}

/// Whoever answers like that is no Teleport server.
error explained(error why) {
  if (why.code == errc::not_implemented) why.message += "; is this a Teleport server?";
  return why;
}

}  // namespace

result<http_answer> exchange(const http_request& request, const limits& limit) {
  const auto& what = request.url;
  const auto within = limit.within(longest);
  if (auto ended = within.over(what)) return *ended;
  const auto to = parse_url(request.url);
  if (!to) return to.failure();
  auto stream = connect(request, to.value(), within);
  if (!stream) return error{stream.failure().code, what + ": " + stream.failure().message};
  const auto text = to_http(to.value(), request.json);
  auto opened = open_by_http(*stream.value(), text.reveal(), within, what);
  if (!opened) return explained(opened.failure());
  auto body = http_body::of(opened.value().head);
  if (!body) return explained({body.failure().code, what + ": " + body.failure().message});
  if (auto problem = body.value().take(opened.value().rest))
    return explained({problem->code, what + ": " + problem->message});
  if (auto problem = complete(body.value(), *stream.value(), within, what))
    return explained(*problem);
  return http_answer{opened.value().head.status, std::move(body.value().text())};
}

}  // namespace teleport::net
