#pragma once

/// Where the cluster is, and what has to be known of this machine and its network to get there. The
/// same for all connections of one operator.

#include <chrono>
#include <memory>
#include <string>

#include "teleport/net/address.hpp"
#include "teleport/net/balancer_probe.hpp"
#include "teleport/net/http.hpp"
#include "teleport/net/proxy_rules.hpp"
#include "teleport/net/trust.hpp"
#include "teleport/net/upgrade_settings.hpp"

namespace teleport::join {

struct surroundings {
  net::address server;
  net::web_roots web;
  bool insecure = false;
  std::chrono::seconds dial_timeout{30};
  net::proxy_rules proxies = {};
  net::upgrade_settings upgrades = {};
  /// Shared by copies; never null.
  std::shared_ptr<net::probe_memory> probes = std::make_shared<net::probe_memory>();

  /// All that the environment says: web roots, proxies, upgrades. errc::config names the variable
  /// that can't be used. Call it once, before threads start.
  static result<surroundings> from_environment(net::address server, bool insecure,
                                               std::chrono::seconds dial_timeout);

  /// How a proxy's web certificate is verified.
  net::trust web_trust() const;
  /// A GET of `path` at the server, seen as a proxy; with `json` set it becomes a POST.
  net::http_request web_request(const std::string& path) const;
};

}  // namespace teleport::join
