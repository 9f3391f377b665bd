#include "app/wiring.hpp"

#include <array>
#include <random>
#include <utility>

#include <unistd.h>

#include "app/candidate.hpp"

namespace app {

namespace {

/// A page is in memory as text and as a tree at once, and its holes stay when it is gone: with
/// pages of 500 objects, as kubectl asks for, a start with a thousand leaves 2 MiB more behind.
constexpr std::size_t objects_a_page = 200;

std::string host_name() {
  std::array<char, 256> text{};
  if (gethostname(text.data(), text.size() - 1) != 0) return "unknown";
  return text.data();
}

std::chrono::seconds in_seconds(std::chrono::nanoseconds time) {
  return std::chrono::ceil<std::chrono::seconds>(time);
}

double as_seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace

// The build defines OPERATOR_VERSION without quotes: compile commands then need none either.
#define OPERATOR_TEXT_OF(number) #number
#define OPERATOR_TEXT(number) OPERATOR_TEXT_OF(number)

const char* version() {
  return OPERATOR_TEXT(OPERATOR_VERSION);
}

actors::settings actor_settings(const options& given, std::vector<std::string> namespaces) {
  actors::settings result;
  result.namespaces = std::move(namespaces);
  for (const auto& kind : teleport::all_kinds()) result.kinds.push_back(&kind);
  result.own_instance = host_name();
  result.version = version();
  result.renewal_interval = in_seconds(given.renewal_interval);
  result.sync_period = in_seconds(given.sync_period);
  result.drift_interval = in_seconds(given.drift_interval);
  result.identity_from_file = !given.identity_file.empty();
  result.election = election_settings(given);
  return result;
}

std::string user_agent() {
  return std::string("teleport-operator-caf/") + version();
}

teleport::connector_settings connector_settings(const options& given, const surroundings& from) {
  teleport::connector_settings result;
  result.auth_server = given.auth_server;
  result.token = given.token;
  result.join_method = given.join_method;
  result.kubernetes_token_path =
      from.variable("KUBERNETES_TOKEN_PATH").value_or(default_kubernetes_token_path);
  result.identity_file = given.identity_file;
  result.ca_pins = given.ca_pins;
  result.insecure = given.insecure;
  result.certificate_ttl = in_seconds(given.certificate_ttl);
  result.renewal_interval = in_seconds(given.renewal_interval);
  return result;
}

teleport::connector_settings connector_settings(const options& given, const surroundings& from,
                                                actors::metrics& stats,
                                                const actors::lease_fence& fence) {
  auto result = connector_settings(given, from);
  result.write_time_left = [&fence] { return fence.left(); };
  result.on_call = [&stats](const std::string& method, const std::string& code,
                            std::chrono::nanoseconds took) {
    stats.teleport_call(method, code, as_seconds(took));
  };
  return result;
}

k8s::client_options client_options(actors::metrics& stats, const actors::lease_fence& fence) {
  k8s::client_options result;
  result.write_time_left = [&fence] { return fence.left(); };
  result.page_size = objects_a_page;
  result.user_agent = user_agent();
  result.on_request = [&stats](int code, const std::string& method, const std::string& host) {
    stats.kubernetes_request(code, method, host);
  };
  return result;
}

std::vector<std::string> controller_names(const actors::settings& settings) {
  std::vector<std::string> names;
  for (const auto* kind : settings.kinds) names.push_back(kind->controller_name());
  return names;
}

double random_fraction() {
  thread_local std::mt19937_64 engine{std::random_device{}()};
  return std::uniform_real_distribution<double>{0, 1}(engine);
}

}  // namespace app
