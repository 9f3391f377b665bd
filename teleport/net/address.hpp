#pragma once

/// Host and port of a Teleport service, as people write them.

#include <cstdint>
#include <string>

#include "teleport/error.hpp"

namespace teleport::net {

struct address {
  std::string host;  ///< name or IP; an IPv6 one without brackets
  std::uint16_t port = 0;

  /// "host:port", "[::1]:443".
  std::string text() const;
  bool operator==(const address&) const = default;
};

/// Takes "host:port", "[v6]:port", each also behind `tcp://`, `http://` or `https://` (which allows
/// the port to be missing: 443). errc::config with the reason otherwise.
/// facts/teleport-connection.md §1.1.
result<address> parse_address(const std::string& text);

}  // namespace teleport::net
