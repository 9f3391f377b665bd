#include "actors/event_budget.hpp"

#include <algorithm>
#include <cmath>

namespace actors {

using fractional = std::chrono::duration<double, std::nano>;

void token_bucket::advance(monotonic_time now) {
  if (now <= at_) return;
  tokens_ = std::min(burst_, tokens_ + fractional{now - at_} / fractional{refill_});
  at_ = now;
}

bool token_bucket::take(monotonic_time now) {
  if (wait(now) > std::chrono::nanoseconds{0}) return false;
  tokens_ = std::max(0.0, tokens_ - 1);
  return true;
}

std::chrono::nanoseconds token_bucket::wait(monotonic_time now) {
  advance(now);
  if (tokens_ >= 1) return std::chrono::nanoseconds{0};
  // Rounded down: a timer of this length must not find the token a rounding error short.
  return std::chrono::nanoseconds{
      static_cast<std::int64_t>(std::floor((1 - tokens_) * fractional{refill_}.count()))};
}

event_budget::event_budget(const event_limits& limits, monotonic_time now)
    : limits_(limits),
      process_(limits.process_burst, limits.process_refill, now),
      objects_(limits.objects) {}

bool event_budget::admit(const std::string& object, monotonic_time now) {
  return objects_.find_or_add(object, {limits_.object_burst, limits_.object_refill, now}).take(now);
}

}  // namespace actors
