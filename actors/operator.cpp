#include "actors/operator.hpp"

#include <algorithm>
#include <utility>

#include "actors/operator_state.hpp"

namespace actors {

using namespace messages;

// -- from service actors and supervisors
// -----------------------------------------------------------------------

void operator_state::on_watch_settled(const watch_settled& settled) {
  if (!teleport || !teleport->connected) return;
  if (awaits_watch || settled.missed) wake(awaits.everybody());
  if (std::exchange(awaits_watch, false)) {
    tell_kinds(teleport_changed{*teleport});
  } else if (settled.missed) {
    tell_kinds(compare_all{});
  }
}

void operator_state::on_teleport_moved(const teleport_moved& moved) {
  const auto& what = moved.change;
  wake(awaits.moved({what.teleport_kind, what.key.name}, self->clock().now()));
  for (const auto& holder : claims.holders_of(what.teleport_kind, what.key, what.any_scope)) {
    const auto found = kinds.find(holder.kind->cr_kind);
    if (found == kinds.end() || !found->second.actor) continue;
    self->send(found->second.actor,
               claimed_moved{holder.key, holder.uid, {what.revision, what.deleted}});
  }
}

void operator_state::on_poll_due(const poll_due& due) {
  const auto found = kinds.find(due.kind->cr_kind);
  if (found != kinds.end() && found->second.actor)
    self->send(found->second.actor, look_for_drift{});
}

void operator_state::on_kind_ready(const kind_ready& ready) {
  const auto found = kinds.find(ready.kind->cr_kind);
  if (found == kinds.end()) return;
  found->second.heard = true;
  switch (ready.state) {
    case watch_state::listed:
      env->health->set_kind(ready.kind->cr_kind, true, "watching");
      break;
    case watch_state::not_installed:
      env->health->set_kind(ready.kind->cr_kind, true, "CRD not installed");
      break;
    case watch_state::troubled:
      env->health->set_kind(ready.kind->cr_kind, false, ready.trouble);
      break;
  }
  start_if_all_heard();
}

/// Passes wait until every kind was listed: only then is it known which of two CRs has a Teleport
/// resource. And for the first connection: then one list of each kind tells what is in sync, where
/// passes that began earlier would fail and ask again one by one. And until it is clear who leads:
/// whoever takes the Lease in the next moment need not stand by before.
void operator_state::start_if_all_heard() {
  if (started || !ever_connected || !knows_who_leads()) return;
  const bool all =
      std::all_of(kinds.begin(), kinds.end(), [](const auto& entry) { return entry.second.heard; });
  if (!all) return;
  started = true;
  env->log->write(log_level::info, name, "started", "all kinds are listed; reconciling", {});
  tell_kinds(start_reconciling{});
}

void operator_state::on_claim_resources(const claim_resources& wish) {
  std::vector<core::claim_table::decision> decisions;
  const auto take = [&](std::vector<core::claim_table::decision> some) {
    decisions.insert(decisions.end(), std::make_move_iterator(some.begin()),
                     std::make_move_iterator(some.end()));
  };
  if (wish.all) {
    std::set<std::string> uids;
    for (const auto& one : wish.claims) uids.insert(one.who.uid);
    take(claims.retain(wish.kind, uids));
  } else {
    for (const auto& one : wish.claims) take(claims.add(one));
  }
  tell(decisions);
}

void operator_state::on_release_claim(const release_claim& gone) {
  tell(claims.remove(gone.who));
}

void operator_state::on_await_resources(const await_resources& wish) {
  if (awaits.put(wish.who, wish.what.which, wish.what.all, wish.what.since)) wake({wish.who});
}

void operator_state::on_resource_written(const resource_written& news) {
  wake(awaits.moved(news.what, self->clock().now()));
}

/// One message for each kind, however many wait: their slots keep them in line.
void operator_state::wake(const core::await_table::waiters& waiters) {
  std::map<kind_ptr, awaited_came> by_kind;
  for (const auto& who : waiters) by_kind[who.kind].whom.emplace_back(who.key, who.uid);
  for (auto& [kind, news] : by_kind) {
    const auto found = kinds.find(kind->cr_kind);
    if (found != kinds.end() && found->second.actor)
      self->send(found->second.actor, std::move(news));
  }
}

void operator_state::tell(const std::vector<core::claim_table::decision>& decisions) {
  std::map<kind_ptr, claims_decided> by_kind;
  for (const auto& one : decisions)
    by_kind[one.who.kind].verdicts.push_back({one.who.key, one.who.uid, one.held_by, one.wanted});
  for (auto& [kind, decided] : by_kind) {
    const auto found = kinds.find(kind->cr_kind);
    if (found != kinds.end() && found->second.actor)
      self->send(found->second.actor, std::move(decided));
  }
}

// -- the end
// ---------------------------------------------------------------------------------------------------

void operator_state::on_stop() {
  if (stopping) return;
  stopping = true;
  env->health->set_stopping();
  env->log->write(log_level::info, name, "stopping", "stopping: finishing what is under way", {});
  tell_kinds(drain{});
  self->delayed_send(self, env->config.stop_grace, drain_timeout{});
  for (auto& [cr_kind, one] : kinds) one.drained = !one.actor;
  if (std::all_of(kinds.begin(), kinds.end(),
                  [](const auto& entry) { return entry.second.drained; }))
    give_lease_up();
}

void operator_state::on_kind_drained(const kind_drained& drained) {
  if (!stopping) return;
  kinds.at(drained.kind->cr_kind).drained = true;
  if (std::all_of(kinds.begin(), kinds.end(),
                  [](const auto& entry) { return entry.second.drained; }))
    give_lease_up();
}

/// What is under way may still change something: the Lease is not released, it runs out.
void operator_state::on_drain_timeout() {
  if (resigning) return;
  env->log->write(log_level::warning, name, "stop-timeout",
                  "not everything under way was finished in time", {});
  end("stopped");
}

// -- its behaviour
// ---------------------------------------------------------------------------------------------

namespace {

operator_actor::behavior_type behave(operator_actor::stateful_pointer<operator_state> self,
                                     environment* env) {
  auto& state = self->state;
  state.env = env;
  state.born = self->clock().now();
  state.alive.emplace(*env, state.name, "", self->address());
  self->set_down_handler([self](const caf::down_msg& down) { self->state.on_child_down(down); });
  state.spawn_all();
  return {
      [self](const teleport_state& now) { self->state.on_teleport_state(now); },
      [self](const kind_ready& ready) { self->state.on_kind_ready(ready); },
      [self](const claim_resources& wish) { self->state.on_claim_resources(wish); },
      [self](const release_claim& gone) { self->state.on_release_claim(gone); },
      [self](const await_resources& wish) { self->state.on_await_resources(wish); },
      [self](const resource_written& news) { self->state.on_resource_written(news); },
      [self](const kind_drained& drained) { self->state.on_kind_drained(drained); },
      [self](const watch_settled& settled) { self->state.on_watch_settled(settled); },
      [self](const teleport_moved& moved) { self->state.on_teleport_moved(moved); },
      [self](const poll_due& due) { self->state.on_poll_due(due); },
      [self](const stop_operator&) { self->state.on_stop(); },
      [self](const drain_timeout&) { self->state.on_drain_timeout(); },
      [self](const leadership& now) { self->state.on_leadership(now); },
      [self](const resigned&) { self->state.on_resigned(); },
      [self](const resign_timeout&) { self->state.on_resign_timeout(); },
      [self](const restart_tick& tick) { self->state.on_restart(tick); },
      [](const are_you_there&) { return true; },
  };
}

}  // namespace

operator_actor spawn_operator(caf::actor_system& system, environment& env) {
  return system.spawn(behave, &env);
}

}  // namespace actors
