#pragma once

/// gRPC status codes and HTTP statuses as errors of this room. Pure; numbers instead of gRPC's
/// types, so that whoever includes this needs no gRPC header. facts/teleport-connection.md §2.3,
/// §7.3.

#include <string>

#include "teleport/error.hpp"

namespace teleport {

/// `code` is gRPC's number; not 0. The text is the server's, or the code's name when it gave none.
error from_status(int code, const std::string& text);

/// The text on one line: servers put each cause on a line of its own, outermost first.
std::string one_line(const std::string& text);

/// gRPC's own name of a code: "NOT_FOUND"; "OK" for 0.
const char* status_name(int code);

/// Class of an HTTP answer that is not 2xx.
errc class_of_http(long status);

}  // namespace teleport
