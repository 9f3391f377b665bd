#include "actors/health.hpp"

#include <algorithm>
#include <utility>

namespace actors {

namespace {

std::string line(const std::string& check, bool ok, const std::string& detail) {
  std::string text = (ok ? "[+]" : "[-]") + check;
  text += ok ? " ok" : " not ready";
  if (!detail.empty()) text += ": " + detail;
  return text;
}

}  // namespace

void health_board::set_teleport(bool joined, std::string detail) {
  const std::scoped_lock lock{mutex_};
  teleport_ = {joined, std::move(detail)};
}

void health_board::set_kind(const std::string& cr_kind, bool synced, std::string detail) {
  const std::scoped_lock lock{mutex_};
  kinds_[cr_kind] = {synced, std::move(detail)};
}

void health_board::set_kinds_expected(std::size_t count) {
  const std::scoped_lock lock{mutex_};
  kinds_expected_ = count;
}

void health_board::set_leadership(bool ok, std::string detail) {
  const std::scoped_lock lock{mutex_};
  leadership_ = {ok, std::move(detail)};
}

void health_board::set_stopping() {
  const std::scoped_lock lock{mutex_};
  stopping_ = true;
}

readiness health_board::report() const {
  const std::scoped_lock lock{mutex_};
  readiness result;
  if (stopping_) {
    result.lines.push_back(line("operator", false, "stopping"));
    return result;
  }
  result.lines.push_back(line("teleport", teleport_.ok, teleport_.detail));
  if (leadership_) result.lines.push_back(line("leadership", leadership_->ok, leadership_->detail));
  std::size_t synced = 0;
  for (const auto& [kind, state] : kinds_) {
    if (state.ok) ++synced;
    // A kind that is listed and watched is worth a line only when it has something to say.
    if (!state.ok || !state.detail.empty()) {
      result.lines.push_back(line(kind, state.ok, state.detail));
    }
  }
  const auto missing = kinds_expected_ - std::min(kinds_expected_, synced);
  result.lines.push_back(line(
      "kinds", missing == 0,
      std::to_string(synced) + " of " + std::to_string(kinds_expected_) + " listed and watched"));
  result.ready = teleport_.ok && missing == 0 && (!leadership_ || leadership_->ok);
  return result;
}

}  // namespace actors
