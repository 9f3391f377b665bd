#include "actors/core/lanes.hpp"

#include <utility>

namespace actors::core {

void lanes::run(const std::string& resource, job start_call) {
  {
    const std::lock_guard lock{mutex_};
    const auto [lane, was_free] = waiting_.try_emplace(resource);
    if (!was_free) {
      lane->second.push_back(std::move(start_call));
      return;
    }
  }
  start(resource, start_call);
}

std::size_t lanes::busy() const {
  const std::lock_guard lock{mutex_};
  return waiting_.size();
}

void lanes::start(const std::string& resource, const job& next) {
  next([this, resource] { left(resource); });
}

void lanes::left(const std::string& resource) {
  job next;
  {
    const std::lock_guard lock{mutex_};
    const auto lane = waiting_.find(resource);
    if (lane == waiting_.end()) return;
    if (lane->second.empty()) {
      waiting_.erase(lane);
      return;
    }
    next = std::move(lane->second.front());
    lane->second.pop_front();
  }
  start(resource, next);
}

}  // namespace actors::core
