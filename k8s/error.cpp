#include "k8s/error.hpp"

namespace k8s {

const char* to_string(errc code) {
  switch (code) {
    case errc::not_found:
      return "not_found";
    case errc::not_served:
      return "not_served";
    case errc::conflict:
      return "conflict";
    case errc::already_exists:
      return "already_exists";
    case errc::invalid:
      return "invalid";
    case errc::forbidden:
      return "forbidden";
    case errc::unauthorized:
      return "unauthorized";
    case errc::gone:
      return "gone";
    case errc::throttled:
      return "throttled";
    case errc::server_error:
      return "server_error";
    case errc::connection:
      return "connection";
    case errc::bad_answer:
      return "bad_answer";
    case errc::config:
      return "config";
    case errc::cancelled:
      return "cancelled";
    case errc::not_leading:
      return "not_leading";
  }
  return "unknown";
}

}  // namespace k8s
