#include "teleport/doctor/look.hpp"

#include <algorithm>
#include <array>

#include <arpa/inet.h>
#include <netdb.h>
#include <openssl/x509v3.h>

#include "teleport/join/doors.hpp"
#include "teleport/net/balancer_probe.hpp"
#include "teleport/net/reach.hpp"
#include "teleport/net/resolve.hpp"
#include "teleport/net/tls.hpp"
#include "teleport/pki/openssl.hpp"
#include "teleport/proto/ping.pb.h"

namespace teleport::doctor {
namespace {

using general_names = std::unique_ptr<GENERAL_NAMES, pki::freer<&GENERAL_NAMES_free>>;

std::string line_of(const X509_NAME* name) {
  const pki::bio_owner out(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB);
  return pki::contents(out.get());
}

std::string text_of(const ASN1_STRING* value) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)),
          static_cast<std::size_t>(ASN1_STRING_length(value))};
}

std::string ip_of(const ASN1_OCTET_STRING* bytes) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = ASN1_STRING_length(bytes) == 4 ? AF_INET : AF_INET6;
  if (family == AF_INET6 && ASN1_STRING_length(bytes) != 16) return "?";
  ::inet_ntop(family, ASN1_STRING_get0_data(bytes), text.data(), text.size());
  return text.data();
}

std::vector<std::string> names_in(const pki::certificate& shown) {
  std::vector<std::string> names;
  const general_names all(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(shown.handle(), NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; i < sk_GENERAL_NAME_num(all.get()); ++i) {
    const auto* one = sk_GENERAL_NAME_value(all.get(), i);
    if (one->type == GEN_DNS) names.push_back(text_of(one->d.dNSName));
    if (one->type == GEN_IPADD) names.push_back(ip_of(one->d.iPAddress));
  }
  return names;
}

result<std::unique_ptr<net::byte_stream>> dial(const join::surroundings& to,
                                               const net::limits& within) {
  return net::reach(to.server, to.proxies, within);
}

result<std::unique_ptr<net::tls_stream>> shake(const join::surroundings& to,
                                               const net::trust& verified_by,
                                               const net::limits& within) {
  auto plain = dial(to, within);
  if (!plain) return plain.failure();
  net::tls_settings settings;
  settings.server_name = to.server.host;
  settings.alpn = {"h2", "http/1.1"};
  settings.verified_by = verified_by;
  return net::start_tls(std::move(plain.value()), settings, within);
}

}  // namespace

result<join::surroundings> surroundings_of(const connector_settings& asked) {
  net::init_grpc();
  auto server = net::parse_address(asked.auth_server);
  if (!server) return error{errc::config, "-auth-server: " + server.failure().message};
  return join::surroundings::from_environment(std::move(server.value()), asked.insecure,
                                              asked.dial_timeout);
}

result<std::vector<std::string>> addresses_of(const net::address& at, const net::limits& within) {
  auto found = net::resolve(at, within);
  if (!found) return found.failure();
  std::vector<std::string> texts;
  for (const auto& one : found.value()) {
    std::array<char, NI_MAXHOST> text{};
    const auto* where = reinterpret_cast<const sockaddr*>(&one.where);
    if (::getnameinfo(where, one.size, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) == 0)
      texts.emplace_back(text.data());
  }
  return texts;
}

std::optional<error> knock(const join::surroundings& to, const net::limits& within) {
  auto stream = dial(to, within);
  if (!stream) return stream.failure();
  return std::nullopt;
}

bool shown_certificate::is_of_cluster() const {
  return std::ranges::find(names, join::any_cluster_name) != names.end();
}

result<shown_certificate> look_at_certificate(const join::surroundings& to,
                                              const net::limits& within) {
  auto stream = shake(to, net::no_verification{}, within);
  if (!stream) return stream.failure();
  const auto chain = stream.value()->presented();
  if (chain.empty()) return error{errc::connection, to.server.text() + " shows no certificate"};
  const auto& leaf = chain.front();
  return shown_certificate{line_of(X509_get_subject_name(leaf.handle())),
                           line_of(X509_get_issuer_name(leaf.handle())),
                           names_in(leaf),
                           leaf.not_before(),
                           leaf.not_after(),
                           leaf.cluster(),
                           stream.value()->negotiated()};
}

std::optional<error> check_certificate(const join::surroundings& to, const net::limits& within) {
  auto stream = shake(to, to.web, within);
  if (!stream) return stream.failure();
  return std::nullopt;
}

std::string proxy_for(const join::surroundings& to) {
  const auto proxy = to.proxies.proxy_for(to.server);
  return proxy ? proxy->at.text() : std::string();
}

chosen_way choose_way(const join::surroundings& to, const net::limits& within) {
  constexpr const char* straight = "TLS routing";
  constexpr const char* upgraded = "TLS routing, upgraded connection";
  if (const auto forced = to.upgrades.for_address(to.server))
    return {*forced ? upgraded : straight, "TELEPORT_TLS_ROUTING_CONN_UPGRADE says so"};
  const auto found = net::probe_for_balancer(to.server, to.proxies, to.web_trust(), within);
  return {found.upgrade ? upgraded : straight, found.why};
}

result<std::string> auth_version(const join::surroundings& to, const net::limits& within) {
  auto channel = join::open_auth_to_join(to, net::no_verification{}, within);
  if (!channel) return channel.failure();
  proto::PingResponse answer;
  if (auto problem = net::call(*channel.value(), "/proto.AuthService/Ping",
                               join::first_contact_version, proto::PingRequest(), answer, within))
    return *problem;
  return answer.serverversion();
}

}  // namespace teleport::doctor
