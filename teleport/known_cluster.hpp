#pragma once

/// What one connect has learned of the way into its cluster, and the next one begins with. One
/// thread.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "teleport/join/doors.hpp"
#include "teleport/join/entrance.hpp"

namespace teleport {

struct connect_settings {
  connector_settings asked;
  join::surroundings to;
};

/// Did it fail on the way, so that it says nothing of who we are?
bool is_lost(const connect_failure& failure);

class known_cluster {
 public:
  /// By the way that led in last, or by both while none has. The failures are those of each way
  /// that was tried.
  std::variant<join::entered, std::vector<join::tried>> enter(const join::identity& who,
                                                              const connect_settings& with,
                                                              const net::limits& within);
  /// The cluster was joined by this way; an empty version is not known.
  void joined(join::way by, const std::string& server_version);
  /// Perhaps another sort of server is there now: the next `enter` tries both ways.
  void forget_way() noexcept { last_way_.reset(); }
  /// What we say that we are: as asked, else what the server runs.
  std::string version(const connector_settings& asked) const;

 private:
  std::optional<join::way> last_way_;
  std::string server_version_;  ///< as last told; empty before
};

}  // namespace teleport
