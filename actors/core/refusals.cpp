#include "actors/core/refusals.hpp"

#include <algorithm>
#include <string_view>

#include "actors/core/retry.hpp"

namespace actors::core {

namespace {

using namespace std::chrono_literals;

constexpr backoff_settings belief{1min, 1h};

bool says(const teleport::error& failure, std::string_view text) {
  return failure.message.find(text) != std::string::npos;
}

/// The bare `access denied`, or one with a reason that is about the caller.
bool is_uniform(std::string_view message) {
  constexpr std::string_view words = "access denied";
  const auto end = message.find_last_not_of(" .\n\t");
  message = message.substr(0, end == std::string_view::npos ? 0 : end + 1);
  if (!message.starts_with(words)) return false;
  const auto rest = message.substr(words.size());
  return rest.empty() || rest.front() == ':' || rest.front() == '\n';
}

}  // namespace

bool is_about_us(const teleport::error& failure) {
  switch (failure.code) {
    case teleport::errc::access_denied:
    case teleport::errc::not_found:  // a deleted user may be told so
      return is_uniform(failure.message) || says(failure, "lock targeting") ||
             says(failure, "client version is unsupported") ||
             says(failure, "credentials have expired");
    default:
      return false;
  }
}

bool wants_mfa(const teleport::error& failure) {
  return failure.code == teleport::errc::access_denied &&
         says(failure, "requires MFA verification");
}

bool suspicion::raised_by(const teleport::error* failure, time_point now) {
  const bool about_us = failure != nullptr && is_about_us(*failure);
  const bool refused = failure != nullptr && failure->code == teleport::errc::access_denied;
  if (!about_us && !refused) {
    in_a_row_ = 0;
    return false;
  }
  ++in_a_row_;
  if (believed_until_ && now < *believed_until_) return false;
  return about_us || (in_a_row_ >= most_in_a_row && !wants_mfa(*failure));
}

void suspicion::unfounded(time_point now) {
  in_a_row_ = 0;
  believed_until_ = now + backoff(belief, ++unfounded_, 1.0);
}

void suspicion::well_founded() {
  in_a_row_ = 0;
  unfounded_ = 0;
  believed_until_.reset();
}

}  // namespace actors::core
