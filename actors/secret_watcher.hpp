#pragma once

/// Watches the Secrets that custom resources refer to, and wakes those resources' actors when one
/// changes (protocol: messages/secrets.hpp). Spawned and restarted by the root; after a restart the
/// users say again what they use. Knows names and versions of Secrets, never their values: it asks
/// for metadata alone.
///
/// Watches nothing while nobody uses Secrets; else the namespaces of the users, or, where the
/// operator serves all namespaces, all of them in one watch. Without the right to watch it says so
/// in the log, and everything but the waking works.

#include "actors/environment.hpp"
#include "messages/type_ids.hpp"

namespace actors {

messages::secret_watcher_actor spawn_secret_watcher(caf::actor_system& system, environment& env,
                                                    messages::kube_client_actor kube);

}  // namespace actors
