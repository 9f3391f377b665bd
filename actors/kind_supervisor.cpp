#include "actors/kind_supervisor.hpp"

#include <algorithm>
#include <utility>

#include "actors/kind_supervisor_state.hpp"
#include "actors/object_actor.hpp"

namespace actors {

using namespace messages;

kind_supervisor_state::~kind_supervisor_state() {
  if (stats == nullptr) return;
  for (auto& [key, one] : children) {
    set_state(one, std::nullopt);
    if (one.has_slot) stats->running->end(one.pass_began);
  }
  stats->queue_depth->Set(0);
  stats->active_workers->Set(0);
}

// -- the watch
// -------------------------------------------------------------------------------------------------

void kind_supervisor_state::subscribe_all() {
  ++epoch;
  subscribe request{watch_subscriber{caf::actor_cast<kind_supervisor_actor>(self)}, epoch, {}};
  for (auto& [ns, where] : scopes) {
    where.listing.reset();
    request.requests.push_back(
        {resource_type_of(*kind), ns, where.listed ? where.version : std::string{}});
  }
  self->send(services->kube, std::move(request));
}

void kind_supervisor_state::on_listed(objects_listed& page) {
  if (page.epoch != epoch) return;
  env->hooks->reached(name, "page", kind->cr_kind);
  auto& where = scopes[page.ns];
  if (page.first) where.listing.emplace();
  std::vector<claim> claims;
  for (auto& object : page.objects) {
    if (where.listing) where.listing->insert(object->uid);
    admit(std::move(object), claims, true, page.rewound);
  }
  if (page.first && page.rewound)
    log(log_level::warning, "history-lost",
        "the API server has lost its newest changes (was it restored from a backup?); going on "
        "from what it has");
  if (page.last) where.version = page.resource_version;
  if (!claims.empty()) self->send(root, claim_resources{kind, std::move(claims), false});
  if (page.last) finish_listing(page.ns, where);
}

/// A list is complete: what it does not name is gone.
void kind_supervisor_state::finish_listing(const std::string& ns, scope& where) {
  std::vector<std::pair<k8s::object_key, std::string>> gone;
  for (const auto& [key, one] : children) {
    const bool in_scope = ns.empty() || key.ns == ns;
    if (in_scope && where.listing && !one.vanished && !where.listing->contains(one.uid))
      gone.emplace_back(key, one.uid);
  }
  for (const auto& [key, uid] : gone) forget(key, uid);
  where.listing.reset();
  where.listed = true;
  if (!all_listed()) return;
  // The root may know CRs of a predecessor of ours that vanished while nobody watched.
  claim_resources everything{kind, {}, true};
  for (const auto& [key, one] : children)
    everything.claims.push_back({{kind, key, one.uid}, one.creation_timestamp, *one.wants});
  self->send(root, std::move(everything));
  tell_ready(watch_state::listed);
}

void kind_supervisor_state::on_seen(object_seen& news) {
  if (news.epoch != epoch) return;
  env->hooks->reached(name, "change", to_string(news.object->key));
  scopes[news.ns].version = news.object->resource_version;
  if (news.what == k8s::change::deleted) return lose(*news.object);
  std::vector<claim> claims;
  admit(std::move(news.object), claims);
  if (!claims.empty()) self->send(root, claim_resources{kind, std::move(claims), false});
}

void kind_supervisor_state::on_bookmark(const watch_bookmark& mark) {
  if (mark.epoch == epoch) scopes[mark.ns].version = mark.resource_version;
}

void kind_supervisor_state::on_trouble(const watch_trouble& trouble) {
  if (trouble.epoch != epoch) return;
  if (trouble.why.code == k8s::errc::not_served) {
    log(log_level::info, "crd-missing",
        "the CRD is not installed: the kind waits until it appears");
    return tell_ready(watch_state::not_installed);
  }
  log(log_level::warning, "watch-trouble", "can't list or watch; trying again",
      trouble.why.message);
  tell_ready(watch_state::troubled, trouble.why.message);
}

void kind_supervisor_state::on_recovered(const watch_recovered& recovered) {
  if (recovered.epoch != epoch) return;
  log(log_level::info, "watch-recovered", "watching again");
  if (all_listed()) tell_ready(watch_state::listed);
}

bool kind_supervisor_state::all_listed() const {
  return std::all_of(scopes.begin(), scopes.end(),
                     [](const auto& entry) { return entry.second.listed; });
}

void kind_supervisor_state::tell_ready(watch_state state, const std::string& trouble) {
  auto word = std::pair{state, trouble};
  if (told == word) return;
  const bool first = !told;
  told = std::move(word);
  self->send(root, kind_ready{kind, children.size(), state, trouble});
  if (first) list_heads_then_go();  // after a restart the gate is open already
}

// -- from the root
// ---------------------------------------------------------------------------------------------

void kind_supervisor_state::on_services_changed(const services_changed& changed) {
  env->hooks->reached(name, "services_changed", kind->cr_kind);
  const bool other_kube = services->kube != changed.now->kube;
  services = changed.now;
  if (other_kube) subscribe_all();
  tell_children(changed);
}

void kind_supervisor_state::on_teleport_changed(const teleport_changed& changed) {
  refused_too = refused_too || changed.relieved;
  awaits_watch = changed.wait;
  if (awaits_watch) return;
  const bool came = changed.now.connected && !connected;
  connected = changed.now.connected;
  if (!connected) return grant_slots();
  const bool admits = teleport::admits(changed.now.cluster, kind->gate);
  const bool turned = std::exchange(admitted, admits) != admits;
  if (turned) {
    log(log_level::info, admits ? "feature-there" : "feature-missing",
        admits ? "the Teleport cluster has the feature that the kind needs"
               : "the Teleport cluster does not have the feature that the kind needs");
    tell_children(reconsider{});
  }
  if (came || (turned && admits)) return list_heads_then_go();
  // A renewed session: calls over the former one may have been lost.
  wake_children();
}

void kind_supervisor_state::on_leadership_changed(const leadership_changed& changed) {
  if (std::exchange(leading, changed.leading) == leading) return;
  tell_children(changed);
}

void kind_supervisor_state::on_start() {
  if (started) return;
  started = true;
  list_heads_then_go();
}

void kind_supervisor_state::on_drain() {
  draining = true;
  if (active == 0) self->send(root, kind_drained{kind});
}

void kind_supervisor_state::log(log_level level, std::string_view event, std::string_view message,
                                const std::string& err) const {
  env->log->write(
      level, name, event, message,
      {{"controller", kind->controller_name()}, {"controllerKind", kind->cr_kind}, {"err", err}});
}

// -- its behaviour
// ---------------------------------------------------------------------------------------------

namespace {

kind_supervisor_actor::behavior_type behave(
    kind_supervisor_actor::stateful_pointer<kind_supervisor_state> self, environment* env,
    kind_ptr kind, operator_actor root, services now) {
  auto& state = self->state;
  state.env = env;
  state.kind = kind;
  state.root = std::move(root);
  state.services = std::move(now);
  state.stats = &env->stats->controller(kind->controller_name());
  state.alive.emplace(*env, state.name, kind->cr_kind, self->address());
  for (const auto& ns : env->config.namespaces) state.scopes[ns];
  if (state.scopes.empty()) state.scopes[""];
  self->set_down_handler([self](const caf::down_msg& down) { self->state.on_child_down(down); });
  state.resync_later();
  state.subscribe_all();
  return {
      [self](objects_listed& page) { self->state.on_listed(page); },
      [self](object_seen& news) { self->state.on_seen(news); },
      [self](const watch_bookmark& mark) { self->state.on_bookmark(mark); },
      [self](const watch_trouble& trouble) { self->state.on_trouble(trouble); },
      [self](const watch_recovered& recovered) { self->state.on_recovered(recovered); },
      [self](const services_changed& changed) { self->state.on_services_changed(changed); },
      [self](const teleport_changed& changed) { self->state.on_teleport_changed(changed); },
      [self](const leadership_changed& changed) { self->state.on_leadership_changed(changed); },
      [self](const start_reconciling&) { self->state.on_start(); },
      [self](const claims_decided& decided) { self->state.on_claims_decided(decided); },
      [self](const claimed_moved& moved) { self->state.on_claimed_moved(moved); },
      [self](const awaited_came& news) { self->state.on_awaited_came(news); },
      [self](const compare_all&) { self->state.list_heads_then_go(); },
      [self](const look_for_drift& word) { self->state.on_look_for_drift(word); },
      [self](const drain&) { self->state.on_drain(); },
      [self](const slot_wanted& wish) { self->state.on_slot_wanted(wish); },
      [self](const pass_done& done) { self->state.on_pass_done(done); },
      [self](claim_wanted& wish) { self->state.on_claim_wanted(wish); },
      [self](const respawn_tick& tick) { self->state.on_respawn(tick); },
      [self](const resync_tick& tick) { self->state.on_resync(tick); },
  };
}

}  // namespace

kind_supervisor_actor spawn_kind_supervisor(caf::actor_system& system, environment& env,
                                            kind_ptr kind, operator_actor root, services now) {
  return system.spawn(behave, &env, kind, std::move(root), std::move(now));
}

}  // namespace actors
