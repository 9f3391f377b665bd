#include "app/endpoints.hpp"

#include <array>
#include <map>

#include <civetweb.h>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <prometheus/client_metric.h>
#include <prometheus/metric_family.h>

namespace app {
namespace {

using ::testing::HasSubstr;

/// Answers a constant family, to be recognised in the text.
class one_metric final : public prometheus::Collectable {
 public:
  std::vector<prometheus::MetricFamily> Collect() const override {
    prometheus::ClientMetric metric;
    metric.counter.value = 42;
    return {{"answer_total", "The answer.", prometheus::MetricType::Counter, {metric}}};
  }
};

/// Status and body of one request to a server of this process.
std::pair<int, std::string> fetch(const std::string& address, const std::string& path,
                                  const std::string& method = "GET") {
  const int port = std::stoi(address.substr(address.rfind(':') + 1));
  std::array<char, 256> error{};
  auto* connection =
      mg_download("127.0.0.1", port, 0, error.data(), error.size(),
                  "%s %s HTTP/1.0\r\nHost: test\r\n\r\n", method.c_str(), path.c_str());
  if (connection == nullptr) return {0, error.data()};
  std::string body;
  std::array<char, 4096> chunk{};
  for (int got = 0; (got = mg_read(connection, chunk.data(), chunk.size())) > 0;) {
    body.append(chunk.data(), static_cast<std::size_t>(got));
  }
  const int status = mg_get_response_info(connection)->status_code;
  mg_close_connection(connection);
  return {status, body};
}

class Endpoints : public ::testing::Test {
 protected:
  void start(const std::string& metrics, const std::string& health) {
    auto started = start_endpoints({metrics, health}, {std::make_shared<one_metric>()},
                                   {[this] { return alive_; }, [this] { return ready_; }});
    if (auto* failed = std::get_if<bind_failure>(&started)) FAIL() << failed->why;
    running_ = std::move(std::get<endpoints>(started));
  }

  bool alive_ = true;
  actors::readiness ready_{true, {"[+]teleport ok"}};
  endpoints running_;
};

TEST_F(Endpoints, MetricsAreServedAsText) {
  start("127.0.0.1:0", "0");
  const auto [status, body] = fetch(running_.metrics->address(), "/metrics");
  EXPECT_EQ(status, 200);
  EXPECT_EQ(body,
            "# HELP answer_total The answer.\n# TYPE answer_total counter\nanswer_total 42\n");
}

TEST_F(Endpoints, ProbesTellTheTruthAtTheMoment) {
  start("0", "127.0.0.1:0");
  const auto& address = running_.health->address();
  for (const auto* path : {"/healthz", "/healthz/healthz"}) {
    EXPECT_EQ(fetch(address, path), std::pair(200, std::string("ok\n")));
  }
  for (const auto* path : {"/readyz", "/readyz/readyz"}) {
    EXPECT_EQ(fetch(address, path), std::pair(200, std::string("ok\n[+]teleport ok\n")));
  }
  alive_ = false;
  ready_ = {false, {"[-]teleport not ready: token expired"}};
  EXPECT_EQ(fetch(address, "/healthz").first, 503);
  EXPECT_EQ(fetch(address, "/readyz"),
            std::pair(503, std::string("not ready\n[-]teleport not ready: token expired\n")));
}

TEST_F(Endpoints, OtherPathsAndMethodsAreRefused) {
  start("127.0.0.1:0", "127.0.0.1:0");
  EXPECT_EQ(fetch(running_.metrics->address(), "/").first, 404);
  EXPECT_EQ(fetch(running_.metrics->address(), "/healthz").first, 404);
  EXPECT_EQ(fetch(running_.health->address(), "/metrics").first, 404);
  EXPECT_EQ(fetch(running_.health->address(), "/healthz/x").first, 404);
  EXPECT_EQ(fetch(running_.health->address(), "/../etc/passwd").first, 404);
  EXPECT_EQ(fetch(running_.health->address(), "/healthz", "POST").first, 405);
}

TEST_F(Endpoints, AHeadRequestHasNoBody) {
  start("0", "127.0.0.1:0");
  EXPECT_EQ(fetch(running_.health->address(), "/healthz", "HEAD"), std::pair(200, std::string()));
}

TEST_F(Endpoints, ServersThatAreOffAreNotListed) {
  start("0", "");
  EXPECT_EQ(running_.metrics, nullptr);
  EXPECT_EQ(running_.health, nullptr);
  EXPECT_EQ(addresses_as_json(running_), "{}");
}

TEST_F(Endpoints, TheReallyBoundAddressesAreTold) {
  start("127.0.0.1:0", ":0");
  const auto told = nlohmann::json::parse(addresses_as_json(running_));
  EXPECT_EQ(told.at("metrics"), running_.metrics->address());
  EXPECT_THAT(told.at("health").get<std::string>(), ::testing::StartsWith("0.0.0.0:"));
  EXPECT_EQ(fetch(told.at("health"), "/healthz").first, 200);
}

TEST_F(Endpoints, AnAddressThatCantBeBoundIsNamed) {
  start("127.0.0.1:0", "0");
  const auto taken = running_.metrics->address();
  for (const auto& address : {taken, std::string("nonsense"), std::string("192.0.2.1:0")}) {
    const auto second = start_endpoints({"0", address}, {}, {});
    ASSERT_TRUE(std::holds_alternative<bind_failure>(second)) << address;
    EXPECT_THAT(std::get<bind_failure>(second).why,
                HasSubstr("-health-probe-bind-address: can't listen on \"" + address + "\": "));
  }
}

}  // namespace
}  // namespace app
