#include "actors/core/retry.hpp"

#include <algorithm>

namespace actors::core {

using namespace std::chrono_literals;

namespace {

constexpr backoff_settings refused{2s, 10min};
constexpr backoff_settings failing{500ms, 5min};
constexpr backoff_settings conflicting{50ms, 30s};
constexpr backoff_settings unowned{30s, 10min};

}  // namespace

std::chrono::milliseconds backoff(const backoff_settings& settings, unsigned attempts,
                                  double random) {
  const auto doublings = std::min(attempts > 0 ? attempts - 1 : 0U, 30U);
  const auto longest =
      std::min<std::int64_t>(settings.most.count(), settings.first.count() << doublings);
  const auto half = static_cast<double>(longest) / 2.0;
  return std::chrono::milliseconds{static_cast<std::int64_t>(half + half * random)};
}

retry retry_after(verdict what, unsigned attempts, double random) {
  switch (what) {
    case verdict::rejected:
    case verdict::deletion_blocked:
      return {backoff(refused, attempts, random)};
    case verdict::failed:
    case verdict::standby:
      return {backoff(failing, attempts, random)};
    case verdict::conflict:
      return {backoff(conflicting, attempts, random)};
    case verdict::mutation_failed:
    case verdict::unowned:
      return {backoff(unowned, attempts, random)};
    case verdict::disconnected:
      return {std::nullopt, true};
    case verdict::in_sync:
    case verdict::created:
    case verdict::updated:
    case verdict::adopted:
    case verdict::healed:
    case verdict::reported:
    case verdict::ignored:
    case verdict::invalid:
    case verdict::misnamed:
    case verdict::out_of_scope:
    case verdict::claimed:
    case verdict::unclaimed:
    case verdict::not_admitted:
    case verdict::released:
    case verdict::untouched:
      break;
  }
  return {};
}

}  // namespace actors::core
