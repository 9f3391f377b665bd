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

void object_actor_state::on_observe(observe& news) {
  if (news.rewound) mind.on_rewound();
  if (news.listed) listed_version = news.object->resource_version;
  react(mind.on_observed(std::move(news.object), news.vanished));
}

void object_actor_state::on_claim_decided(claim_decided& decided) {
  react(mind.on_claim({std::move(decided.held_by), std::move(decided.wanted)}));
}

void object_actor_state::on_slot_granted(const slot_granted& grant) {
  began = self->clock().now();
  pass = mind.begin();
  pass.kind = birth.id.kind;
  pass.us = env->config.scoped;
  pass.admitted = grant.admitted;
  reached("pass_begun");
  const bool reads = !mind.newest || mind.reads_first || must_be_confirmed();
  if (!reads) {
    begin_pass();
  } else if (pass.standby) {
    end_pass(core::outcome_of(core::verdict::standby));  // it is read when there is work to do
  } else {
    read_then_begin();
  }
}

/// A server that lags behind may list a CR as being deleted that is gone by now, and another one
/// has its name and its resource. What can't be undone is asked for once more, by a read of that
/// one object, which is never old. A watch goes on from what was listed or read, so it needs none.
bool object_actor_state::must_be_confirmed() const {
  return !mind.vanished && mind.newest->resource_version == listed_version &&
         core::marks_of(*mind.newest).deleting;
}

void object_actor_state::on_services_changed(const services_changed& changed) {
  const bool other_watcher = birth.services->secrets != changed.now->secrets;
  birth.services = changed.now;
  if (other_watcher) say_used_again();
  on_wake(false);
}

void object_actor_state::on_leadership_changed(const leadership_changed& changed) {
  react(mind.on_leadership(changed.leading));
}

void object_actor_state::on_wake(bool refused_too) {
  react(mind.on_wake(refused_too));
}

void object_actor_state::on_reconsider() {
  react(mind.want_pass());
}

void object_actor_state::on_compare_heads(const compare_heads& listed) {
  if (mind.leading && began > listed.since) return;  // its last pass has looked later
  react(mind.on_list(listed.listed, listed.spread, env->random()));
}

void object_actor_state::on_resource_moved(const resource_moved& news) {
  reached("resource_moved");
  react(mind.on_moved({news.revision, news.deleted}, env->random()));
}

void object_actor_state::on_awaited_moved() {
  reached("awaited_moved");
  const auto next = mind.on_awaited();
  if (next.ask_for_slot)
    log(log_level::debug, "awaited-moved",
        "what Teleport refused this resource for has moved; trying again");
  react(next);
}

void object_actor_state::on_secret_moved() {
  react(mind.on_secret_moved());
}

void object_actor_state::on_retry_tick(const retry_tick& tick) {
  react(mind.on_tick(tick.timer));
}

void object_actor_state::react(const core::reaction& now) {
  if (now.ask_for_slot) self->send(birth.supervisor, slot_wanted{birth.id.uid, birth.id.key});
  if (now.tick_after) self->delayed_send(self, *now.tick_after, retry_tick{mind.timer});
}

// -- its behaviour
// ---------------------------------------------------------------------------------------------

std::string object_actor_state::reconcile_id() const {
  return birth.id.uid + '.' + std::to_string(mind.passes);
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
  state.mind.leading = state.birth.leading;
  state.mind.reads_first = state.birth.reads_first;
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
      [self](const leadership_changed& changed) { self->state.on_leadership_changed(changed); },
      [self](const wake& call) { self->state.on_wake(call.refused_too); },
      [self](const reconsider&) { self->state.on_reconsider(); },
      [self](const compare_heads& listed) { self->state.on_compare_heads(listed); },
      [self](const resource_moved& news) { self->state.on_resource_moved(news); },
      [self](const awaited_moved&) { self->state.on_awaited_moved(); },
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
