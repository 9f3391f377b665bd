#include "teleport/join/surroundings.hpp"

#include <utility>

namespace teleport::join {

result<surroundings> surroundings::from_environment(net::address server, bool insecure,
                                                    std::chrono::seconds dial_timeout) {
  auto proxies = net::proxy_rules::from_environment();
  if (!proxies) return proxies.failure();
  auto upgrades = net::upgrade_settings::from_environment();
  if (!upgrades) return upgrades.failure();
  surroundings made;
  made.server = std::move(server);
  made.web = net::web_roots::from_environment();
  made.insecure = insecure;
  made.dial_timeout = dial_timeout;
  made.proxies = std::move(proxies.value());
  made.upgrades = std::move(upgrades.value());
  return made;
}

net::trust surroundings::web_trust() const {
  if (insecure) return net::no_verification{};
  return web;
}

net::http_request surroundings::web_request(const std::string& path) const {
  net::http_request request;
  request.url = "https://" + server.text() + path;
  request.verified_by = web_trust();
  request.proxies = proxies;
  return request;
}

}  // namespace teleport::join
