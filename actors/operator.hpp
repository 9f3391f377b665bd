#pragma once

/// The root of the supervision tree.
///
/// Spawns kube_client, teleport_client, event_recorder, secret_watcher, drift_watcher and one
/// kind_supervisor for each kind; restarts a child that died (one-for-one). More than 5 deaths of
/// one service within 30 s: calls `give_up` and ends; so does a start without a connection to
/// Teleport
/// (`start_patience`). Opens the gate for passes once every kind is listed. Holds the table of
/// claims, which therefore survives every other actor. Dies only by stop_operator (drain, then end)
/// or by giving up.

#include "actors/environment.hpp"
#include "messages/type_ids.hpp"

namespace actors {

/// `env` must outlive the actor system.
messages::operator_actor spawn_operator(caf::actor_system& system, environment& env);

}  // namespace actors
