#include "teleport/join/certificates.hpp"

#include <google/protobuf/empty.pb.h>
#include <google/protobuf/util/time_util.h>

#include "teleport/cluster.hpp"
#include "teleport/diagnosis.hpp"
#include "teleport/proto/certs.pb.h"
#include "teleport/proto/role.pb.h"
#include "teleport/proto/role_calls.pb.h"

namespace teleport::join {
namespace {

/// From this one on keys for SSH and TLS are told apart; older servers read only the single field.
constexpr int first_with_split_keys = 17;

enum class key_form { single, split };

key_form form_for(const bot_channel& by) {
  const int major = major_version(by.server_version);
  return major != 0 && major < first_with_split_keys ? key_form::single : key_form::split;
}

void put_keys(proto::UserCertsRequest& request, const pki::private_key& key, key_form form) {
  if (form == key_form::single) return request.set_publickey(key.authorized_key());
  request.set_sshpublickey(key.authorized_key());
  request.set_tlspublickey(key.public_pem());
}

/// Servers that know the single field only know RSA only.
pki::key_kind kind_for(const bot_channel& by, key_form form) {
  return form == key_form::split ? pki::key_kind_for_suite(by.suite) : pki::key_kind::rsa_2048;
}

/// What an older server says that has found nothing in the single field.
bool wants_single_field(const error& why) {
  return why.message.find("ssh: no key found") != std::string::npos;
}

proto::UserCertsRequest request_for(const bot_channel& by) {
  proto::UserCertsRequest request;
  request.set_username(by.bot.user);
  const auto expires = std::chrono::system_clock::now() + by.ttl;
  *request.mutable_expires() = google::protobuf::util::TimeUtil::TimeTToTimestamp(
      std::chrono::system_clock::to_time_t(expires));
  return request;
}

/// The role that has the bot's name says which roles it may impersonate; a bot may always read it.
result<std::vector<std::string>> impersonated_roles(const bot_channel& by,
                                                    const net::limits& within) {
  proto::GetRoleRequest request;
  request.set_name(by.bot.user);
  types::RoleV6 role;
  if (auto problem = net::call(by.on, "/proto.AuthService/GetRole", by.client_version, request,
                               role, within.within(by.call_timeout)))
    return *problem;
  const auto& roles = role.spec().allow().impersonate().roles();
  if (roles.empty())
    return error{errc::config, "the bot's role \"" + by.bot.user +
                                   "\" impersonates no role. Give the bot the operator's role"};
  return std::vector<std::string>(roles.begin(), roles.end());
}

result<identity> certify(const bot_channel& by, proto::UserCertsRequest request, key_form form,
                         std::vector<pki::certificate> roots, const net::limits& within) {
  auto key = pki::private_key::generate(kind_for(by, form));
  if (!key) return key.failure();
  put_keys(request, key.value(), form);
  proto::Certs answer;
  if (auto problem = net::call(by.on, "/proto.AuthService/GenerateUserCerts", by.client_version,
                               request, answer, within.within(by.call_timeout)))
    return *problem;
  auto leaf = pki::certificate::from_pem(answer.tls());
  if (!leaf) return leaf.failure();
  return fresh_identity(std::move(key.value()), std::move(leaf.value()), std::move(roots),
                        std::chrono::system_clock::now());
}

/// In the form that the server's version takes, or that its answer asks for.
result<identity> certify(const bot_channel& by, const proto::UserCertsRequest& request,
                         const std::vector<pki::certificate>& roots, const net::limits& within) {
  const auto form = form_for(by);
  auto made = certify(by, request, form, roots, within);
  if (made || form == key_form::single || !wants_single_field(made.failure())) return made;
  return certify(by, request, key_form::single, roots, within);
}

/// The server has said no, and nothing has changed there.
bool is_clear_refusal(const error& why) {
  switch (why.code) {
    case errc::access_denied:
    case errc::bad_parameter:
    case errc::not_found:
    case errc::compare_failed:
    case errc::limit_exceeded:
    case errc::not_implemented:
      return diagnose(why) != trouble::generation_mismatch;
    default:
      return false;
  }
}

}  // namespace

result<std::vector<pki::certificate>> host_cas(const bot_channel& by, const net::limits& within) {
  proto::GetClusterCACertResponse answer;
  if (auto problem = net::call(by.on, "/proto.AuthService/GetClusterCACert", by.client_version,
                               google::protobuf::Empty(), answer, within.within(by.call_timeout)))
    return *problem;
  return pki::certificate::all_from_pem(answer.tlsca());
}

result<identity> output_identity(const bot_channel& by, const net::limits& within) {
  auto roles = impersonated_roles(by, within);
  if (!roles) return roles.failure();
  // The answer to GenerateUserCerts has the user CA only.
  auto roots = host_cas(by, within);
  if (!roots) return roots.failure();
  auto request = request_for(by);
  request.set_routetocluster(by.bot.cluster);
  request.set_userolerequests(true);
  for (const auto& role : roles.value()) request.add_rolerequests(role);
  return certify(by, request, roots.value(), within);
}

result<identity> renewed_identity(const bot_channel& by, const net::limits& within, bool& spent) {
  auto roots = host_cas(by, within);
  if (!roots) return roots.failure();
  auto fresh = certify(by, request_for(by), roots.value(), within);
  spent = fresh || !is_clear_refusal(fresh.failure());
  return fresh;
}

}  // namespace teleport::join
