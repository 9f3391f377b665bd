#include "actors/core/trouble_tale.hpp"

#include <algorithm>
#include <utility>

namespace actors::core {

using teleport::trouble;

bool trouble_tale::goes_on_with(trouble reason, time_point now) {
  if (reason == trouble::none) reason = trouble::unknown;
  if (reason_ == trouble::none) since_ = now;
  return std::exchange(reason_, reason) != reason;
}

std::optional<trouble_tale::ended> trouble_tale::ends(time_point now) {
  const auto last = std::exchange(reason_, trouble::none);
  if (last == trouble::none) return std::nullopt;
  const auto lasted = std::chrono::round<std::chrono::seconds>(now - since_);
  return ended{last, std::max(lasted, std::chrono::seconds{0})};
}

std::string brief_duration(std::chrono::seconds time) {
  const auto total = time.count();
  std::string text;
  if (total >= 3600) text += std::to_string(total / 3600) + 'h';
  if (total >= 60) text += std::to_string(total / 60 % 60) + 'm';
  return text + std::to_string(total % 60) + 's';
}

}  // namespace actors::core
