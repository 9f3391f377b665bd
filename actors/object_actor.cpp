#include "actors/object_actor.hpp"

#include <utility>

#include "actors/core/cr_marks.hpp"
#include "actors/object_actor_state.hpp"

namespace actors {

using namespace messages;

k8s::resource_type resource_type_of(const teleport::kind& kind) {
  return {"resources.teleport.dev", kind.api_versions.front(), kind.cr_kind, kind.plural};
}

// The supervisor lives on. Whoever monitors it stays in its list, and so in memory, until they take
// themselves off.
object_actor_state::~object_actor_state() {
  if (birth.supervisor) self->demonitor(birth.supervisor.address());
}

// -- from the supervisor
// ---------------------------------------------------------------------------------------

bool object_actor_state::saw(k8s::object_ptr state) {
  if (core::older(state->resource_version, newest_version)) return false;
  newest_version = state->resource_version;
  newest = std::move(state);
  return true;
}

void object_actor_state::on_observe(observe& news) {
  vanished = vanished || news.vanished;
  const bool is_news = worked_on != core::fingerprint(*news.object);
  const bool has_work = now != phase::idle || newest != nullptr;
  if (!is_news && !has_work) {
    newest_version = news.object->resource_version;
    return;
  }
  if (!saw(std::move(news.object)) || now == phase::running || !is_news) return;
  attempts = 0;
  lost_races = 0;
  repairs = 0;
  want_pass();
}

void object_actor_state::on_claim_decided(claim_decided& decided) {
  const bool changed =
      !claim || claim->held_by != decided.held_by || claim->wanted != decided.wanted;
  claim = std::move(decided);
  if (changed) want_pass();
}

void object_actor_state::on_slot_granted(const slot_granted& grant) {
  now = phase::running;
  again = false;
  woken = false;
  ++passes;
  began = self->clock().now();
  pass = {};
  pass.kind = birth.id.kind;
  pass.us = env->config.scoped;
  pass.held_by = claim->held_by;
  pass.claimed = claim->wanted;
  pass.admitted = grant.admitted;
  pass.unanswered = unanswered;
  pass.lost_races = lost_races;
  // The list may be older than the news.
  if (const auto heads = std::exchange(offered, nullptr); heads && !unseen) {
    const auto head = heads->find(claim->wanted);
    if (head != heads->end()) pass.listed = head->second;
  }
  reached("pass_begun");
  if (newest) {
    begin_pass();
  } else {
    read_then_begin();
  }
}

void object_actor_state::on_services_changed(const services_changed& changed) {
  const bool other_watcher = birth.services->secrets != changed.now->secrets;
  birth.services = changed.now;
  if (other_watcher) say_used_again();
  on_wake(false);
}

bool object_actor_state::waits() const {
  using core::verdict;
  return last_verdict == verdict::disconnected || last_verdict == verdict::failed ||
         last_verdict == verdict::not_admitted;
}

void object_actor_state::on_wake(bool refused_too) {
  if (now == phase::running) {
    woken = true;
    again = again || refused_too;
  } else if (waits() || (refused_too && was_refused())) {
    want_pass();
  }
}

/// By Teleport, in a way that may have been about the operator.
bool object_actor_state::was_refused() const {
  using core::verdict;
  return last_verdict == verdict::rejected || last_verdict == verdict::deletion_blocked;
}

void object_actor_state::on_reconsider() {
  want_pass();
}

void object_actor_state::on_compare_heads(const compare_heads& listed) {
  if (now == phase::waiting_for_slot || !claim) offered = listed.listed;
  if (now == phase::running) return compare_later(*listed.listed);
  const bool was_there = !revision.empty() || (passes > 0 && core::is_settled(last_verdict));
  if (now != phase::idle || !claim || !was_there) return;
  const auto head = listed.listed->find(claim->wanted);
  // Without revisions only a full look can tell.
  const bool same =
      head != listed.listed->end() && !revision.empty() && head->second.revision == revision;
  if (!same) want_pass();
}

/// What the running pass has seen may be older than the list, or newer.
void object_actor_state::compare_later(const head_map& listed) {
  const auto head = listed.find(claim->wanted);
  const bool deleted = head == listed.end();
  if (deleted || !seen_there.contains(head->second.revision))
    unseen = resource_moved{deleted ? std::string{} : head->second.revision, deleted};
}

void object_actor_state::on_resource_moved(const resource_moved& news) {
  reached("resource_moved");
  if (!claim || (!news.deleted && seen_there.contains(news.revision))) return;
  unseen = news;
  if (now == phase::idle && core::asks_for_a_look(last_verdict, news.deleted)) look_at_drift();
}

void object_actor_state::look_at_drift() {
  const bool looks_soon = drift_timer == timer && drift_timer != 0;
  if (looks_soon) return;
  const auto wait = core::repair_wait(repairs, env->random());
  if (wait.count() == 0) return want_pass();
  drift_timer = ++timer;
  self->delayed_send(self, wait, retry_tick{timer});
}

void object_actor_state::on_secret_moved() {
  attempts = 0;
  want_pass();
}

void object_actor_state::on_retry_tick(const retry_tick& tick) {
  if (tick.timer == timer) want_pass();
}

// -- its behaviour
// ---------------------------------------------------------------------------------------------

void object_actor_state::want_pass() {
  if (!claim) return;
  switch (now) {
    case phase::idle:
      now = phase::waiting_for_slot;
      ++timer;  // a pending retry is overtaken
      self->send(birth.supervisor, slot_wanted{birth.id.uid, birth.id.key});
      return;
    case phase::running:
      again = true;
      return;
    case phase::waiting_for_slot:
      return;
  }
}

std::string object_actor_state::reconcile_id() const {
  return birth.id.uid + '.' + std::to_string(passes);
}

void object_actor_state::log(log_level level, std::string_view event, std::string_view message,
                             const std::string& err) const {
  if (!env->log->enabled(level)) return;
  const auto& id = birth.id;
  env->log->write(level, name, event, message,
                  {{"controller", id.kind->controller_name()},
                   {"controllerKind", id.kind->cr_kind},
                   {"namespace", id.key.ns},
                   {"name", id.key.name},
                   {"reconcileID", reconcile_id()},
                   {"err", err}});
}

namespace {

object_actor::behavior_type behave(object_actor::stateful_pointer<object_actor_state> self,
                                   environment* env, object_birth birth) {
  auto& state = self->state;
  state.env = env;
  state.birth = std::move(birth);
  state.subject = to_string(state.birth.id);
  state.type = resource_type_of(*state.birth.id.kind);
  state.alive.emplace(*env, state.name, state.subject, self->address());
  // High priority: no step is taken any more once the supervisor is gone.
  self->monitor<caf::message_priority::high>(state.birth.supervisor);
  self->set_down_handler([self](const caf::down_msg&) { self->quit(); });
  return {
      [self](observe& news) { self->state.on_observe(news); },
      [self](claim_decided& decided) { self->state.on_claim_decided(decided); },
      [self](const slot_granted& grant) { self->state.on_slot_granted(grant); },
      [self](const services_changed& changed) { self->state.on_services_changed(changed); },
      [self](const wake& call) { self->state.on_wake(call.refused_too); },
      [self](const reconsider&) { self->state.on_reconsider(); },
      [self](const compare_heads& listed) { self->state.on_compare_heads(listed); },
      [self](const resource_moved& news) { self->state.on_resource_moved(news); },
      [self](const object_gone&) { self->quit(); },
      [self](const secret_moved&) { self->state.on_secret_moved(); },
      [self](const retry_tick& tick) { self->state.on_retry_tick(tick); },
  };
}

}  // namespace

object_actor spawn_object_actor(caf::actor_system& system, environment& env, object_birth birth) {
  return system.spawn(behave, &env, std::move(birth));
}

}  // namespace actors
