#include "actors/core/attention.hpp"

#include <algorithm>
#include <utility>

#include "actors/core/cr_marks.hpp"
#include "actors/core/retry.hpp"

namespace actors::core {

bool attention::saw(k8s::object_ptr state) {
  if (older(state->resource_version, newest_version)) return false;
  newest_version = state->resource_version;
  newest = std::move(state);
  return true;
}

reaction attention::on_observed(k8s::object_ptr state, bool gone) {
  vanished = vanished || gone;
  const bool is_news = worked_on != fingerprint(*state);
  const bool has_work = now != phase::idle || newest != nullptr;
  if (!is_news && !has_work) {
    newest_version = state->resource_version;
    return {};
  }
  if (!saw(std::move(state)) || now == phase::running || !is_news) return {};
  attempts = 0;
  lost_races = 0;
  repairs = 0;
  return want_pass();
}

/// The same generation may come twice, with another content.
void attention::on_rewound() {
  newest_version.clear();
  worked_on.reset();
  again = again || now == phase::running;
}

reaction attention::on_claim(claim_standing decided) {
  const bool changed = claim != decided;
  claim = std::move(decided);
  return changed ? want_pass() : reaction{};
}

bool attention::waits() const {
  return last_verdict == verdict::disconnected || last_verdict == verdict::failed ||
         last_verdict == verdict::not_admitted;
}

/// By Teleport, in a way that may have been about the operator.
bool attention::was_refused() const {
  return last_verdict == verdict::rejected || last_verdict == verdict::deletion_blocked;
}

reaction attention::on_wake(bool refused_too) {
  if (now == phase::running) {
    woken = true;
    again = again || refused_too;
    return {};
  }
  return waits() || (refused_too && was_refused()) ? want_pass() : reaction{};
}

reaction attention::on_list(const std::shared_ptr<const listed_heads>& heads) {
  if (now == phase::waiting_for_slot || !claim) offered = heads;
  if (now == phase::running) {
    compare_later(*heads);
    return {};
  }
  const bool was_there = !revision.empty() || (passes > 0 && is_settled(last_verdict));
  if (now != phase::idle || !claim || !was_there) return {};
  const auto head = heads->find(claim->wanted);
  // Without revisions only a full look can tell.
  const bool same = head != heads->end() && !revision.empty() && head->second.revision == revision;
  return same ? reaction{} : want_pass();
}

/// What the running pass has seen may be older than the list, or newer.
void attention::compare_later(const listed_heads& heads) {
  const auto head = heads.find(claim->wanted);
  const bool deleted = head == heads.end();
  if (deleted || !seen_there.contains(head->second.revision))
    unseen = remote_news{deleted ? std::string{} : head->second.revision, deleted};
}

reaction attention::on_moved(remote_news news, double random) {
  if (!claim || (!news.deleted && seen_there.contains(news.revision))) return {};
  const bool deleted = news.deleted;
  unseen = std::move(news);
  if (now != phase::idle || !asks_for_a_look(last_verdict, deleted)) return {};
  return look_at_drift(random);
}

reaction attention::look_at_drift(double random) {
  const bool looks_soon = drift_timer == timer && drift_timer != 0;
  if (looks_soon) return {};
  const auto wait = repair_wait(repairs, random);
  if (wait.count() == 0) return want_pass();
  drift_timer = ++timer;
  return {false, wait};
}

reaction attention::on_secret_moved() {
  attempts = 0;
  return want_pass();
}

reaction attention::on_awaited() {
  freed = true;
  if (now == phase::running || !was_refused()) return {};
  attempts = 0;
  return want_pass();
}

reaction attention::on_tick(std::uint64_t number) {
  return number == timer ? want_pass() : reaction{};
}

reaction attention::want_pass() {
  if (!claim) return {};
  switch (now) {
    case phase::idle:
      now = phase::waiting_for_slot;
      ++timer;  // a pending tick is overtaken
      return {true, {}};
    case phase::running:
      again = true;
      return {};
    case phase::waiting_for_slot:
      return {};
  }
  return {};
}

observed attention::begin() {
  now = phase::running;
  again = false;
  woken = false;
  freed = false;
  ++passes;
  observed pass;
  pass.held_by = claim->held_by;
  pass.claimed = claim->wanted;
  pass.unanswered = unanswered;
  pass.lost_races = lost_races;
  // The list may be older than the news.
  if (const auto heads = std::exchange(offered, nullptr); heads && !unseen) {
    const auto head = heads->find(claim->wanted);
    if (head != heads->end()) pass.listed = head->second;
  }
  return pass;
}

void attention::looks() {
  unseen.reset();
}

void attention::found_nothing() {
  if (unseen && unseen->deleted) unseen.reset();  // it is that what was told
}

void attention::writes(const observed& pass, verdict as) {
  unanswered = {pass.desired_hash, pass.existing ? pass.existing->revision() : std::string{}, as};
}

namespace {

/// A server that is too busy says when to come again.
std::chrono::milliseconds wished_by_kubernetes(const observed& pass) {
  const auto& why = pass.kubernetes_failure;
  return why && why->retry_after ? *why->retry_after : std::chrono::milliseconds{0};
}

}  // namespace

reaction attention::ended(const outcome& result, const observed& pass, time_point time,
                          double random) {
  const auto what = result.what;
  now = phase::idle;
  attempts = what == last_verdict ? attempts + 1 : 1;
  last_verdict = what;
  lost_races = result.lost_race ? lost_races + 1 : 0;
  if (!result.revision.empty()) revision = result.revision;
  seen_there.add(result.revision);
  count_repairs(what, time);

  const auto base = pass.cr ? std::optional{fingerprint(*pass.cr)} : std::nullopt;
  const bool moved = newest && base && fingerprint(*newest) != *base;
  if (base) worked_on = base;
  const bool news = has_news(what, pass);
  if (!news) unseen.reset();
  // Somebody was faster: read it anew.
  if (what == verdict::conflict && !moved && !vanished) newest.reset();
  const auto retry = retry_after(what, attempts, random);
  if (moved || again || (woken && waits()) || (freed && was_refused())) {
    attempts = 0;
    return want_pass();
  }
  if (retry.after) {
    ++timer;
    return {false, std::max(*retry.after, wished_by_kubernetes(pass))};
  }
  if (retry.wait_for_connection) return {};
  newest.reset();  // idle: keep versions, not the object
  return news ? look_at_drift(random) : reaction{};
}

void attention::count_repairs(verdict what, time_point time) {
  if (!is_repair(what)) return;
  repairs = time - repaired_at < repair_memory ? repairs + 1 : 1;
  repaired_at = time;
}

/// Is there news of Teleport's side that the pass that ends now has not seen?
bool attention::has_news(verdict what, const observed& pass) const {
  if (!unseen || !asks_for_a_look(what, unseen->deleted)) return false;
  if (unseen->deleted) return true;
  // Without revisions our own write looks like anybody's.
  if (unseen->revision.empty()) return !pass.written;
  return !seen_there.contains(unseen->revision);
}

}  // namespace actors::core
