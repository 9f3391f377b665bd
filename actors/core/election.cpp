#include "actors/core/election.hpp"

#include <utility>

namespace actors::core {

using verb = k8s::lease_request::verb;

namespace {

/// Lost races in one round; after that the others have their turn.
constexpr int most_conflicts = 2;

/// What its holder has promised to keep to; times and holder, not labels and the like.
bool is_same_record(const k8s::lease& a, const k8s::lease& b) {
  return a.uid == b.uid && a.holder == b.holder && a.duration == b.duration &&
         a.acquire_time == b.acquire_time && a.renew_time == b.renew_time &&
         a.transitions == b.transitions;
}

}  // namespace

std::string contradiction(const election_settings& settings) {
  using std::chrono::milliseconds;
  const auto longest_wait =
      std::chrono::duration<double, std::milli>{settings.retry_period} * election_jitter;
  if (settings.retry_period <= milliseconds{0}) return "the retry period must be longer than 0";
  if (settings.lease_duration < std::chrono::seconds{1})
    return "the lease duration must be 1s or longer";
  if (settings.lease_duration <= settings.renew_deadline)
    return "the lease duration must be longer than the renew deadline";
  if (settings.renew_deadline <= longest_wait)
    return "the renew deadline must be longer than 1.2 times the retry period";
  return {};
}

election::election(election_settings settings, time leads_until)
    : settings_(std::move(settings)), until_(leads_until), may_hold_(leads_until.count() > 0) {}

// -- a round --------------------------------------------------------------------------------------

election::request election::begin(time now, wall_time wall) {
  conflicts_ = 0;
  if (!holds_stored_lease()) return look(now);
  return resigning_ ? release(now, wall) : take(now, wall);
}

std::optional<election::request> election::answered(const k8s::result<k8s::lease>& answer, time now,
                                                    wall_time wall) {
  if (!answer.ok()) return refused(answer.failure().code, now, wall);
  const bool wrote = asked_ != verb::get;
  note(answer.value(), now);
  if (!wrote) return decide(now, wall);
  if (!is_ours(*seen_)) {
    until_ = time{0};
  } else if (resigning_) {
    return release(now, wall);
  } else {
    until_ = asked_at_ + settings_.renew_deadline;
  }
  return {};
}

/// The Lease as it is stored now was looked at.
std::optional<election::request> election::decide(time now, wall_time wall) {
  const bool ours = is_ours(*seen_);
  if (!ours) until_ = time{0};
  if (resigning_) return ours ? std::optional{release(now, wall)} : std::nullopt;
  if (ours || is_free(now)) return take(now, wall);
  return {};
}

std::optional<election::request> election::refused(errc why, time now, wall_time wall) {
  switch (why) {
    case errc::not_found:
      return missing(now, wall);
    case errc::conflict:
    case errc::already_exists:
      // Somebody was faster.
      unsure_ = true;
      if (++conflicts_ > most_conflicts) return {};
      return look(now);
    case errc::connection:
    case errc::server_error:
    case errc::bad_answer:
    case errc::cancelled:
      unsure_ = unsure_ || asked_ != verb::get;
      return {};
    default:
      return {};
  }
}

std::optional<election::request> election::missing(time now, wall_time wall) {
  stored_ = false;
  unsure_ = false;
  if (!gone_since_) gone_since_ = now;
  if (resigning_) {
    may_hold_ = false;
    return {};
  }
  if (leads(now) || is_free(now)) return take(now, wall);
  return {};
}

void election::note(const k8s::lease& now_stored, time now) {
  if (!seen_ || !is_same_record(*seen_, now_stored)) seen_since_ = now;
  seen_ = now_stored;
  stored_ = true;
  unsure_ = false;
  gone_since_.reset();
  may_hold_ = is_ours(*seen_);
}

bool election::is_free(time now) const {
  if (!seen_) return true;
  if (stored_ && seen_->holder.empty()) return true;
  const time promised =
      seen_->duration.count() > 0 ? time{seen_->duration} : time{settings_.lease_duration};
  return now >= gone_since_.value_or(seen_since_) + promised;
}

// -- requests -------------------------------------------------------------------------------------

election::request election::look(time now) {
  return ask(verb::get, {.key = settings_.lease}, now);
}

election::request election::take(time now, wall_time wall) {
  k8s::lease mine{.key = settings_.lease};
  if (stored_) mine = *seen_;
  const bool kept = stored_ && is_ours(mine) && !mine.acquire_time.empty();
  if (!kept) mine.acquire_time = k8s::micro_time(wall);
  if (stored_ && !is_ours(mine)) ++mine.transitions;
  mine.holder = settings_.identity;
  mine.duration = std::chrono::ceil<std::chrono::seconds>(settings_.lease_duration);
  mine.renew_time = k8s::micro_time(wall);
  may_hold_ = true;
  return ask(stored_ ? verb::update : verb::create, std::move(mine), now);
}

/// As client-go writes it: whoever sees it need not wait.
election::request election::release(time now, wall_time wall) {
  auto free = *seen_;
  free.holder.clear();
  free.duration = std::chrono::seconds{1};
  free.acquire_time = free.renew_time = k8s::micro_time(wall);
  return ask(verb::update, std::move(free), now);
}

election::request election::ask(verb what, k8s::lease about, time now) {
  asked_ = what;
  asked_at_ = now;
  return {what, std::move(about), request_timeout()};
}

// -- what others may know -------------------------------------------------------------------------

void election::resign() {
  resigning_ = true;
  until_ = time{0};
}

bool election::worth_a_look(const std::string& holder) const {
  if (resigning_) return false;
  const bool thinks_it_ours = seen_ && stored_ && is_ours(*seen_);
  return thinks_it_ours ? holder != settings_.identity : holder.empty();
}

std::chrono::milliseconds election::wait(double random) const {
  const bool ours = seen_ && stored_ && is_ours(*seen_);
  const double factor = ours ? 1.0 : 1.0 + (election_jitter - 1.0) * random;
  return std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::duration<double, std::milli>{settings_.retry_period} * factor);
}

}  // namespace actors::core
