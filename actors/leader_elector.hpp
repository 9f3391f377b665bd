#pragma once

/// Holds the Lease or waits for it, and opens the fence for as long as writes may leave (protocol:
/// messages/leadership.hpp; decisions: core/election.hpp). Spawned by the root once Teleport was
/// reached, and restarted by it: the successor takes the Lease that names this process, and the
/// fence stays open meanwhile, until its time is over.
///
/// Its requests pass those of all others in kube_client, since a renewal must not wait.

#include "actors/environment.hpp"
#include "messages/type_ids.hpp"

namespace actors {

messages::leader_elector_actor spawn_leader_elector(caf::actor_system& system, environment& env,
                                                    messages::kube_client_actor kube,
                                                    messages::operator_actor root);

}  // namespace actors
