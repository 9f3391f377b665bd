#include "actors/core/failures.hpp"

#include <algorithm>

#include "actors/core/awaited.hpp"

namespace actors::core {

namespace {

/// Refusals in a row that are taken for a race with another writer. After that it is a refusal: a
/// user's update that names a missing role, for one, is answered like the update of a missing user.
constexpr unsigned races_believed = 3;

}  // namespace

bool looks_like_race(const teleport::error& failure, const observed& seen) {
  switch (failure.code) {
    case teleport::errc::already_exists:
    case teleport::errc::compare_failed:
      return true;
    case teleport::errc::not_found:
      // What is not found can be something that the resource refers to.
      return seen.existing.has_value() && !names_a_reference(failure, seen);
    default:
      return false;
  }
}

verdict verdict_of(const teleport::error& failure, const observed& seen, bool deleting) {
  switch (failure.code) {
    case teleport::errc::connection:
    case teleport::errc::cancelled:
      return verdict::disconnected;
    case teleport::errc::timeout:
    case teleport::errc::limit_exceeded:
    case teleport::errc::unknown:
      return verdict::failed;
    case teleport::errc::not_leading:
      return verdict::standby;
    case teleport::errc::not_found:
    case teleport::errc::already_exists:
    case teleport::errc::compare_failed:
    case teleport::errc::access_denied:
    case teleport::errc::bad_parameter:
    case teleport::errc::not_implemented:
    case teleport::errc::decode:
    case teleport::errc::config:
      break;
  }
  if (deleting) return verdict::deletion_blocked;
  const bool race = looks_like_race(failure, seen) && seen.lost_races < races_believed;
  return race ? verdict::conflict : verdict::rejected;
}

verdict verdict_of(const k8s::error& failure) {
  switch (failure.code) {
    case k8s::errc::conflict:
      return verdict::conflict;
    case k8s::errc::not_found:
      return verdict::untouched;  // the CR is gone; the watch says so too
    case k8s::errc::not_leading:
      return verdict::standby;
    default:
      return verdict::failed;
  }
}

std::string held_up_text(const observed& seen) {
  if (!seen.held_up_by || seen.held_up_by->empty()) return {};
  constexpr std::size_t most = 5;
  const auto& names = *seen.held_up_by;
  std::string text = " (in use by " + teleport::referrer_of(*seen.kind)->teleport_kind;
  for (std::size_t i = 0; i < std::min(most, names.size()); ++i) {
    text += (i == 0 ? " \"" : ", \"") + names[i] + '"';
  }
  if (names.size() > most) text += " and " + std::to_string(names.size() - most) + " more";
  return text + ")";
}

bool answer_was_lost(const teleport::error& failure) {
  switch (failure.code) {
    case teleport::errc::connection:
    case teleport::errc::cancelled:
    case teleport::errc::timeout:
    case teleport::errc::unknown:
    // Also said of an answer that is too large, after the call was carried out.
    case teleport::errc::limit_exceeded:
      return true;
    default:
      return false;
  }
}

bool means_gone(const teleport::kind& kind, const teleport::error& failure) {
  auto* rule = kind.rules.is_gone;
  return failure.code == teleport::errc::not_found || (rule != nullptr && rule(failure));
}

}  // namespace actors::core
