#include "actors/secret_watcher.hpp"

#include <set>
#include <unordered_map>
#include <utility>

#include "actors/core/secret_table.hpp"
#include "actors/lifecycle.hpp"
#include "k8s/secret.hpp"

namespace actors {

namespace {

using namespace messages;

struct secret_watcher_state {
  static inline constexpr const char* name = "secret_watcher";

  explicit secret_watcher_state(secret_watcher_actor::pointer me) : self(me) {}
  secret_watcher_state(const secret_watcher_state&) = delete;
  secret_watcher_state& operator=(const secret_watcher_state&) = delete;
  ~secret_watcher_state() = default;

  // -- from users, about them, and from the root --------------------------------------------------
  void on_uses(uses_secrets& now);
  void on_user_down(const caf::down_msg& down);
  void on_kube_replaced(kube_replaced& fresh);
  // -- from the watch -----------------------------------------------------------------------------
  void on_listed(const objects_listed& page);
  void on_seen(const object_seen& news);
  void on_bookmark(const watch_bookmark& mark);
  void on_trouble(const watch_trouble& trouble);
  void on_recovered(const watch_recovered& recovered);

  void forget(core::secret_table::user who);
  void wake(const core::secret_table::users& moved);
  /// Watches what the users need, no more.
  void adjust_watches();
  void subscribe_all();

  secret_watcher_actor::pointer self;
  environment* env = nullptr;
  kube_client_actor kube;
  std::optional<life> alive;
  core::secret_table table;
  std::unordered_map<core::secret_table::user, secret_user> handles;
  std::set<std::string> watched;  ///< namespaces; an empty one: all
  std::uint64_t epoch = 0;        ///< of the present subscription
};

// -- from users, about them, and from the root ----------------------------------------------------

void secret_watcher_state::on_uses(uses_secrets& now) {
  const auto id = now.who.id();
  if (now.secrets.empty()) {
    self->demonitor(now.who.address());
    return forget(id);
  }
  const auto ns = std::move(now.ns);
  const bool moved = table.put(id, ns, now.secrets);
  if (handles.try_emplace(id, now.who).second) self->monitor(now.who);
  env->hooks->reached(name, "registered", ns);
  if (moved) wake({id});
  adjust_watches();
}

void secret_watcher_state::on_user_down(const caf::down_msg& down) {
  forget(down.source.id());
}

void secret_watcher_state::forget(core::secret_table::user who) {
  table.remove(who);
  handles.erase(who);
  adjust_watches();
}

void secret_watcher_state::wake(const core::secret_table::users& moved) {
  for (const auto who : moved) self->send(handles.at(who), secret_moved{});
}

void secret_watcher_state::on_kube_replaced(kube_replaced& fresh) {
  kube = std::move(fresh.now);
  if (!watched.empty()) subscribe_all();
}

void secret_watcher_state::adjust_watches() {
  std::set<std::string> wanted;
  if (!table.empty()) {
    wanted = env->config.namespaces.empty() ? std::set<std::string>{{}} : table.namespaces();
  }
  if (wanted == watched) return;
  watched = std::move(wanted);
  table.keep_scopes(watched);
  subscribe_all();
}

void secret_watcher_state::subscribe_all() {
  subscribe request{watch_subscriber{caf::actor_cast<secret_watcher_actor>(self)}, ++epoch, {}};
  request.requests.reserve(watched.size());
  for (const auto& ns : watched) {
    request.requests.push_back({k8s::secret_type(), ns, table.version_of(ns), true});
  }
  self->send(kube, std::move(request));
}

// -- from the watch -------------------------------------------------------------------------------

void secret_watcher_state::on_listed(const objects_listed& page) {
  if (page.epoch != epoch) return;
  env->hooks->reached(name, "listed", page.ns);
  table.page(page.ns, page.objects, page.first);
  if (page.last) wake(table.list_ended(page.ns, page.resource_version));
}

void secret_watcher_state::on_seen(const object_seen& news) {
  if (news.epoch != epoch) return;
  env->hooks->reached(name, "seen", news.object->key.name);
  wake(table.changed(news.ns, *news.object, news.what == k8s::change::deleted));
}

void secret_watcher_state::on_bookmark(const watch_bookmark& mark) {
  if (mark.epoch == epoch) table.bookmark(mark.ns, mark.resource_version);
}

void secret_watcher_state::on_trouble(const watch_trouble& trouble) {
  if (trouble.epoch != epoch) return;
  const bool refused = trouble.why.code == k8s::errc::forbidden;
  env->log->write(log_level::warning, name, "secret-watch-trouble",
                  refused
                      ? "no right to watch Secrets: a changed Secret reaches Teleport only when "
                        "its resource is looked at again; give the operator's role "
                        "secrets/list and secrets/watch"
                      : "can't watch Secrets; trying again",
                  {{"namespace", trouble.ns}, {"err", trouble.why.message}});
}

void secret_watcher_state::on_recovered(const watch_recovered& recovered) {
  if (recovered.epoch != epoch) return;
  env->log->write(log_level::info, name, "secret-watch-recovered", "watching Secrets again",
                  {{"namespace", recovered.ns}});
}

// -- its behaviour --------------------------------------------------------------------------------

secret_watcher_actor::behavior_type secret_watcher(
    secret_watcher_actor::stateful_pointer<secret_watcher_state> self, environment* env,
    kube_client_actor kube) {
  auto& state = self->state;
  state.env = env;
  state.kube = std::move(kube);
  state.alive.emplace(*env, state.name, "", self->address());
  self->set_down_handler([self](const caf::down_msg& down) { self->state.on_user_down(down); });
  return {
      [self](const objects_listed& page) { self->state.on_listed(page); },
      [self](const object_seen& news) { self->state.on_seen(news); },
      [self](const watch_bookmark& mark) { self->state.on_bookmark(mark); },
      [self](const watch_trouble& trouble) { self->state.on_trouble(trouble); },
      [self](const watch_recovered& recovered) { self->state.on_recovered(recovered); },
      [self](uses_secrets& now) { self->state.on_uses(now); },
      [self](kube_replaced& fresh) { self->state.on_kube_replaced(fresh); },
  };
}

}  // namespace

secret_watcher_actor spawn_secret_watcher(caf::actor_system& system, environment& env,
                                          kube_client_actor kube) {
  return system.spawn(secret_watcher, &env, std::move(kube));
}

}  // namespace actors
