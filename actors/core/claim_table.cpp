#include "actors/core/claim_table.hpp"

#include <iterator>

namespace actors::core {

claim_table::decision claim_table::decide(const resource_id& resource, const age& who) const {
  const auto& claimants = claims_.at(resource);
  const auto& holder = *claimants.begin();
  decision result{claimants.at(who), resource.second, {}};
  if (holder.first != who) result.held_by = messages::to_string(holder.second);
  return result;
}

std::vector<claim_table::decision> claim_table::add(const messages::claim& claim) {
  const resource_id resource{claim.who.kind->teleport_kind, claim.wants};
  std::vector<decision> freed;
  if (const auto before = by_uid_.find(claim.who.uid);
      before != by_uid_.end() && before->second.first != resource) {
    freed = remove(claim.who);
  }
  const age mine{claim.creation_timestamp, claim.who.uid};
  auto& claimants = claims_[resource];
  const auto holder_before = claimants.empty() ? age{} : claimants.begin()->first;
  claimants.insert_or_assign(mine, claim.who);
  by_uid_.insert_or_assign(claim.who.uid, std::pair{resource, mine});

  std::vector<decision> decisions{decide(resource, mine)};
  const bool took_over = !holder_before.uid.empty() && holder_before != claimants.begin()->first;
  if (took_over) {
    for (const auto& [other, id] : claimants) {
      if (other != mine) decisions.push_back(decide(resource, other));
    }
  }
  decisions.insert(decisions.end(), std::make_move_iterator(freed.begin()),
                   std::make_move_iterator(freed.end()));
  return decisions;
}

std::vector<messages::cr_id> claim_table::holders_of(const std::string& teleport_kind,
                                                     const teleport::resource_key& key,
                                                     bool any_scope) const {
  // Keys are in the order of name, then scope.
  auto from = any_scope ? teleport::resource_key{key.name} : key;
  std::vector<messages::cr_id> holders;
  for (auto at = claims_.lower_bound({teleport_kind, std::move(from)}); at != claims_.end(); ++at) {
    const auto& [kind, found] = at->first;
    if (kind != teleport_kind || found.name != key.name) break;
    if (!any_scope && found.scope != key.scope) break;
    holders.push_back(at->second.begin()->second);
  }
  return holders;
}

std::vector<claim_table::decision> claim_table::remove(const messages::cr_id& who) {
  const auto found = by_uid_.find(who.uid);
  if (found == by_uid_.end()) return {};
  const auto [resource, mine] = found->second;
  by_uid_.erase(found);
  auto& claimants = claims_.at(resource);
  const bool was_holder = claimants.begin()->first == mine;
  claimants.erase(mine);
  if (claimants.empty()) {
    claims_.erase(resource);
    return {};
  }
  std::vector<decision> decisions;
  if (was_holder) {
    for (const auto& [other, id] : claimants) decisions.push_back(decide(resource, other));
  }
  return decisions;
}

std::vector<claim_table::decision> claim_table::retain(messages::kind_ptr kind,
                                                       const std::set<std::string>& alive) {
  std::vector<messages::cr_id> gone;
  for (const auto& [uid, entry] : by_uid_) {
    const auto& id = claims_.at(entry.first).at(entry.second);
    if (id.kind == kind && !alive.contains(uid)) gone.push_back(id);
  }
  std::vector<decision> decisions;
  for (const auto& id : gone) {
    auto some = remove(id);
    decisions.insert(decisions.end(), std::make_move_iterator(some.begin()),
                     std::make_move_iterator(some.end()));
  }
  return decisions;
}

}  // namespace actors::core
