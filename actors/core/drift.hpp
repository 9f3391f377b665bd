#pragma once

/// What an object makes of the news that its resource in Teleport has moved. Pure.

#include <array>
#include <chrono>
#include <cstdint>
#include <string>

#include "actors/core/plan.hpp"

namespace actors::core {

/// The revisions that an object has seen last: those of its own writes, and those that it found.
/// News of one of them is an echo, or late. (No revision comes twice.) Kept as hashes, since there
/// are many objects.
class seen_revisions {
 public:
  void add(const std::string& revision);
  bool contains(const std::string& revision) const;

 private:
  std::array<std::uint64_t, 4> hashes_{};
  std::uint8_t next_ = 0;
};

/// Is such news a reason to look, after a pass that ended like this? What is tried again anyway, or
/// waits for something else, is not.
bool asks_for_a_look(verdict last, bool deleted);

/// Did the pass put back what somebody else had changed?
bool is_repair(verdict what);

/// Wait before looking at drift, after so many repairs shortly one after another. Two who don't
/// agree on a resource must not write for ever as fast as they can: none for the first three, then
/// 1 s doubling to 5 min.
std::chrono::milliseconds repair_wait(unsigned repairs, double random);

/// Repairs that lie further apart don't count as one after another.
inline constexpr auto repair_memory = std::chrono::minutes{10};

}  // namespace actors::core
