#pragma once

/// One for each CR kind: lists and watches it, spawns an object actor for each CR, restarts those
/// that die, and hands out the slots that bound how many passes run at once (protocols:
/// messages/supervision.hpp, messages/objects.hpp). Spawned and restarted by the root. After a
/// restart it lists anew; its former object actors ended with its predecessor.

#include "actors/environment.hpp"
#include "messages/type_ids.hpp"

namespace actors {

messages::kind_supervisor_actor spawn_kind_supervisor(caf::actor_system& system, environment& env,
                                                      messages::kind_ptr kind,
                                                      messages::operator_actor root,
                                                      messages::services services);

}  // namespace actors
