#include "teleport/join/doors.hpp"

#include <algorithm>
#include <chrono>

#include "teleport/join/proxy_info.hpp"
#include "teleport/net/reach.hpp"
#include "teleport/net/tls.hpp"
#include "teleport/net/upgrade.hpp"

namespace teleport::join {
namespace {

constexpr const char* http1 = "http/1.1";
constexpr const char* http2 = "h2";
constexpr const char* proxy_grpc = "teleport-proxy-grpc";

using tls_result = result<std::unique_ptr<net::tls_stream>>;

/// One connection on its way to be a channel.
struct passage {
  const surroundings& to;
  const net::limits& within;
  std::string route;     ///< what it is, for people
  bool reached = false;  ///< somebody listens there
};

error with_address(const surroundings& to, const error& why) {
  return {why.code, to.server.text() + ": " + why.message};
}

tls_result tls_on(std::unique_ptr<net::byte_stream> stream, const net::tls_settings& settings,
                  const passage& by) {
  auto tls = net::start_tls(std::move(stream), settings, by.within);
  if (!tls) return with_address(by.to, tls.failure());
  return tls;
}

tls_result tls_straight(const net::tls_settings& settings, passage& by) {
  auto stream = net::reach(by.to.server, by.to.proxies, by.within);
  if (!stream) return stream.failure();
  by.reached = true;
  return tls_on(std::move(stream.value()), settings, by);
}

// -- behind a load balancer -----------------------------------------------------------------------

net::probe_verdict is_upgrade_needed(const passage& by) {
  const auto& to = by.to;
  if (const auto said = to.upgrades.for_address(to.server))
    return {*said, "TELEPORT_TLS_ROUTING_CONN_UPGRADE says so"};
  if (const auto known = to.probes->recall(to.server)) return *known;
  auto found = net::probe_for_balancer(to.server, to.proxies, to.web_trust(), by.within);
  to.probes->keep(to.server, found);
  return found;
}

/// TLS to the balancer, in it the upgraded connection, in that the TLS that is asked for.
tls_result tls_upgraded(const net::tls_settings& settings, net::upgrade_kind kind, passage& by) {
  net::tls_settings outer;
  outer.server_name = by.to.server.host;
  outer.alpn = {http1};
  outer.verified_by = by.to.web_trust();
  auto web = tls_straight(outer, by);
  if (!web) return web;
  auto upgraded =
      net::upgrade(std::move(web.value()), by.to.server, kind, by.to.upgrades.mode(), by.within);
  if (!upgraded) return upgraded.failure();
  by.route = std::string("through proxy (TLS routing, ") + to_string(upgraded.value().as) + ")";
  return tls_on(std::move(upgraded.value().stream), settings, by);
}

/// A proxy behind a balancer shows a certificate of the cluster's own CA, which nobody has who
/// still has to join. The connection around it is verified, so it is enough that a Teleport proxy
/// is at its other end (facts/teleport-connection.md §2.4).
std::optional<error> check_inner_certificate(const net::tls_stream& inner) {
  const auto now = std::chrono::system_clock::now();
  for (const auto& shown : inner.presented())
    if (shown.has_dns_name(any_cluster_name) && shown.not_after() > now) return std::nullopt;
  return error{errc::config, "the server is not a Teleport proxy or server certificate is expired"};
}

// -- which way ------------------------------------------------------------------------------------

opened to_channel(std::unique_ptr<net::tls_stream> tls, const passage& by) {
  const auto agreed = tls->negotiated();
  if (agreed != http2 && agreed != proxy_grpc)
    return with_address(by.to, {errc::connection,
                                "no agreement on HTTP/2 (ALPN); is this a Teleport server, or is "
                                "there a load balancer before it that ends TLS?"});
  auto route = by.route;
  if (const auto http_proxy = by.to.proxies.proxy_for(by.to.server))
    route += ", by HTTP proxy " + http_proxy->at.text();
  return net::channel::on(std::move(tls), std::move(route));
}

opened open_direct(const surroundings& to, const net::tls_settings& settings,
                   const net::limits& within) {
  const auto dialling = within.within(to.dial_timeout);
  passage by{to, dialling, to_string(way::direct)};
  auto tls = tls_straight(settings, by);
  if (!tls) return tls.failure();
  return to_channel(std::move(tls.value()), by);
}

/// A proxy without TLS routing fails in ways that say nothing of it; asked, it says it itself.
error explained(const error& why, const net::probe_verdict& verdict, const passage& by,
                const net::limits& within) {
  by.to.probes->forget(by.to.server);
  if (!by.reached || why.code == errc::cancelled) return why;
  if (const auto info = find(by.to, within); info && !info.value().tls_routing)
    return no_tls_routing(by.to);
  return verdict.guessed ? error{why.code, why.message + " (" + verdict.why + ")"} : why;
}

/// `inner` is used where the connection has to be upgraded.
opened open_proxy(const surroundings& to, const net::tls_settings& straight,
                  const net::tls_settings& inner, net::upgrade_kind kind,
                  const net::limits& within) {
  const auto dialling = within.within(to.dial_timeout);
  passage by{to, dialling, to_string(way::proxy)};
  const auto verdict = is_upgrade_needed(by);
  auto tls = verdict.upgrade ? tls_upgraded(inner, kind, by) : tls_straight(straight, by);
  if (!tls) return explained(tls.failure(), verdict, by, within);
  const bool unverified = std::holds_alternative<net::no_verification>(inner.verified_by);
  if (verdict.upgrade && unverified && !to.insecure)
    if (auto problem = check_inner_certificate(*tls.value())) return with_address(to, *problem);
  return to_channel(std::move(tls.value()), by);
}

}  // namespace

error no_tls_routing(const surroundings& to) {
  return {errc::config, "the cluster has no TLS routing, so the proxy at " + to.server.text() +
                            " does not lead to its auth service"};
}

opened open_auth_to_join(const surroundings& to, const net::trust& roots,
                         const net::limits& within) {
  net::tls_settings settings;
  settings.server_name = any_cluster_name;
  settings.alpn = {http2};
  settings.verified_by = roots;
  return open_direct(to, settings, within);
}

opened open_proxy_to_join(const surroundings& to, const net::limits& within) {
  net::tls_settings settings;
  settings.server_name = to.server.host;
  settings.alpn = {proxy_grpc, http2};
  settings.verified_by = to.web_trust();
  auto inner = settings;
  inner.verified_by = net::no_verification{};
  return open_proxy(to, settings, inner, net::upgrade_kind::alpn, within);
}

opened open_as(const identity& who, way by, const surroundings& to, const net::limits& within) {
  net::tls_settings settings;
  settings.server_name = server_name_of(who.cluster);
  // The proxy looks at the first name only, and passes the connection on to auth.
  if (by == way::proxy) settings.alpn.push_back("teleport-auth@" + settings.server_name);
  settings.alpn.emplace_back(http2);
  settings.verified_by = net::only_roots{who.roots};
  settings.identity = who.own;
  if (by == way::direct) return open_direct(to, settings, within);
  return open_proxy(to, settings, settings, net::upgrade_kind::alpn_ping, within);
}

}  // namespace teleport::join
