#include "actors/core/drift.hpp"

#include <algorithm>
#include <functional>

#include "actors/core/retry.hpp"

namespace actors::core {

using namespace std::chrono_literals;

namespace {

constexpr unsigned free_repairs = 3;
constexpr backoff_settings disagreeing{1s, 5min};

/// 0 is nobody's.
std::uint64_t hash_of(const std::string& revision) {
  return std::max<std::uint64_t>(std::hash<std::string>{}(revision), 1);
}

}  // namespace

void seen_revisions::add(const std::string& revision) {
  if (revision.empty() || contains(revision)) return;
  hashes_.at(next_) = hash_of(revision);
  next_ = static_cast<std::uint8_t>((next_ + 1) % hashes_.size());
}

bool seen_revisions::contains(const std::string& revision) const {
  return !revision.empty() &&
         std::find(hashes_.begin(), hashes_.end(), hash_of(revision)) != hashes_.end();
}

bool asks_for_a_look(verdict last, bool deleted) {
  if (is_at_rest(last)) return true;
  // Each of them waits for a change in Teleport.
  if (last == verdict::unowned || last == verdict::rejected) return true;
  return last == verdict::deletion_blocked && deleted;
}

bool is_repair(verdict what) {
  return what == verdict::healed || what == verdict::created;
}

std::chrono::milliseconds repair_wait(unsigned repairs, double random) {
  if (repairs <= free_repairs) return {};
  return backoff(disagreeing, repairs - free_repairs, random);
}

}  // namespace actors::core
