#pragma once

/// One HTTPS exchange, blocking, for the few web calls of a connect (HTTP/1.1, a connection each).
/// Connects as all of this folder does: reach.hpp and tls.hpp.

#include <optional>
#include <string>

#include "teleport/error.hpp"
#include "teleport/net/address.hpp"
#include "teleport/net/proxy_rules.hpp"
#include "teleport/net/stop.hpp"
#include "teleport/net/trust.hpp"

namespace teleport::net {

struct http_request {
  std::string url;   ///< https://host:port/path
  std::string json;  ///< POSTed when not empty; otherwise it is a GET
  trust verified_by = web_roots{};
  /// Connect there instead of to the URL's host, which stays the name that is verified.
  std::optional<address> connect_to;
  proxy_rules proxies = {};
};

struct http_answer {
  int status = 0;
  std::string body;
};

/// An answer of any status, within 30 s at most; redirections are not followed. errc::config,
/// errc::connection, errc::timeout and errc::cancelled as for reach and start_tls;
/// errc::not_implemented when the answer is not HTTP/1.1, its head longer than 16 KiB or its body
/// longer than 1 MiB. All texts begin with the URL.
result<http_answer> exchange(const http_request& request, const limits& limit);

}  // namespace teleport::net
