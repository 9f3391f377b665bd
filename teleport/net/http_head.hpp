#pragma once

/// The head of an HTTP/1.1 answer, read strictly: for connections that become something else after
/// it. Pure, any thread.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "teleport/error.hpp"

namespace teleport::net {

struct http_head {
  int status = 0;      ///< 100 to 599
  std::string reason;  ///< as the server wrote it, printable; may be empty
  std::vector<std::pair<std::string, std::string>> fields;  ///< names in lower case

  /// The field's values in their order, joined by ", "; empty when it is missing. `name` in lower
  /// case.
  std::string field(std::string_view name) const;
};

/// No head may be longer, in bytes.
inline constexpr std::size_t most_head = 16384;

/// Where the head ends in `bytes`, behind its empty line; 0: not yet.
std::size_t head_end(std::string_view bytes);

/// Can what came so far be the beginning of an answer?
bool may_be_http(std::string_view bytes);

/// Takes a head with its empty line. errc::not_implemented when it is not HTTP/1.x.
result<http_head> parse_http_head(std::string_view text);

}  // namespace teleport::net
