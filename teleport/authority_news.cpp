#include "teleport/authority_news.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace teleport {
namespace {

/// The types whose rotation clients take part in.
constexpr std::array<std::string_view, 3> types_that_matter{"host", "user", "db"};
/// The phases from whose begin on new certificates are of another CA, or other CAs are believed.
/// In `init` a CA is only announced, and `update_servers` is the servers' own business.
constexpr std::array<std::string_view, 3> phases_that_matter{"update_clients", "rollback",
                                                             "standby"};

template <class List>
bool is_in(const List& list, std::string_view word) {
  return std::ranges::find(list, word) != list.end();
}

}  // namespace

proto::Watch authority_watch(const std::string& cluster) {
  proto::Watch watch;
  auto& kind = *watch.add_kinds();
  kind.set_kind("cert_authority");
  for (const auto type : types_that_matter) (*kind.mutable_filter())[std::string(type)] = cluster;
  return watch;
}

std::optional<std::string> moved_authority(const proto::Event& event, const std::string& cluster) {
  if (event.type() != proto::PUT || !event.has_certauthority()) return std::nullopt;
  const auto& spec = event.certauthority().spec();
  const auto& type = spec.type().empty() ? event.certauthority().subkind() : spec.type();
  const auto& phase = spec.rotation().phase();
  if (spec.clustername() != cluster || !is_in(types_that_matter, type) ||
      !is_in(phases_that_matter, phase))
    return std::nullopt;
  return type + ", phase " + phase;
}

}  // namespace teleport
