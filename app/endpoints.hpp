#pragma once

/// What the operator answers over HTTP: `/metrics` on one address, `/healthz` and `/readyz` on
/// another (facts/operator-behaviour.md §1.6, with a readiness that tells the truth).

#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include <prometheus/collectable.h>

#include "actors/health.hpp"
#include "app/http_server.hpp"

namespace app {

/// Metrics as text at `/metrics`; other paths: 404.
http_answer answer_metrics(const std::string& path,
                           const std::vector<std::shared_ptr<prometheus::Collectable>>& from);

/// What a probe's path asks for.
struct probes {
  std::function<bool()> alive;  ///< does the actor system answer? May take a second
  std::function<actors::readiness()> readiness;
};

/// `/healthz`, `/readyz` and the official second names of both: 200 and "ok", or 503 and why.
http_answer answer_probe(const std::string& path, const probes& ask);

/// The servers that run. An address that is "0" or empty has none.
struct endpoints {
  std::unique_ptr<http_server> metrics;
  std::unique_ptr<http_server> health;
};

struct endpoint_settings {
  std::string metrics_address;
  std::string health_address;
};

std::variant<endpoints, bind_failure> start_endpoints(
    const endpoint_settings& settings,
    std::vector<std::shared_ptr<prometheus::Collectable>> metrics, probes health);

/// {"metrics": "0.0.0.0:8080", "health": "0.0.0.0:8081"}; a server that is off is left out.
std::string addresses_as_json(const endpoints& running);

}  // namespace app
