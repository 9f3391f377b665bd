#include "teleport/error.hpp"

namespace teleport {

const char* to_string(errc code) {
  switch (code) {
    case errc::not_found:
      return "not found";
    case errc::already_exists:
      return "already exists";
    case errc::access_denied:
      return "access denied";
    case errc::bad_parameter:
      return "bad parameter";
    case errc::compare_failed:
      return "compare failed";
    case errc::limit_exceeded:
      return "limit exceeded";
    case errc::not_implemented:
      return "not implemented";
    case errc::connection:
      return "no connection";
    case errc::timeout:
      return "timeout";
    case errc::cancelled:
      return "cancelled";
    case errc::not_leading:
      return "not leading";
    case errc::decode:
      return "decode";
    case errc::config:
      return "configuration";
    case errc::unknown:
      break;
  }
  return "unknown";
}

}  // namespace teleport
