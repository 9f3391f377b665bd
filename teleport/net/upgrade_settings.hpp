#pragma once

/// What the environment says about connection upgrades behind load balancers
/// (facts/teleport-connection.md §6.3). Pure but for from_environment.

#include <map>
#include <optional>
#include <string>

#include "teleport/error.hpp"
#include "teleport/net/address.hpp"

namespace teleport::net {

/// Which protocols are offered for an upgraded connection.
enum class upgrade_mode { both, websocket, legacy };

class upgrade_settings {
 public:
  /// `rules` as in TELEPORT_TLS_ROUTING_CONN_UPGRADE: a list, separated by ',' or ';', of a boolean
  /// (yes/no, true/false, on/off, 1/0) for all addresses and of <host:port>=<boolean> for one;
  /// empty: nothing is said. `mode` as in …_MODE: "websocket", "legacy", anything else means both.
  /// errc::config names the entry that is neither.
  static result<upgrade_settings> parse(const std::string& rules, const std::string& mode);

  /// Call it once, before threads start.
  static result<upgrade_settings> from_environment();

  /// Is a connection to this address upgraded? Nothing when it is to be found out by a probe.
  std::optional<bool> for_address(const address& to) const;
  upgrade_mode mode() const noexcept { return mode_; }

 private:
  bool given_ = false;
  bool others_ = false;  ///< for addresses that are not named
  std::map<std::string, bool> named_;
  upgrade_mode mode_ = upgrade_mode::both;
};

}  // namespace teleport::net
