#include "teleport/status.hpp"

#include <algorithm>

namespace teleport {
namespace {

struct row {
  const char* name;
  errc code;
};

/// By gRPC's number.
constexpr row statuses[] = {
    {"OK", errc::unknown},
    {"CANCELLED", errc::cancelled},
    {"UNKNOWN", errc::unknown},
    {"INVALID_ARGUMENT", errc::bad_parameter},
    {"DEADLINE_EXCEEDED", errc::timeout},
    {"NOT_FOUND", errc::not_found},
    {"ALREADY_EXISTS", errc::already_exists},
    {"PERMISSION_DENIED", errc::access_denied},
    {"RESOURCE_EXHAUSTED", errc::limit_exceeded},
    {"FAILED_PRECONDITION", errc::compare_failed},
    {"ABORTED", errc::unknown},
    {"OUT_OF_RANGE", errc::unknown},
    {"UNIMPLEMENTED", errc::not_implemented},
    {"INTERNAL", errc::unknown},
    {"UNAVAILABLE", errc::connection},
    {"DATA_LOSS", errc::unknown},
    {"UNAUTHENTICATED", errc::access_denied},
};

const row& row_of(int code) {
  constexpr int count = static_cast<int>(std::size(statuses));
  return statuses[code >= 0 && code < count ? code : 2];
}

}  // namespace

error from_status(int code, const std::string& text) {
  const auto& known = row_of(code);
  return {known.code, text.empty() ? known.name : text};
}

std::string one_line(const std::string& text) {
  std::string line;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find_first_of("\r\n", at), text.size());
    const auto begin = std::min(text.find_first_not_of(" \t", at), end);
    if (begin != end) line += (line.empty() ? "" : ": ") + text.substr(begin, end - begin);
    at = end + 1;
  }
  return line;
}

const char* status_name(int code) {
  return row_of(code).name;
}

errc class_of_http(long status) {
  switch (status) {
    case 400:
      return errc::bad_parameter;
    case 401:
    case 403:
      return errc::access_denied;
    case 404:
      return errc::not_found;
    case 409:
      return errc::already_exists;
    case 412:
      return errc::compare_failed;
    case 429:
      return errc::limit_exceeded;
    case 501:
      return errc::not_implemented;
    case 502:
    case 503:
    case 504:
      return errc::connection;
    default:
      return errc::unknown;
  }
}

}  // namespace teleport
