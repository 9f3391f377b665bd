#include "teleport/join/proxy_info.hpp"

#include <nlohmann/json.hpp>

#include "teleport/join/answer_json.hpp"
#include "teleport/status.hpp"

namespace teleport::join {
namespace {

using nlohmann::json;

/// The text at a path, "" when it is missing; numbers as text (the suite may be one).
std::string text_at(const json& body, const json::json_pointer& path) {
  if (!body.contains(path)) return {};
  const auto& value = body[path];
  if (value.is_string()) return value.get<std::string>();
  return value.is_number_integer() ? value.dump() : std::string{};
}

result<proxy_info> ask(const surroundings& to, const std::string& path, const net::limits& within) {
  const auto request = to.web_request(path);
  auto answer = net::exchange(request, within.within(to.dial_timeout));
  if (!answer) return answer.failure();
  const auto status = answer.value().status;
  if (status == 429)
    return error{errc::limit_exceeded, request.url + ": the proxy says that requests are too many"};
  if (status / 100 == 5)
    return error{errc::connection, request.url + ": HTTP " + std::to_string(status) +
                                       "; the proxy may have no connection to the auth service"};
  return parse_proxy_info(answer.value().body, to.server.text());
}

}  // namespace

result<proxy_info> parse_proxy_info(const std::string& body, const std::string& server) {
  const auto parsed = parse_answer(body);
  if (!parsed.is_object() || !parsed.contains("proxy") || !parsed["proxy"].is_object())
    return error{errc::not_implemented,
                 "cannot parse server response; is \"" + server + "\" a Teleport server?"};
  proxy_info info;
  info.server_version = text_at(parsed, json::json_pointer("/server_version"));
  info.cluster_name = text_at(parsed, json::json_pointer("/cluster_name"));
  info.suite = text_at(parsed, json::json_pointer("/auth/signature_algorithm_suite"));
  const auto& proxy = parsed["proxy"];
  info.tls_routing = proxy.contains("tls_routing_enabled") && proxy["tls_routing_enabled"] == true;
  return info;
}

result<proxy_info> find(const surroundings& to, const net::limits& within) {
  return ask(to, "/webapi/find", within);
}

result<proxy_info> ping(const surroundings& to, const net::limits& within) {
  return ask(to, "/webapi/ping", within);
}

}  // namespace teleport::join
