#include "actors/core/secret_table.hpp"

#include <utility>

#include "actors/core/cr_marks.hpp"

namespace actors::core {

// -- users ----------------------------------------------------------------------------------------

bool secret_table::put(user who, const std::string& ns,
                       const std::vector<messages::secret_seen>& secrets) {
  auto before = users_[who];
  remove(who);
  user_state now{ns, {}};
  for (const auto& [name, version] : secrets) {
    // What it was told of before it looked, it need not be told again.
    const auto former = before.uses.find(name);
    const auto told = former == before.uses.end() ? std::string{} : former->second.told;
    now.uses.insert_or_assign(name, use{version, told});
    by_secret_[{ns, name}].insert(who);
  }
  return tell_if_moved(users_[who] = std::move(now));
}

void secret_table::remove(user who) {
  const auto found = users_.find(who);
  if (found == users_.end()) return;
  for (const auto& [name, one] : found->second.uses) {
    const auto place = by_secret_.find({found->second.ns, name});
    if (place == by_secret_.end()) continue;
    place->second.erase(who);
    if (place->second.empty()) by_secret_.erase(place);
  }
  users_.erase(found);
}

std::set<std::string> secret_table::namespaces() const {
  std::set<std::string> all;
  for (const auto& [who, state] : users_) all.insert(state.ns);
  return all;
}

// -- what the watch tells -------------------------------------------------------------------------

void secret_table::page(const std::string& scope, const std::vector<k8s::object_ptr>& secrets,
                        bool first) {
  auto& where = scopes_[scope];
  if (first) where.listing.clear();
  for (const auto& secret : secrets) {
    where.known.insert_or_assign(secret->key, secret->resource_version);
    where.listing.insert(secret->key);
  }
}

/// The list is complete: what it does not name is gone.
secret_table::users secret_table::list_ended(const std::string& scope, const std::string& version) {
  auto& where = scopes_[scope];
  std::erase_if(where.known,
                [&](const auto& entry) { return !where.listing.contains(entry.first); });
  where.listing.clear();
  where.rewound = older(version, where.version);
  where.version = version;
  users moved;
  for (auto& [who, state] : users_) {
    const bool in_scope = scope.empty() || state.ns == scope;
    if (in_scope && tell_if_moved(state)) moved.push_back(who);
  }
  return moved;
}

secret_table::users secret_table::changed(const std::string& scope, const k8s::object& secret,
                                          bool deleted) {
  auto& where = scopes_[scope];
  where.version = secret.resource_version;
  if (deleted) {
    where.known.erase(secret.key);
  } else {
    where.known.insert_or_assign(secret.key, secret.resource_version);
  }
  users moved;
  const auto found = by_secret_.find(secret.key);
  if (found == by_secret_.end()) return moved;
  for (const auto who : found->second) {
    if (tell_if_moved(secret.key, users_.at(who).uses.at(secret.key.name))) moved.push_back(who);
  }
  return moved;
}

void secret_table::bookmark(const std::string& scope, const std::string& version) {
  scopes_[scope].version = version;
}

std::string secret_table::version_of(const std::string& scope) const {
  const auto found = scopes_.find(scope);
  return found == scopes_.end() ? std::string{} : found->second.version;
}

void secret_table::keep_scopes(const std::set<std::string>& watched) {
  std::erase_if(scopes_, [&](const auto& entry) { return !watched.contains(entry.first); });
}

// -- the comparison -------------------------------------------------------------------------------

const secret_table::scope_state* secret_table::scope_of(const std::string& ns) const {
  for (const auto& scope : {ns, std::string{}}) {
    const auto found = scopes_.find(scope);
    if (found != scopes_.end() && !found->second.version.empty()) return &found->second;
  }
  return nullptr;
}

/// A Secret that is not known is gone as of the scope's version: had it been made later, the watch
/// would not have told yet.
bool secret_table::tell_if_moved(const k8s::object_key& secret, use& known_to) const {
  const auto* where = scope_of(secret.ns);
  if (where == nullptr) return false;
  const auto found = where->known.find(secret);
  const bool exists = found != where->known.end();
  const auto& version = exists ? found->second : where->version;
  const bool differs =
      where->rewound && exists ? known_to.seen != version : older(known_to.seen, version);
  const bool moved = known_to.seen.empty() ? exists : differs;
  if (!moved || version == known_to.told) return false;
  known_to.told = version;
  return true;
}

bool secret_table::tell_if_moved(user_state& who) const {
  bool moved = false;
  for (auto& [name, one] : who.uses) {
    if (tell_if_moved({who.ns, name}, one)) moved = true;
  }
  return moved;
}

}  // namespace actors::core
