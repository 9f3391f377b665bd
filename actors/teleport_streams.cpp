/// teleport_client: the event streams of other actors.

#include <utility>

#include "actors/teleport_client_state.hpp"

namespace actors {

using namespace messages;

void teleport_client_state::on_open_watch(const open_watch& request) {
  env->hooks->reached(name, "open_watch", "");
  if (std::exchange(watcher, request.who.id()) != request.who.id()) watches.clear();
  const auto number = request.number;
  if (!told.connected) {
    self->send(request.who,
               watch_ended{number, {teleport::errc::connection, "not connected to Teleport"}});
    return;
  }
  const auto to = request.who;
  teleport::watch_listener listener;
  listener.opened = [to, number](std::vector<std::string> left_out) {
    caf::anon_send(to, watch_opened{number, std::move(left_out)});
  };
  listener.moved = [to](teleport::resource_change change) {
    caf::anon_send(to, watch_moved{std::move(change)});
  };
  listener.ended = [to, number](teleport::error why) {
    caf::anon_send(to, watch_ended{number, std::move(why)});
  };
  watches[number] = {session, session->watch(request.kinds, std::move(listener))};
}

void teleport_client_state::on_close_watch(const close_watch& request) {
  watches.erase(request.number);
}

}  // namespace actors
