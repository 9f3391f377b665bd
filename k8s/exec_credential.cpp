#include "k8s/exec_credential.hpp"

#include <algorithm>
#include <ctime>

#include <yaml-cpp/binary.h>

#include "k8s/files.hpp"
#include "k8s/json.hpp"

namespace k8s {

namespace {

error failed(const exec_plugin& plugin, const std::string& why) {
  return config_error("exec plugin " + plugin.command + ": " + why);
}

/// RFC 3339 as client-go writes it: "2026-01-02T03:04:05Z" or with an offset. Fractions are
/// dropped, and years outside of 1900 to 2200 are taken for the nearer end: the clock goes from
/// 1677 to 2262.
std::optional<std::chrono::system_clock::time_point> parse_time(const std::string& text) {
  std::tm parts{};
  const char* rest = ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  if (rest == nullptr) {
    return std::nullopt;
  }
  while (*rest == '.' || (*rest >= '0' && *rest <= '9')) {
    ++rest;
  }
  std::tm zone{};
  if (std::string_view(rest) != "Z" && ::strptime(rest, "%z", &zone) == nullptr) {
    return std::nullopt;
  }
  using std::chrono::sys_seconds;
  constexpr sys_seconds earliest = std::chrono::sys_days{std::chrono::year{1900} / 1 / 1};
  constexpr sys_seconds latest = std::chrono::sys_days{std::chrono::year{2200} / 1 / 1};
  const sys_seconds moment{std::chrono::seconds{::timegm(&parts) - zone.tm_gmtoff}};
  return std::clamp(moment, earliest, latest);
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

}  // namespace

std::string exec_info(const config& server) {
  json spec{{"interactive", false}};
  if (server.exec.provide_cluster_info) {
    json cluster{{"server", server.server}};
    if (!server.tls_server_name.empty()) {
      cluster["tls-server-name"] = server.tls_server_name;
    }
    if (server.insecure_skip_tls_verify) {
      cluster["insecure-skip-tls-verify"] = true;
    }
    if (!server.ca_pem.empty()) {
      const auto* bytes = reinterpret_cast<const unsigned char*>(server.ca_pem.data());
      cluster["certificate-authority-data"] = YAML::EncodeBase64(bytes, server.ca_pem.size());
    }
    spec["cluster"] = std::move(cluster);
  }
  return json{{"apiVersion", server.exec.api_version},
              {"kind", "ExecCredential"},
              {"spec", std::move(spec)}}
      .dump();
}

result<exec_credential> parse_exec_credential(std::string_view text, const exec_plugin& plugin) {
  auto value = read_json_object(text);
  if (!value || take_string(*value, "kind") != "ExecCredential") {
    return failed(plugin, "its answer is not an ExecCredential");
  }
  if (const auto version = take_string(*value, "apiVersion"); version != plugin.api_version) {
    return failed(plugin, "it answered in version \"" + version + "\" and the kubeconfig says \"" +
                              plugin.api_version + "\"");
  }
  auto* status = member(*value, "status");
  if (status == nullptr) {
    return failed(plugin, "its answer has no status");
  }
  exec_credential out;
  out.value.token = take_string(*status, "token");
  out.value.certificate_pem = take_string(*status, "clientCertificateData");
  out.value.key_pem = take_string(*status, "clientKeyData");
  if (out.value.certificate_pem.empty() != out.value.key_pem.empty()) {
    return failed(plugin, "a client certificate and its key must come together");
  }
  if (out.value.token.empty() && out.value.certificate_pem.empty()) {
    return failed(plugin, "its answer has neither a token nor a client certificate");
  }
  if (const auto time = take_string(*status, "expirationTimestamp"); !time.empty()) {
    out.expires = parse_time(time);
    if (!out.expires) {
      return failed(plugin, "expirationTimestamp is not an RFC 3339 time");
    }
  }
  return out;
}

result<exec_credential> run_exec_plugin(const config& server, const child_stop& stop) {
  const auto& plugin = server.exec;
  child_command command;
  command.program = plugin.command;
  command.args = plugin.args;
  command.env = plugin.env;
  command.env.emplace_back("KUBERNETES_EXEC_INFO", exec_info(server));
  auto ran = run_child(command, stop);
  if (!ran.ok()) {
    auto why = std::move(ran.failure());
    if (!plugin.install_hint.empty()) {
      why.message += " (" + plugin.install_hint + ")";
    }
    return why;
  }
  const auto& output = ran.value();
  if (output.exit_code != 0) {
    return failed(plugin, "ended with code " + std::to_string(output.exit_code) + ": " +
                              first_line(output.err));
  }
  return parse_exec_credential(output.out, plugin);
}

}  // namespace k8s
