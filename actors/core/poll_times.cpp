#include "actors/core/poll_times.hpp"

#include <algorithm>
#include <cstdint>

namespace actors::core {

namespace {

std::chrono::milliseconds part(std::chrono::milliseconds of, double factor) {
  return std::chrono::milliseconds{
      static_cast<std::int64_t>(static_cast<double>(of.count()) * factor)};
}

}  // namespace

std::chrono::milliseconds first_poll(std::chrono::milliseconds interval, double random) {
  return part(interval, 0.5 + 0.5 * random);
}

std::chrono::milliseconds next_poll(std::chrono::milliseconds interval, double random) {
  return part(interval, 0.9 + 0.2 * random);
}

std::chrono::milliseconds look_spread(std::chrono::milliseconds interval) {
  return std::min<std::chrono::milliseconds>(interval / 2, std::chrono::minutes{5});
}

}  // namespace actors::core
