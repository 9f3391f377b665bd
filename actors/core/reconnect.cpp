#include "actors/core/reconnect.hpp"

#include <algorithm>

#include "actors/core/retry.hpp"

namespace actors::core {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using teleport::trouble;

namespace {

constexpr backoff_settings dialling{1s, 1s};
constexpr backoff_settings half_way{1s, 4s};
constexpr backoff_settings refused{1s, 1min};
constexpr backoff_settings until_mended{1s, 5min};
constexpr backoff_settings unproven{500ms, 30s};

milliseconds refusal_wait(const teleport::connect_failure& why, unsigned attempts, double random) {
  const bool person = why.permanent || teleport::needs_a_person(why.what);
  return backoff(person ? until_mended : refused, attempts, random);
}

}  // namespace

bool is_outage(const teleport::connect_failure& why) {
  switch (why.what) {
    case trouble::unreachable:
    case trouble::auth_down:
      return true;
    case trouble::none:
    case trouble::unknown:
      return why.why.code == teleport::errc::connection || why.why.code == teleport::errc::timeout;
    default:
      return false;
  }
}

milliseconds reconnect_wait(const teleport::connect_failure& why, unsigned attempts,
                            double random) {
  const bool half = why.what == trouble::auth_down;
  if (is_outage(why) && !why.permanent)
    return backoff(half ? half_way : dialling, attempts, random);
  return refusal_wait(why, attempts, random);
}

milliseconds renewal_wait(const teleport::connect_failure& why, unsigned attempts,
                          milliseconds left, double random) {
  const auto wait = refusal_wait(why, attempts, random);
  return std::max<milliseconds>(std::min(wait, left / 4), 500ms);
}

milliseconds barren_wait(unsigned barren, double random) {
  return barren <= 1 ? 0ms : backoff(unproven, barren - 1, random);
}

milliseconds renewal_after(milliseconds interval, milliseconds life, double random) {
  // A life that has ended already is the word of a wrong clock, on one side or the other.
  auto wait =
      life > 0ms ? std::min(interval, life * 2 / 3) : std::min<milliseconds>(interval, 1min);
  wait -= milliseconds{static_cast<std::int64_t>(static_cast<double>(wait.count()) * random / 10)};
  return std::max<milliseconds>(wait, 1s);
}

}  // namespace actors::core
