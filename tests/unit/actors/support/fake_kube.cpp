#include "tests/unit/actors/support/fake_kube.hpp"

#include <utility>

namespace actors::testing {

namespace {

using namespace messages;

caf::typed_response_promise<object_result> take(kube_client_actor::pointer self, fake_kube& shared,
                                                fake_kube::call call) {
  auto promise = self->make_response_promise<object_result>();
  const auto answer = shared.respond(call);
  shared.calls.push_back(std::move(call));
  if (answer) {
    promise.deliver(*answer);
  } else {
    shared.open.push_back(promise);
  }
  return promise;
}

kube_client_actor::behavior_type behave(kube_client_actor::pointer self, fake_kube* shared) {
  return {
      [=](const get_object& request) {
        return take(self, *shared, {"get", request.type, request.key, {}});
      },
      [=](const patch_object& request) {
        const auto& patch = request.request;
        return take(self, *shared, {"patch", patch.type, patch.key, patch.body});
      },
      [=](const create_object& request) {
        return take(self, *shared, {"create", request.type, {request.ns, {}}, request.body});
      },
      [](const ask_lease&) { return lease_result{k8s::error{}}; },
      [](const subscribe&) {},
      [=](const kube_answered& answer) {
        for (auto& promise : std::exchange(shared->open, {})) promise.deliver(answer.result);
      },
      [](const lease_answered&) {},
  };
}

}  // namespace

kube_client_actor spawn_fake_kube(caf::actor_system& system, fake_kube& shared) {
  return system.spawn(behave, &shared);
}

}  // namespace actors::testing
