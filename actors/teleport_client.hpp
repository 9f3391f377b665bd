#pragma once

/// The only holder of the bot identity (protocol: messages/teleport.hpp). Joins, keeps the session,
/// renews it on the interval, and joins anew when it is lost. Spawned and restarted by the root; a
/// restart joins anew: identity and session lived in the dead actor only. Calls that were under way
/// end by themselves; their askers get errc::connection and look again when the root tells that the
/// connection is back.

#include <memory>

#include "actors/core/lanes.hpp"
#include "actors/environment.hpp"
#include "messages/type_ids.hpp"

namespace actors {

/// `root` hears teleport_state at every change. `lanes` outlives the actor.
messages::teleport_client_actor spawn_teleport_client(caf::actor_system& system, environment& env,
                                                      messages::operator_actor root,
                                                      std::shared_ptr<core::lanes> lanes);

}  // namespace actors
