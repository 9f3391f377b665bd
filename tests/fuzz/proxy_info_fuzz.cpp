/// Answers of a proxy to find and ping. Input: the JSON.

#include <cstddef>
#include <cstdint>
#include <string>

#include <nlohmann/json.hpp>

#include "teleport/join/proxy_info.hpp"
#include "tests/fuzz/expect.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using teleport::join::parse_proxy_info;
  const auto info = parse_proxy_info({reinterpret_cast<const char*>(data), size}, "proxy:443");
  if (!info.ok()) {
    fuzz::expect(info.failure().message.find("proxy:443") != std::string::npos,
                 "a refusal names the server");
    return 0;
  }
  const auto& one = info.value();
  const nlohmann::json same{{"server_version", one.server_version},
                            {"cluster_name", one.cluster_name},
                            {"auth", {{"signature_algorithm_suite", one.suite}}},
                            {"proxy", {{"tls_routing_enabled", one.tls_routing}}}};
  const auto again = parse_proxy_info(same.dump(), "proxy:443");
  fuzz::expect(again.ok(), "what was read can be said again");
  fuzz::expect(again.value().server_version == one.server_version &&
                   again.value().cluster_name == one.cluster_name &&
                   again.value().suite == one.suite && again.value().tls_routing == one.tls_routing,
               "and means the same");
  return 0;
}
