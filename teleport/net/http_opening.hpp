#pragma once

/// One HTTP/1.1 request on a byte stream that becomes something else when it is granted: CONNECT,
/// Upgrade.

#include <memory>
#include <string>

#include "teleport/error.hpp"
#include "teleport/net/byte_stream.hpp"
#include "teleport/net/http_head.hpp"
#include "teleport/net/stop.hpp"

namespace teleport::net {

struct http_opening {
  http_head head;
  std::string rest;  ///< what came behind the head
};

/// Sends `request` and reads the head of the answer, blocking within the limits. errc::connection
/// when the stream breaks, errc::not_implemented when the answer is not HTTP or its head longer
/// than `most_head`; `what` begins each text: "CONNECT by proxy a:3128".
result<http_opening> open_by_http(byte_stream& on, const std::string& request, const limits& within,
                                  const std::string& what);

/// The stream, with `rest` before what it reads itself.
std::unique_ptr<byte_stream> with_rest(std::unique_ptr<byte_stream> stream, std::string rest);

}  // namespace teleport::net
