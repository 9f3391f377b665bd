#include "teleport/join/older.hpp"

#include <google/protobuf/util/time_util.h>
#include <nlohmann/json.hpp>

#include "teleport/cluster.hpp"
#include "teleport/join/answer_json.hpp"
#include "teleport/pki/encoding.hpp"
#include "teleport/proto/certs.pb.h"
#include "teleport/proto/register.pb.h"
#include "teleport/status.hpp"

namespace teleport::join {
namespace {

using google::protobuf::util::TimeUtil;
using nlohmann::json;

/// Older servers have only its HTTP form.
constexpr int first_with_join_call = 17;

google::protobuf::Timestamp timestamp(wall_time moment) {
  return TimeUtil::TimeTToTimestamp(std::chrono::system_clock::to_time_t(moment));
}

types::RegisterUsingTokenRequest to_message(const older_request& request, wall_time expires) {
  types::RegisterUsingTokenRequest message;
  message.set_role("Bot");
  message.set_token(request.base->token.reveal());
  message.set_publictlskey(request.public_tls_key);
  message.set_publicsshkey(request.public_ssh_key);
  if (request.base->id_token) message.set_idtoken(request.base->id_token->reveal());
  *message.mutable_expires() = timestamp(expires);
  return message;
}

result<granted> from_pem(const std::string& leaf_pem, const std::string& roots_pem) {
  auto leaf = pki::certificate::from_pem(leaf_pem);
  if (!leaf) return leaf.failure();
  auto roots = pki::certificate::all_from_pem(roots_pem);
  if (!roots) return roots.failure();
  return granted{std::move(leaf.value()), std::move(roots.value())};
}

result<granted> from_message(const proto::Certs& answer) {
  std::string roots;
  for (const auto& pem : answer.tlscacerts()) roots += pem + "\n";
  return from_pem(answer.tls(), roots);
}

failed_step failed(error why) {
  return {stage::older_call, std::move(why)};
}

/// What an answer other than 2xx says. Teleport explains itself in JSON; whoever doesn't isn't
/// Teleport.
error refusal(const net::http_answer& answer, const std::string& url) {
  const auto body = parse_answer(answer.body);
  const auto status = "HTTP " + std::to_string(answer.status);
  if (!body.is_object())
    return {answer.status == 404 ? errc::not_implemented : class_of_http(answer.status),
            url + ": " + status};
  const auto& holder = body.contains("error") && body["error"].is_object() ? body["error"] : body;
  const auto text = holder.contains("message") && holder["message"].is_string()
                        ? holder["message"].get<std::string>()
                        : status;
  return {class_of_http(answer.status), text};
}

std::string decoded(const json& entry) {
  return entry.is_string() ? pki::from_base64(entry.get_ref<const std::string&>()).value_or("")
                           : "";
}

}  // namespace

result<older_request> make_older_request(const join_request& base, const std::string& suite) {
  auto key = pki::private_key::generate(pki::key_kind_for_suite(suite));
  if (!key) return key.failure();
  auto tls = key.value().public_pem();
  auto ssh = key.value().authorized_key();
  return older_request{std::move(key.value()), std::move(tls), std::move(ssh), &base};
}

bool may_know_join_call(const std::string& server_version) {
  const int major = major_version(server_version);
  return major == 0 || major >= first_with_join_call;
}

outcome<identity> join_by_call(net::channel& on, older_request request,
                               const std::string& client_version, const net::limits& within) {
  const auto message = to_message(request, std::chrono::system_clock::now() + request.base->ttl);
  proto::Certs answer;
  if (auto problem = net::call(on, "/proto.JoinService/RegisterUsingToken", client_version, message,
                               answer, within))
    return failed(*problem);
  return accept(std::move(request.key), from_message(answer), stage::older_call);
}

std::string to_json(const older_request& request, wall_time expires) {
  json body{{"role", "Bot"},
            {"token", request.base->token.reveal()},
            {"public_tls_key", pki::base64(request.public_tls_key)},
            {"public_ssh_key", pki::base64(request.public_ssh_key)},
            {"expires", TimeUtil::ToString(timestamp(expires))}};
  if (request.base->id_token) body["id_token"] = request.base->id_token->reveal();
  return body.dump(-1, ' ', false, json::error_handler_t::replace);
}

result<granted> from_json(const std::string& body) {
  const auto answer = parse_answer(body);
  if (!answer.is_object() || !answer.contains("tls"))
    return error{errc::not_implemented,
                 "the answer has no certificates; is this a Teleport server?"};
  std::string roots;
  if (answer.contains("tls_ca_certs"))
    for (const auto& entry : answer["tls_ca_certs"]) roots += decoded(entry) + "\n";
  return from_pem(decoded(answer["tls"]), roots);
}

outcome<identity> join_by_web(net::http_request target, older_request request,
                              const net::limits& within) {
  target.json = to_json(request, std::chrono::system_clock::now() + request.base->ttl);
  auto answer = net::exchange(target, within);
  if (!answer) return failed(answer.failure());
  if (answer.value().status / 100 != 2) return failed(refusal(answer.value(), target.url));
  return accept(std::move(request.key), from_json(answer.value().body), stage::older_call);
}

}  // namespace teleport::join
