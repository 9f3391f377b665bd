#pragma once

/// The Events that wait to be written: warnings before routine news, repeats merged, bounded. Pure.

#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>

#include "actors/event_budget.hpp"
#include "messages/events.hpp"

namespace actors {

/// One Event to write, for one or more things that happened alike.
struct waiting_event {
  std::string series;  ///< equal for what counts as a repeat
  messages::record_event what;
  std::chrono::system_clock::time_point first, last;  ///< when the first and the last happened
  int count = 1;
  unsigned attempts = 0;  ///< writes of it that failed
  monotonic_time due;     ///< not to be written before
  std::string name;       ///< of the Event object, from the first attempt on
};

class event_backlog {
 public:
  /// At most `most` entries wait; at least one.
  explicit event_backlog(std::size_t most) : most_(most == 0 ? 1 : most) {}

  /// Adds an entry, or counts up one of the same series that waits already. When full, the oldest
  /// routine one makes room for a warning, else the new one stays out; the one that had to go is
  /// returned.
  std::optional<waiting_event> add(waiting_event entry);

  /// Takes out the first that is due and that `may_go` admits, warnings first.
  std::optional<waiting_event> take(monotonic_time now,
                                    const std::function<bool(const waiting_event&)>& may_go);

  /// When the next entry that `may_go` admits is due.
  std::optional<monotonic_time> next_due(
      const std::function<bool(const waiting_event&)>& may_go) const;

  std::size_t size() const { return index_.size(); }

 private:
  using queue = std::list<waiting_event>;

  queue& queue_of(const waiting_event& entry);
  waiting_event remove(queue& from, queue::iterator which);

  std::size_t most_;
  queue warnings_;
  queue routine_;
  std::unordered_map<std::string, queue::iterator> index_;  ///< by series
};

}  // namespace actors
