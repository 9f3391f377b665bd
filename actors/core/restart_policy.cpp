#include "actors/core/restart_policy.hpp"

namespace actors::core {

using namespace std::chrono_literals;

bool restart_intensity::may_restart(time_point now) {
  while (!deaths_.empty() && now - deaths_.front() > period_) deaths_.pop_front();
  deaths_.push_back(now);
  return deaths_.size() <= most_;
}

std::chrono::milliseconds restart_backoff::next(double random) {
  constexpr backoff_settings settings{1s, 5min};
  ++deaths_;
  return deaths_ == 1 ? 0ms : backoff(settings, deaths_ - 1, random);
}

}  // namespace actors::core
