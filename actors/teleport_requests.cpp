/// teleport_client: the calls of other actors.

#include <utility>

#include "actors/teleport_client_state.hpp"

namespace actors {

using namespace messages;

teleport_calls::resource_promise teleport_client_state::start(call_subject about,
                                                              teleport_calls::resource_call call) {
  auto promise = self->make_response_promise<resource_result>();
  got_busy();
  calls->start(std::move(about), std::move(call), promise);
  return promise;
}

teleport_calls::resource_promise teleport_client_state::on_get(const get_resource& request) {
  env->hooks->reached(name, "get", request.key.name);
  return start({request.kind, request.key, false},
               [request](teleport::session& over, teleport::resource_callback done) {
                 over.get(*request.kind, request.key, std::move(done));
               });
}

teleport_calls::resource_promise teleport_client_state::on_create(create_resource& request) {
  env->hooks->reached(name, "create", request.desired.name());
  return start(
      {&request.desired.of_kind(), request.desired.key(), true},
      [desired = request.desired](teleport::session& over, teleport::resource_callback done) {
        over.create(desired, std::move(done));
      });
}

teleport_calls::resource_promise teleport_client_state::on_update(update_resource& request) {
  env->hooks->reached(name, "update", request.desired.name());
  return start(
      {&request.desired.of_kind(), request.desired.key(), true},
      [desired = request.desired](teleport::session& over, teleport::resource_callback done) {
        over.update(desired, std::move(done));
      });
}

teleport_calls::resource_promise teleport_client_state::on_delete(const delete_resource& request) {
  env->hooks->reached(name, "delete", request.key.name);
  return start({request.kind, request.key, true},
               [request](teleport::session& over, teleport::resource_callback done) {
                 over.remove(*request.kind, request.key,
                             [done = std::move(done)](teleport::result<bool> answer) {
                               if (answer.ok()) {
                                 done(teleport::resource{});
                               } else {
                                 done(std::move(answer.failure()));
                               }
                             });
               });
}

teleport_calls::heads_promise teleport_client_state::on_list(const list_heads& request) {
  env->hooks->reached(name, "list", request.kind->cr_kind);
  auto promise = self->make_response_promise<heads_result>();
  got_busy();
  calls->start_list(request.kind, promise);
  return promise;
}

}  // namespace actors
