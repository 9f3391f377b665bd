#pragma once

/// Which CR has which Teleport resource. Several CRs can want the same one: kinds that differ only
/// in version (TeleportRoleV6, TeleportRoleV7), or several namespaces. The oldest has it (creation
/// time, then UID); when it goes, the next one gets it. Pure; the root keeps the one table, since
/// it outlives every other actor.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "messages/types.hpp"

namespace actors::core {

class claim_table {
 public:
  /// A CR whose standing is new or has changed: tell its supervisor.
  struct decision {
    messages::cr_id who;
    teleport::resource_key wanted;
    std::optional<std::string> held_by;
  };

  /// Enters a claim (again: the same answer) and decides it; a claim of the same CR on another
  /// resource is given up. The first decision is the claimant's own.
  std::vector<decision> add(const messages::claim& claim);
  std::vector<decision> remove(const messages::cr_id& who);
  /// Claims of the kind whose UIDs are not among `alive` are removed.
  std::vector<decision> retain(messages::kind_ptr kind, const std::set<std::string>& alive);

  /// The CRs that have the Teleport resource of this key; `any_scope`: those of this name, in
  /// whatever scope.
  std::vector<messages::cr_id> holders_of(const std::string& teleport_kind,
                                          const teleport::resource_key& key, bool any_scope) const;

  std::size_t size() const { return by_uid_.size(); }

 private:
  /// Teleport kind and what tells its resources apart. (Subkinds share their names.)
  using resource_id = std::pair<std::string, teleport::resource_key>;
  struct age {
    std::string creation_timestamp;
    std::string uid;
    auto operator<=>(const age&) const = default;
  };

  decision decide(const resource_id& resource, const age& who) const;

  std::map<resource_id, std::map<age, messages::cr_id>>
      claims_;  ///< the first of each inner map is the holder
  std::map<std::string, std::pair<resource_id, age>> by_uid_;
};

}  // namespace actors::core
