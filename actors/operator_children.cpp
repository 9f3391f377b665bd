/// The root: who its children are, and what happens when one dies.

#include <utility>

#include "actors/drift_watcher.hpp"
#include "actors/event_recorder.hpp"
#include "actors/kind_supervisor.hpp"
#include "actors/kube_client.hpp"
#include "actors/leader_elector.hpp"
#include "actors/operator_state.hpp"
#include "actors/secret_watcher.hpp"
#include "actors/teleport_client.hpp"

namespace actors {

using namespace messages;

namespace {

constexpr const char* kube_name = "kube_client";
constexpr const char* teleport_name = "teleport_client";
constexpr const char* events_name = "event_recorder";
constexpr const char* secrets_name = "secret_watcher";
constexpr const char* drift_name = "drift_watcher";
constexpr const char* elector_name = "leader_elector";

/// A supervisor that lived this long starts its back-off over when it dies.
constexpr auto healthy_life = std::chrono::minutes{1};

}  // namespace

void operator_state::spawn_all() {
  for (const auto* service : {kube_name, teleport_name, events_name, secrets_name, drift_name}) {
    deaths.emplace(service, core::restart_intensity{});
    spawn_service(service);
  }
  show_standing();
  env->stats->leads(env->config.election.lease.name, false);
  published = std::make_shared<service_handles>(services);
  const auto running = kinds_to_run();
  env->health->set_kinds_expected(running.size());
  for (const auto* kind : running) {
    auto& one = kinds[kind->cr_kind];
    one.kind = kind;
    spawn_kind(one);
  }
}

/// With a scope: only the kinds that can have one (facts/operator-behaviour.md §1.3).
std::vector<kind_ptr> operator_state::kinds_to_run() const {
  if (env->config.scoped.scope.empty()) return env->config.kinds;
  std::vector<kind_ptr> scoped;
  scoped.reserve(env->config.kinds.size());
  std::string others;
  for (const auto* kind : env->config.kinds) {
    if (kind->scope == teleport::scoping::possible) {
      scoped.push_back(kind);
    } else {
      others += (others.empty() ? "" : ",") + kind->cr_kind;
    }
  }
  env->log->write(log_level::info, name, "kinds-without-scope",
                  "operator running in scoped mode, CRs of kinds without a scope will not be "
                  "reconciled",
                  {{"scope", env->config.scoped.scope}, {"kinds", others}});
  return scoped;
}

void operator_state::spawn_service(const std::string& child) {
  auto& system = self->home_system();
  const auto watch = [&](const auto& actor) {
    self->monitor(actor);
    by_actor[actor.id()] = child;
  };
  if (child == kube_name) {
    services.kube = spawn_kube_client(system, *env);
    watch(services.kube);
    if (services.events) self->send(services.events, kube_replaced{services.kube});
    if (services.secrets) self->send(services.secrets, kube_replaced{services.kube});
    if (elector) self->send(elector, kube_replaced{services.kube});
  } else if (child == teleport_name) {
    services.teleport =
        spawn_teleport_client(system, *env, caf::actor_cast<operator_actor>(self), lanes);
    watch(services.teleport);
  } else if (child == events_name) {
    services.events = spawn_event_recorder(system, *env, services.kube);
    watch(services.events);
  } else if (child == drift_name) {
    drift = spawn_drift_watcher(system, *env, caf::actor_cast<operator_actor>(self));
    watch(drift);
    if (teleport) self->send(drift, watch_over{services.teleport, *teleport});
  } else if (child == elector_name) {
    elector =
        spawn_leader_elector(system, *env, services.kube, caf::actor_cast<operator_actor>(self));
    watch(elector);
    if (resigning) self->send(elector, resign{});
  } else {
    services.secrets = spawn_secret_watcher(system, *env, services.kube);
    watch(services.secrets);
  }
}

void operator_state::spawn_kind(kind_child& one) {
  one.actor = spawn_kind_supervisor(self->home_system(), *env, one.kind,
                                    caf::actor_cast<operator_actor>(self), published);
  one.spawned = self->clock().now();
  self->monitor(one.actor);
  by_actor[one.actor.id()] = one.kind->cr_kind;
  if (teleport) self->send(one.actor, teleport_changed{*teleport, awaits_watch});
  self->send(one.actor, leadership_changed{leading});
  if (started) self->send(one.actor, start_reconciling{});
}

void operator_state::publish_services() {
  published = std::make_shared<service_handles>(services);
  tell_kinds(services_changed{published});
}

void operator_state::on_child_down(const caf::down_msg& down) {
  const auto who = by_actor.find(down.source.id());
  if (who == by_actor.end()) return;
  const auto child = who->second;
  by_actor.erase(who);
  if (const auto kind = kinds.find(child); kind != kinds.end())
    return kind_died(kind->second, down.reason);
  service_died(child, down.reason);
}

void operator_state::service_died(const std::string& child, const caf::error& reason) {
  env->stats->actor_restarted(child);
  const auto why = self->home_system().render(reason);
  env->log->write(log_level::error, name, "service-actor-died",
                  "a service actor died and is restarted", {{"actor", child}, {"err", why}});
  if (!deaths.at(child).may_restart(self->clock().now())) {
    env->give_up(child + " died more than 5 times within 30 s; the last time: " + why);
    return end("giving up");
  }
  if (child == teleport_name && teleport) {
    // Its session is gone with it; the successor tells when it has one.
    auto lost = *teleport;
    lost.connected = false;
    lost.what = hindered::nothing;
    lost.trouble = "the Teleport client is being restarted";
    on_teleport_state(lost);
  }
  spawn_service(child);
  // Nobody else talks to these.
  if (child != drift_name && child != elector_name) publish_services();
}

void operator_state::kind_died(kind_child& one, const caf::error& reason) {
  one.actor = nullptr;
  awaits.remove_kind(one.kind);
  env->stats->actor_restarted("kind_supervisor");
  if (self->clock().now() - one.spawned > healthy_life) one.deaths.succeeded();
  const auto wait = one.deaths.next(env->random());
  env->log->write(log_level::error, name, "kind-supervisor-died",
                  "a kind's supervisor died and is restarted",
                  {{"controllerKind", one.kind->cr_kind},
                   {"err", self->home_system().render(reason)},
                   {"restartIn", std::to_string(wait.count()) + "ms"}});
  env->health->set_kind(one.kind->cr_kind, false, "its supervisor is being restarted");
  if (stopping) {
    on_kind_drained({one.kind});
  } else if (wait.count() == 0) {
    spawn_kind(one);
  } else {
    self->delayed_send(self, wait, restart_tick{one.kind->cr_kind});
  }
}

void operator_state::on_restart(const restart_tick& tick) {
  auto& one = kinds.at(tick.child);
  if (!one.actor && !stopping) spawn_kind(one);
}

/// A process that can't reach Teleport is no candidate: another one may do better.
void operator_state::stand_for_election() {
  deaths.emplace(elector_name, core::restart_intensity{});
  spawn_service(elector_name);
}

/// Everybody down, services last, so that what a supervisor still sends finds its receiver.
void operator_state::end(const char* why) {
  env->log->write(log_level::info, name, "ended", why, {});
  by_actor.clear();
  for (auto& [cr_kind, one] : kinds) {
    if (one.actor) self->send_exit(one.actor, caf::exit_reason::user_shutdown);
  }
  env->fence->close();
  if (elector) self->send_exit(elector, caf::exit_reason::user_shutdown);
  self->send_exit(drift, caf::exit_reason::user_shutdown);
  self->send_exit(services.events, caf::exit_reason::user_shutdown);
  self->send_exit(services.secrets, caf::exit_reason::user_shutdown);
  self->send_exit(services.teleport, caf::exit_reason::user_shutdown);
  self->send_exit(services.kube, caf::exit_reason::user_shutdown);
  self->quit();
}

}  // namespace actors
