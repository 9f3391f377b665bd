#include "actors/core/await_table.hpp"

#include <functional>
#include <utility>

namespace actors::core {

namespace {

/// Two resources of one hash cost a look too many, no more.
std::size_t hash_of(const teleport::named_resource& one) {
  return std::hash<std::string>{}(one.teleport_kind + '/' + one.name);
}

}  // namespace

bool await_table::remembers_all_since(time_point since) const {
  return movements_.size() < remembers_ || movements_.front().first <= since;
}

bool await_table::moved_since(const teleport::named_resource& what, time_point since) const {
  const auto wanted = hash_of(what);
  for (auto at = movements_.rbegin(); at != movements_.rend() && at->first > since; ++at) {
    if (at->second == wanted) return true;
  }
  return false;
}

bool await_table::put(const messages::cr_id& who,
                      const std::vector<teleport::named_resource>& which, bool all,
                      time_point since) {
  remove(who.uid);
  if (which.empty()) return false;
  if (!remembers_all_since(since)) return true;
  entry fresh{who, {}, all};
  for (const auto& one : which) {
    if (!moved_since(one, since)) {
      fresh.which.insert(one);
    } else if (!all) {
      return true;
    }
  }
  if (fresh.which.empty()) return true;
  for (const auto& one : fresh.which) uids_[one].insert(who.uid);
  by_uid_.emplace(who.uid, std::move(fresh));
  return false;
}

void await_table::remove(const std::string& uid) {
  const auto found = by_uid_.find(uid);
  if (found == by_uid_.end()) return;
  for (const auto& one : found->second.which) {
    const auto waiting = uids_.find(one);
    waiting->second.erase(uid);
    if (waiting->second.empty()) uids_.erase(waiting);
  }
  by_uid_.erase(found);
}

void await_table::remove_kind(messages::kind_ptr kind) {
  std::vector<std::string> gone;
  for (const auto& [uid, one] : by_uid_) {
    if (one.who.kind == kind) gone.push_back(uid);
  }
  for (const auto& uid : gone) remove(uid);
}

await_table::waiters await_table::moved(const teleport::named_resource& what, time_point now) {
  if (!teleport::is_waited_for(what.teleport_kind)) return {};
  movements_.emplace_back(now, hash_of(what));
  if (movements_.size() > remembers_) movements_.pop_front();
  const auto found = uids_.find(what);
  if (found == uids_.end()) return {};
  waiters ready;
  for (const auto& uid : std::exchange(found->second, {})) {
    auto& one = by_uid_.at(uid);
    one.which.erase(what);
    if (!one.all || one.which.empty()) ready.push_back(one.who);
  }
  uids_.erase(found);
  for (const auto& who : ready) remove(who.uid);
  return ready;
}

await_table::waiters await_table::everybody() {
  waiters all;
  all.reserve(by_uid_.size());
  for (auto& [uid, one] : by_uid_) all.push_back(std::move(one.who));
  by_uid_.clear();
  uids_.clear();
  return all;
}

}  // namespace actors::core
