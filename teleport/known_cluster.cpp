#include "teleport/known_cluster.hpp"

#include <utility>

namespace teleport {

bool is_lost(const connect_failure& failure) {
  return failure.why.code == errc::cancelled || !needs_a_person(failure.what);
}

std::variant<join::entered, std::vector<join::tried>> known_cluster::enter(
    const join::identity& who, const connect_settings& with, const net::limits& within) {
  const auto ways = last_way_ ? std::vector{*last_way_} : join::ways_to(with.to.server);
  auto came = join::try_enter(who, ways, with.to, version(with.asked), within);
  if (const auto* in = std::get_if<join::entered>(&came))
    joined(in->by, in->cluster.serverversion());
  return came;
}

void known_cluster::joined(join::way by, const std::string& server_version) {
  last_way_ = by;
  server_version_ = server_version;
}

std::string known_cluster::version(const connector_settings& asked) const {
  if (!asked.client_version.empty()) return asked.client_version;
  return server_version_.empty() ? join::first_contact_version : server_version_;
}

}  // namespace teleport
