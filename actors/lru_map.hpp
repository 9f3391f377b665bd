#pragma once

/// A map that forgets what was not used for longest, so that memory about things that come and go
/// stays bounded. Not thread-safe.

#include <cstddef>
#include <list>
#include <unordered_map>
#include <utility>

namespace actors {

template <class Key, class Value>
class lru_map {
 public:
  /// Holds at most `most` entries; at least one.
  explicit lru_map(std::size_t most) : most_(most == 0 ? 1 : most) {}

  /// Counts as a use. nullptr when there is none; valid until the next insertion or erasure.
  Value* find(const Key& key) {
    const auto found = index_.find(key);
    if (found == index_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, found->second);
    return &found->second->second;
  }

  /// The value of `key`; made from `fallback` when there is none.
  Value& find_or_add(const Key& key, Value fallback) {
    if (auto* found = find(key)) return *found;
    entries_.emplace_front(key, std::move(fallback));
    index_.emplace(key, entries_.begin());
    if (entries_.size() > most_) {
      index_.erase(entries_.back().first);
      entries_.pop_back();
    }
    return entries_.front().second;
  }

  void erase(const Key& key) {
    const auto found = index_.find(key);
    if (found == index_.end()) return;
    entries_.erase(found->second);
    index_.erase(found);
  }

  std::size_t size() const { return entries_.size(); }

 private:
  using entry = std::pair<Key, Value>;

  std::size_t most_;
  std::list<entry> entries_;  ///< the latest use first
  std::unordered_map<Key, typename std::list<entry>::iterator> index_;
};

}  // namespace actors
