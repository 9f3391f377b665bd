#pragma once

/// Talks to the Kubernetes API server for everybody (protocol: messages/kube.hpp). Owns the client,
/// that is: its connection, its thread, all watches. Spawned and restarted by the root; a restart
/// loses nothing but what was under way: open requests are answered with errc::connection on the
/// way out, and subscribers subscribe again with the version up to which they know everything.

#include "actors/environment.hpp"
#include "messages/type_ids.hpp"

namespace actors {

messages::kube_client_actor spawn_kube_client(caf::actor_system& system, environment& env);

}  // namespace actors
