#include "app/endpoints.hpp"

#include <sstream>
#include <utility>

#include <nlohmann/json.hpp>
#include <prometheus/text_serializer.h>

namespace app {

namespace {

http_answer not_found() {
  return {404, "not found\n"};
}

http_answer answer_alive(bool alive) {
  if (alive) return {200, "ok\n"};
  return {503, "the actor system did not answer within a second\n"};
}

http_answer answer_ready(const actors::readiness& state) {
  std::string text = state.ready ? "ok\n" : "not ready\n";
  for (const auto& line : state.lines) text += line + '\n';
  return {state.ready ? 200 : 503, std::move(text)};
}

bool is_off(const std::string& address) {
  return address.empty() || address == "0";
}

/// Starts a server into `into`, unless it is off. Returns why it can't.
std::string start_one(std::unique_ptr<http_server>& into, const std::string& address,
                      http_responder respond) {
  if (is_off(address)) return {};
  auto started = http_server::start(address, std::move(respond));
  if (auto* failed = std::get_if<bind_failure>(&started)) return std::move(failed->why);
  into = std::move(std::get<0>(started));
  return {};
}

}  // namespace

http_answer answer_metrics(const std::string& path,
                           const std::vector<std::shared_ptr<prometheus::Collectable>>& from) {
  if (path != "/metrics") return not_found();
  std::ostringstream text;
  const prometheus::TextSerializer serializer;
  for (const auto& source : from) serializer.Serialize(text, source->Collect());
  return {200, std::move(text).str(), "text/plain; version=0.0.4; charset=utf-8"};
}

http_answer answer_probe(const std::string& path, const probes& ask) {
  if (path == "/healthz" || path == "/healthz/healthz") return answer_alive(ask.alive());
  if (path == "/readyz" || path == "/readyz/readyz") return answer_ready(ask.readiness());
  return not_found();
}

std::variant<endpoints, bind_failure> start_endpoints(
    const endpoint_settings& settings,
    std::vector<std::shared_ptr<prometheus::Collectable>> metrics, probes health) {
  endpoints result;
  auto why = start_one(result.metrics, settings.metrics_address,
                       [metrics = std::move(metrics)](const std::string& path) {
                         return answer_metrics(path, metrics);
                       });
  if (!why.empty()) return bind_failure{"-metrics-bind-address: " + why};
  why = start_one(
      result.health, settings.health_address,
      [health = std::move(health)](const std::string& path) { return answer_probe(path, health); });
  if (!why.empty()) return bind_failure{"-health-probe-bind-address: " + why};
  return result;
}

std::string addresses_as_json(const endpoints& running) {
  nlohmann::ordered_json result = nlohmann::ordered_json::object();
  if (running.metrics) result["metrics"] = running.metrics->address();
  if (running.health) result["health"] = running.health->address();
  return result.dump();
}

}  // namespace app
