/// kind_supervisor: the object actors. Who is spawned, told, restarted, ended.

#include <utility>

#include "actors/core/cr_marks.hpp"
#include "actors/core/status.hpp"
#include "actors/core/target.hpp"
#include "actors/core/words.hpp"
#include "actors/kind_supervisor_state.hpp"
#include "actors/object_actor.hpp"
#include "k8s/patch.hpp"

namespace actors {

using namespace messages;

void kind_supervisor_state::admit(k8s::object_ptr object, std::vector<claim>& claims, bool listed,
                                  bool rewound) {
  const auto key = object->key;
  auto found = children.find(key);
  if (found != children.end() && found->second.uid != object->uid) {
    forget(key, found->second.uid);  // deleted and made anew: another object
    found = children.end();
  }
  if (found == children.end()) {
    child fresh;
    fresh.uid = object->uid;
    fresh.creation_timestamp = object->creation_timestamp;
    found = children.emplace(key, std::move(fresh)).first;
    spawn_child(key, found->second);
    env->hooks->reached(name, "admitted", to_string(key));
  }
  claim_for(key, found->second, core::target_of(*kind, *object).key, claims);
  if (found->second.actor)
    self->send(found->second.actor, observe{std::move(object), false, listed, rewound});
}

/// A CR can ask for another name for as long as it has no finalizer.
void kind_supervisor_state::claim_for(const k8s::object_key& key, child& one,
                                      teleport::resource_key wants, std::vector<claim>& claims) {
  if (one.wants == wants) return;
  one.wants = std::move(wants);
  claims.push_back({{kind, key, one.uid}, one.creation_timestamp, *one.wants});
}

/// The object has seen a newer state of its CR than we have.
void kind_supervisor_state::on_claim_wanted(claim_wanted& wish) {
  const auto found = children.find(wish.key);
  if (found == children.end() || found->second.uid != wish.uid) return;
  std::vector<claim> claims;
  claim_for(wish.key, found->second, std::move(wish.wants), claims);
  if (!claims.empty()) self->send(root, claim_resources{kind, std::move(claims), false});
}

void kind_supervisor_state::spawn_child(const k8s::object_key& key, child& one) {
  const bool reads_first = one.deaths && !one.vanished;
  one.actor = spawn_object_actor(self->home_system(), *env,
                                 {{kind, key, one.uid},
                                  caf::actor_cast<kind_supervisor_actor>(self),
                                  services,
                                  leading,
                                  reads_first});
  by_actor[one.actor.id()] = key;
  self->monitor(one.actor);
  if (one.claim) self->send(one.actor, *one.claim);
  if (one.vanished) self->send(one.actor, observe{one.vanished, true});
}

/// The UID is a copy: callers know it from the child that ends here.
void kind_supervisor_state::forget(const k8s::object_key& key, std::string uid) {
  const auto found = children.find(key);
  if (found == children.end() || found->second.uid != uid) return;
  auto& one = found->second;
  if (one.actor) {
    by_actor.erase(one.actor.id());
    self->send(one.actor, object_gone{});
  }
  take_slot_back(one);
  awaits_no_more(key, one);
  set_state(one, std::nullopt);
  children.erase(found);
  self->send(root, release_claim{{kind, key, std::move(uid)}});
  grant_slots();
}

/// The API server removes a CR at once when it had no finalizer at the moment in which the deletion
/// began, even if ours was put on before it was carried out: it then goes with our finalizer on,
/// and without a deletion mark, and what we have made for it in Teleport would stay for ever.
void kind_supervisor_state::lose(const k8s::object& last) {
  const auto marks = core::marks_of(last);
  const auto found = children.find(last.key);
  const bool ours = found != children.end() && found->second.uid == last.uid;
  if (!ours || !marks.has_finalizer || marks.deleting) return forget(last.key, last.uid);
  env->log->write(log_level::info, name, "vanished",
                  "the custom resource was removed with our finalizer on it; cleaning up after it",
                  {{"controller", kind->controller_name()},
                   {"controllerKind", kind->cr_kind},
                   {"namespace", last.key.ns},
                   {"name", last.key.name}});
  auto state = last;
  state.deletion_timestamp = core::rfc3339(env->now());
  found->second.vanished = std::make_shared<const k8s::object>(std::move(state));
  if (found->second.actor) self->send(found->second.actor, observe{found->second.vanished, true});
}

void kind_supervisor_state::on_claims_decided(const claims_decided& decided) {
  env->hooks->reached(name, "claims_decided", kind->cr_kind);
  for (const auto& verdict : decided.verdicts) {
    const auto found = children.find(verdict.key);
    if (found == children.end() || found->second.uid != verdict.uid) continue;
    found->second.claim = claim_decided{verdict.held_by, verdict.wanted};
    if (found->second.actor) self->send(found->second.actor, *found->second.claim);
  }
}

void kind_supervisor_state::on_claimed_moved(const claimed_moved& moved) {
  const auto found = children.find(moved.key);
  if (found == children.end() || found->second.uid != moved.uid) return;
  if (found->second.actor) self->send(found->second.actor, moved.how);
}

void kind_supervisor_state::on_awaited_came(const awaited_came& news) {
  env->hooks->reached(name, "awaited_came", kind->cr_kind);
  for (const auto& [key, uid] : news.whom) {
    const auto found = children.find(key);
    if (found == children.end() || found->second.uid != uid) continue;
    found->second.awaits = false;
    if (found->second.actor) self->send(found->second.actor, awaited_moved{});
  }
}

void kind_supervisor_state::awaits_no_more(const k8s::object_key& key, child& one) {
  if (std::exchange(one.awaits, false)) self->send(root, await_resources{{kind, key, one.uid}, {}});
}

/// A child that ended by itself or by our word is not in `by_actor` any more; every other death is
/// a failure.
void kind_supervisor_state::on_child_down(const caf::down_msg& down) {
  const auto who = by_actor.find(down.source.id());
  if (who == by_actor.end()) return;
  const auto key = who->second;
  by_actor.erase(who);
  env->hooks->reached(name, "child_down", to_string(key));
  auto& one = children.at(key);
  one.actor = nullptr;
  one.waiting_since.reset();
  take_slot_back(one);
  stats->panics->Increment();
  env->stats->actor_restarted("object_actor");
  if (!one.deaths) one.deaths = std::make_unique<core::restart_backoff>();
  const auto wait = one.deaths->next(env->random());
  env->log->write(log_level::error, name, "object-actor-died",
                  "an object actor died and is restarted",
                  {{"controller", kind->controller_name()},
                   {"namespace", key.ns},
                   {"name", key.name},
                   {"err", self->home_system().render(down.reason)},
                   {"restartIn", std::to_string(wait.count()) + "ms"}});
  if (one.deaths->deaths() > 1) {
    set_state(one, cr_state::failing);
    show_failure(key, one.uid);
  }
  if (wait.count() == 0) {
    spawn_child(key, one);
  } else {
    self->delayed_send(self, wait, respawn_tick{key, one.uid});
  }
  grant_slots();
}

void kind_supervisor_state::on_respawn(const respawn_tick& tick) {
  const auto found = children.find(tick.key);
  if (found == children.end() || found->second.uid != tick.uid || found->second.actor) return;
  spawn_child(tick.key, found->second);
}

/// Says on the CR that its actor keeps dying; the status text is always the same, so it is written
/// once.
void kind_supervisor_state::show_failure(const k8s::object_key& key, const std::string& uid) {
  if (!leading) return;
  const auto type = resource_type_of(*kind);
  self->request(services->kube, request_timeout, get_object{type, key})
      .then(
          [this, key, uid, type](object_result& answer) {
            const auto* object = std::get_if<k8s::object_ptr>(&answer.outcome);
            if (object == nullptr || (*object)->uid != uid) return;
            const auto status = core::status_of_failed_actor(**object, env->now());
            if (status == (*object)->status) return;
            self->request(services->kube, request_timeout,
                          patch_object{{type, key, "status", k8s::status_patch(**object, status)}})
                .then([](object_result&) { /* if it failed, the next death shows it */ },
                      [](const caf::error&) { /* likewise */ });
            self->send(services->events,
                       record_event{event_type::warning,
                                    subject_of({kind, key, uid}, (*object)->api_version),
                                    core::words::actor_failed, status.conditions.back().message});
          },
          [](const caf::error&) { /* the next death shows it */ });
}

void kind_supervisor_state::set_state(child& one, std::optional<cr_state> state) {
  if (one.state == state) return;
  if (one.state) stats->resources.at(static_cast<std::size_t>(*one.state))->Decrement();
  if (state) stats->resources.at(static_cast<std::size_t>(*state))->Increment();
  one.state = state;
}

}  // namespace actors
