#pragma once

/// A kube_client that writes down what it is asked and answers as the test says.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "messages/type_ids.hpp"

namespace actors::testing {

struct fake_kube {
  struct call {
    std::string verb;  ///< "get", "create", "patch"
    k8s::resource_type type;
    k8s::object_key key;  ///< of a create: the namespace only
    std::string body;
  };

  /// An object without content.
  static messages::object_result success() { return {std::make_shared<const k8s::object>()}; }
  static messages::object_result failure(k8s::errc code) {
    return {k8s::error{code, 0, {}, "made up", {}}};
  }

  /// Nothing: the call stays open until the actor gets a `kube_answered`, whose result all open
  /// calls then get.
  using answer = std::optional<messages::object_result>;

  std::function<answer(const call&)> respond = [](const call&) { return success(); };
  std::vector<call> calls;
  std::vector<caf::typed_response_promise<messages::object_result>> open;
};

/// `shared` must outlive the actor.
messages::kube_client_actor spawn_fake_kube(caf::actor_system& system, fake_kube& shared);

}  // namespace actors::testing
