#include "actors/teleport_client.hpp"

#include <utility>

#include "actors/teleport_client_state.hpp"

namespace actors {

using namespace messages;

teleport_client_state::~teleport_client_state() {
  calls.reset();
  watches.clear();
  on_trial.reset();
  session.reset();
  if (env != nullptr) env->undertaker->take(std::move(connector));
}

namespace {

teleport_client_actor::behavior_type teleport_client(
    teleport_client_actor::stateful_pointer<teleport_client_state> self, environment* env,
    operator_actor root, std::shared_ptr<core::lanes> lanes) {
  auto& state = self->state;
  state.env = env;
  state.root = std::move(root);
  state.alive.emplace(*env, state.name, "", self->address());
  state.calls = std::make_unique<teleport_calls>(env->config.teleport_window, std::move(lanes),
                                                 state.handle());
  state.first_connect();
  return {
      [self](const get_resource& request) { return self->state.on_get(request); },
      [self](create_resource& request) { return self->state.on_create(request); },
      [self](update_resource& request) { return self->state.on_update(request); },
      [self](const delete_resource& request) { return self->state.on_delete(request); },
      [self](const list_heads& request) { return self->state.on_list(request); },
      [self](const open_watch& request) { self->state.on_open_watch(request); },
      [self](const close_watch& request) { self->state.on_close_watch(request); },
      [self](const connect_finished& finished) { self->state.on_connect_finished(finished); },
      [self](call_finished& finished) { self->state.on_call_finished(finished); },
      [self](const probe_finished& finished) { self->state.on_probe_finished(finished); },
      [self](const trial_finished& finished) { self->state.on_trial_finished(finished); },
      [self](const authority_moved& moved) { self->state.on_authority_moved(moved); },
      [self](const connect_tick& tick) { self->state.on_connect_tick(tick); },
      [self](const probe_tick& tick) { self->state.on_probe_tick(tick); },
  };
}

}  // namespace

teleport_client_actor spawn_teleport_client(caf::actor_system& system, environment& env,
                                            operator_actor root,
                                            std::shared_ptr<core::lanes> lanes) {
  return system.spawn(teleport_client, &env, std::move(root), std::move(lanes));
}

}  // namespace actors
