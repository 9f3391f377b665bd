#include "k8s/retry.hpp"

#include <algorithm>

namespace k8s {

namespace {

using std::chrono::milliseconds;

constexpr int read_attempts = 3;
constexpr milliseconds first_read_wait{200};
/// What client-go assumes for a 429 without Retry-After.
constexpr milliseconds throttled_wait{1'000};

milliseconds with_jitter(milliseconds least, double dice) {
  const auto extra = static_cast<double>(least.count()) * dice / 4;
  return least + milliseconds(static_cast<milliseconds::rep>(extra));
}

std::optional<milliseconds> wish(const error& why, const failed_attempt& facts) {
  if (why.code == errc::throttled) {
    return why.retry_after.value_or(throttled_wait);
  }
  const bool unclear = why.code == errc::server_error || why.code == errc::connection;
  if (!unclear || !facts.read || facts.attempts >= read_attempts) {
    return std::nullopt;
  }
  const auto own = first_read_wait * (1 << (facts.attempts - 1));
  return std::max(own, why.retry_after.value_or(milliseconds{0}));
}

}  // namespace

std::optional<milliseconds> retry_after(const error& why, const failed_attempt& facts,
                                        double dice) {
  const auto least = wish(why, facts);
  if (!least) {
    return std::nullopt;
  }
  const auto wait = with_jitter(*least, dice);
  return wait < facts.left ? std::optional(wait) : std::nullopt;
}

}  // namespace k8s
