#pragma once

/// Who waits for which resource in Teleport, and who is to look again. Pure; the root keeps the one
/// table, since news of every kind pass through it.
///
/// Nobody misses what moved between his refused call and his entry: the last movements are
/// remembered, and where they don't reach back far enough, he is told to look again. A waiter is
/// told once and is then forgotten; who is refused again enters again.

#include <chrono>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "messages/types.hpp"
#include "teleport/references.hpp"

namespace actors::core {

class await_table {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  using waiters = std::vector<messages::cr_id>;

  /// `remembers`: so many of the last movements, at least 1.
  explicit await_table(std::size_t remembers = 4096) : remembers_(remembers) {}

  /// The CR waits for these from `since` on; what it waited for before is forgotten. `all`: until
  /// each of them has moved. True: it is to look again at once, and waits for nothing any more.
  bool put(const messages::cr_id& who, const std::vector<teleport::named_resource>& which, bool all,
           time_point since);
  void remove(const std::string& uid);
  /// The kind's CRs begin anew.
  void remove_kind(messages::kind_ptr kind);

  /// The resource was written or deleted. Kinds that nobody can wait for are ignored.
  waiters moved(const teleport::named_resource& what, time_point now);
  /// Anything may have moved, unseen.
  waiters everybody();

  std::size_t size() const { return by_uid_.size(); }

 private:
  struct entry {
    messages::cr_id who;
    std::set<teleport::named_resource> which;
    bool all = false;
  };

  bool remembers_all_since(time_point since) const;
  bool moved_since(const teleport::named_resource& what, time_point since) const;

  std::size_t remembers_;
  std::deque<std::pair<time_point, std::size_t>> movements_;  ///< hashes; the newest is last
  std::map<std::string, entry> by_uid_;
  std::map<teleport::named_resource, std::set<std::string>> uids_;
};

}  // namespace actors::core
