#include "actors/event_backlog.hpp"

#include <algorithm>
#include <utility>

namespace actors {

namespace {

/// Two entries of one series become one.
void merge(waiting_event& into, waiting_event other) {
  into.count += other.count;
  into.first = std::min(into.first, other.first);
  into.last = std::max(into.last, other.last);
  into.attempts = std::max(into.attempts, other.attempts);
  into.due = std::max(into.due, other.due);
  if (into.name.empty()) into.name = std::move(other.name);
}

}  // namespace

event_backlog::queue& event_backlog::queue_of(const waiting_event& entry) {
  return entry.what.type == messages::event_type::warning ? warnings_ : routine_;
}

waiting_event event_backlog::remove(queue& from, queue::iterator which) {
  auto entry = std::move(*which);
  from.erase(which);
  index_.erase(entry.series);
  return entry;
}

std::optional<waiting_event> event_backlog::add(waiting_event entry) {
  if (const auto found = index_.find(entry.series); found != index_.end()) {
    merge(*found->second, std::move(entry));
    return std::nullopt;
  }
  auto& target = queue_of(entry);
  std::optional<waiting_event> left_out;
  if (index_.size() >= most_) {
    if (&target == &routine_ || routine_.empty()) return entry;
    left_out = remove(routine_, routine_.begin());
  }
  target.push_back(std::move(entry));
  index_.emplace(target.back().series, std::prev(target.end()));
  return left_out;
}

std::optional<waiting_event> event_backlog::take(
    monotonic_time now, const std::function<bool(const waiting_event&)>& may_go) {
  for (auto* from : {&warnings_, &routine_}) {
    const auto found = std::find_if(from->begin(), from->end(), [&](const waiting_event& entry) {
      return entry.due <= now && may_go(entry);
    });
    if (found != from->end()) return remove(*from, found);
  }
  return std::nullopt;
}

std::optional<monotonic_time> event_backlog::next_due(
    const std::function<bool(const waiting_event&)>& may_go) const {
  std::optional<monotonic_time> earliest;
  for (const auto* in : {&warnings_, &routine_}) {
    for (const auto& entry : *in) {
      if (may_go(entry) && (!earliest || entry.due < *earliest)) earliest = entry.due;
    }
  }
  return earliest;
}

}  // namespace actors
