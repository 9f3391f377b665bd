#pragma once

/// What a proxy says about its cluster to anybody: `find` and `ping` (facts/teleport-connection.md
/// §1).

#include <string>

#include "teleport/error.hpp"
#include "teleport/join/surroundings.hpp"

namespace teleport::join {

struct proxy_info {
  std::string server_version;
  std::string cluster_name;
  std::string suite;  ///< only ping tells it
  bool tls_routing = false;
};

/// Reads either answer. errc::not_implemented when it isn't Teleport's.
result<proxy_info> parse_proxy_info(const std::string& body, const std::string& server);

/// Answered by the proxy alone.
result<proxy_info> find(const surroundings& to, const net::limits& within);

/// The proxy asks auth for it.
result<proxy_info> ping(const surroundings& to, const net::limits& within);

}  // namespace teleport::join
