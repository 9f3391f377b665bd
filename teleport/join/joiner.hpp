#pragma once

/// Joins a cluster: every way and every call that may lead in, in the order that
/// facts/teleport-connection.md §1.4 and §2.2 give, until one does or one refusal is final.

#include <string>
#include <variant>
#include <vector>

#include "teleport/connector.hpp"
#include "teleport/join/doors.hpp"
#include "teleport/join/request.hpp"

namespace teleport::join {

struct joined {
  identity bot;
  way by = way::direct;
  std::string server_version;         ///< empty when nobody told it
  std::vector<std::string> warnings;  ///< for the log
};

/// One way or step that was tried, and how it failed. `at` names it: "joining via proxy a:443".
struct tried {
  std::string at;
  failed_step failed;
};

/// Blocks within the limits. The failures are those of every way that was tried, in order; at least
/// one. None of them holds a token.
std::variant<joined, std::vector<tried>> try_join(const connector_settings& settings,
                                                  const surroundings& to,
                                                  const net::limits& within);

/// The same with all failures as one, which names every way and says what to do.
std::variant<joined, connect_failure> join(const connector_settings& settings,
                                           const surroundings& to, const net::limits& within);

/// All failures of one attempt as one.
connect_failure summary(const std::vector<tried>& all);

/// The same for what failed before anything was tried: a file, a setting.
connect_failure unusable(const error& why);

}  // namespace teleport::join
