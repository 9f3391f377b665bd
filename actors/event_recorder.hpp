#pragma once

/// Turns record_event messages into core/v1 Events (protocol: messages/events.hpp). Spawned by the
/// root; after a restart it begins with full buckets and no memory of series: the worst outcome is
/// a repeated Event.

#include "actors/environment.hpp"
#include "messages/type_ids.hpp"

namespace actors {

messages::event_recorder_actor spawn_event_recorder(caf::actor_system& system, environment& env,
                                                    messages::kube_client_actor kube);

}  // namespace actors
