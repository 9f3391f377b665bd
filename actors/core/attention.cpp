#include "actors/core/attention.hpp"

#include <algorithm>
#include <utility>

#include "actors/core/cr_marks.hpp"
#include "actors/core/retry.hpp"
#include "actors/core/standby.hpp"
#include "actors/core/sync.hpp"

namespace actors::core {

namespace {

constexpr double no_jitter = 0.5;  // of one object at a time

}  // namespace

bool attention::saw(k8s::object_ptr state) {
  if (older(state->resource_version, newest_version)) return false;
  newest_version = state->resource_version;
  newest = std::move(state);
  return true;
}

/// While another process leads, what it did is told by the record in the CR's status. What waits
/// for that is not looked at before: each CR changes several times while it is being made.
bool attention::is_news(const k8s::object& state) const {
  if (!leading && last_verdict == verdict::standby) return may_be_settled(state);
  return worked_on != fingerprint(state) || (!leading && recorded_in(state).revision != there());
}

bool attention::overwrites(const k8s::object& state) const {
  return leading && said && *said != conditions_hash(state) &&
         !older(state.resource_version, newest_version);
}

reaction attention::on_observed(k8s::object_ptr state, bool gone) {
  vanished = vanished || gone;
  const bool news = gone || is_news(*state);
  if (!news && now == phase::idle && overwrites(*state)) {
    saw(std::move(state));
    return look_after(repair_wait(++overwritten, no_jitter));
  }
  const bool has_work = now != phase::idle || newest != nullptr || last_verdict == verdict::standby;
  if (!news && !has_work) {
    if (!older(state->resource_version, newest_version)) newest_version = state->resource_version;
    return {};
  }
  if (!saw(std::move(state)) || now == phase::running || !news) return {};
  attempts = 0;
  lost_races = 0;
  repairs = 0;
  overwritten = 0;
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
         last_verdict == verdict::not_admitted || last_verdict == verdict::standby;
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

reaction attention::on_list(const std::shared_ptr<const listed_heads>& heads,
                            std::chrono::milliseconds spread, double random) {
  const bool may_be_older = std::exchange(looked, false) && leading && !agrees_with(*heads);
  if ((now == phase::waiting_for_slot || !claim) && !may_be_older) offered = heads;
  if (now == phase::running) {
    compare_later(*heads);
    return {};
  }
  if (now == phase::idle && claim && last_verdict == verdict::standby) {
    compare_later(*heads);
    return confirms_record() ? want_pass() : reaction{};
  }
  const bool was_there = !revision.empty() || (passes > 0 && is_at_rest(last_verdict));
  if (now != phase::idle || !claim || !was_there) return {};
  if (!leading) {
    compare_later(*heads);
    if (!unseen) return {};  // nothing but what we know already
  }
  const auto head = heads->find(claim->wanted);
  const bool gone = head == heads->end();
  if (gone || stays_gone) return gone && stays_gone ? reaction{} : want_pass();
  // Without revisions only a full look can tell.
  const bool tells = !revision.empty() && !head->second.revision.empty();
  if (tells) return head->second.revision == revision ? reaction{} : want_pass();
  if (!is_at_rest(last_verdict)) return want_pass();
  const auto wait = static_cast<double>(spread.count()) * random;
  return look_after(std::chrono::milliseconds{static_cast<std::int64_t>(wait)});
}

/// The list has what the last look has found.
bool attention::agrees_with(const listed_heads& heads) const {
  const auto head = heads.find(claim->wanted);
  return head != heads.end() && !revision.empty() && head->second.revision == revision;
}

/// What the running pass has seen may be older than the list, or newer.
void attention::compare_later(const listed_heads& heads) {
  const auto head = heads.find(claim->wanted);
  const bool deleted = head == heads.end();
  if (!deleted && seen_there.contains(head->second.revision)) return;
  const remote_news listed{deleted ? std::string{} : head->second.revision, deleted};
  // Which of two different ones is newer can't be told: look, as after a deletion.
  const bool unclear = unseen && *unseen != listed;
  unseen = unclear ? remote_news{{}, true} : listed;
}

reaction attention::on_moved(remote_news news, double random) {
  if (!claim || (!news.deleted && seen_there.contains(news.revision))) return {};
  const bool deleted = news.deleted;
  unseen = std::move(news);
  if (now == phase::idle && last_verdict == verdict::standby)
    return confirms_record() || (vanished && deleted) ? want_pass() : reaction{};
  if (now != phase::idle || !asks_for_a_look(last_verdict, deleted)) return {};
  return look_at_drift(random);
}

reaction attention::look_at_drift(double random) {
  return look_after(repair_wait(repairs, random));
}

reaction attention::look_after(std::chrono::milliseconds wait) {
  const bool looks_soon = drift_timer == timer && drift_timer != 0;
  if (looks_soon) return {};
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

reaction attention::on_leadership(bool now_leading) {
  leading = now_leading;
  said.reset();  // others have the say meanwhile
  // The watch may be behind what the former leader has done. Where our finalizer is missing the
  // patch that adds it finds out; else the CR is read anew before anything is written.
  if (leading && now != phase::running && newest && !vanished && marks_of(*newest).has_finalizer)
    newest.reset();
  return leading ? on_wake(false) : reaction{};
}

std::string attention::there() const {
  if (!unseen) return revision;
  return unseen->deleted ? std::string{} : unseen->revision;
}

bool attention::confirms_record() const {
  return newest && may_be_settled(*newest) && recorded_in(*newest).revision == there();
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
    if (!leading) {
      compare_later(*heads);
    } else if (head != heads->end()) {
      pass.listed = head->second;
    }
  }
  pass.standby = !leading;
  pass.vanished = vanished;
  if (!leading || last_verdict == verdict::standby) pass.there = there();
  return pass;
}

void attention::looks() {
  unseen.reset();
  revision.clear();
}

void attention::found(const std::string& what) {
  looked = true;
  revision = what;
  seen_there.add(what);
}

void attention::found_nothing() {
  looked = true;
  if (unseen && unseen->deleted) unseen.reset();  // it is that what was told
}

void attention::writes(const observed& pass, verdict as) {
  unanswered = {pass.desired_hash, pass.existing ? pass.existing->revision() : std::string{}, as,
                pass.creates};
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
  stays_gone = what == verdict::reported && result.was_deleted;
  heals = heals && !is_at_rest(what);
  count_repairs(what, time);

  const auto base = pass.cr ? std::optional{fingerprint(*pass.cr)} : std::nullopt;
  const bool moved =
      (newest && base && fingerprint(*newest) != *base) || (vanished && !pass.vanished);
  if (base) worked_on = base;
  const bool news = has_news(what, pass);
  // What nobody has looked at stays.
  if (!news && is_at_rest(what)) unseen.reset();
  if (pass.standby && is_settled(what)) unanswered.reset();
  // Somebody was faster: read it anew.
  if (what == verdict::conflict && !moved && !vanished) newest.reset();
  const auto retry = retry_after(what, attempts, random);
  if (what == verdict::standby && newest && pass.cr &&
      newest->resource_version != pass.cr->resource_version && may_be_settled(*newest))
    return want_pass();  // its record came while it ran
  if (moved || again || (woken && waits()) || (freed && was_refused())) {
    attempts = 0;
    return want_pass();
  }
  if (newest && overwrites(*newest)) return look_after(repair_wait(++overwritten, random));
  if (what == verdict::standby && !leading && !vanished) return {};  // the word comes
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
