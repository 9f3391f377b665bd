#pragma once

/// coordination.k8s.io/v1 Leases, with which processes agree on one leader. Pure: JSON from and to
/// a value. Who may take a Lease, and when, is decided elsewhere.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "k8s/error.hpp"
#include "k8s/object.hpp"

namespace k8s {

/// Times are RFC 3339 with microseconds (MicroTime), as `micro_time` writes them.
struct lease {
  object_key key;
  std::string uid{};               ///< empty: not stored yet
  std::string resource_version{};  ///< likewise
  std::string holder{};            ///< holderIdentity; empty: nobody holds it
  std::chrono::seconds duration{0};
  std::string acquire_time{};
  std::string renew_time{};
  std::int64_t transitions = 0;  ///< leaseTransitions
  /// The object as the server sent it, as JSON: what else somebody put there survives an update.
  std::string whole{};
};

const resource_type& lease_type();

/// The answer to a request about a Lease. errc::bad_answer when the text is none.
result<lease> parse_lease(std::string_view text, const std::string& subject);

/// holderIdentity of a Lease that a watch tells of; empty when there is none.
std::string holder_in(const object& of);

/// The whole object, to be created or to replace what is stored.
std::string lease_body(const lease& of);

/// "2026-01-02T03:04:05.000006Z".
std::string micro_time(std::chrono::system_clock::time_point when);

}  // namespace k8s
