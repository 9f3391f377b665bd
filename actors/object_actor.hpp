#pragma once

/// One actor for one CR: owns its finalizer lifecycle, its passes and its retries (protocol:
/// messages/objects.hpp). Spawned by its kind's supervisor; ends with the CR, with the supervisor,
/// or by a bug. A successor rebuilds everything from the CR and from Teleport. One pass at a time,
/// one request at a time; what to do next is decided by core::next_step.

#include "actors/environment.hpp"
#include "messages/type_ids.hpp"

namespace actors {

/// What an object actor is born with.
struct object_birth {
  messages::cr_id id;
  messages::kind_supervisor_actor supervisor;
  messages::services services;
  bool leading = false;      ///< this process may write
  bool reads_first = false;  ///< a predecessor died; see core::attention
};

messages::object_actor spawn_object_actor(caf::actor_system& system, environment& env,
                                          object_birth birth);

/// The API resource of a kind: group, stored version, plural.
k8s::resource_type resource_type_of(const teleport::kind& kind);

}  // namespace actors
