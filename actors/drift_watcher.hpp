#pragma once

/// Keeps Teleport's event stream open, for all kinds that run, are admitted and have events, and
/// tells the root what moves there (protocol: messages/drift.hpp). Spawned and restarted by the
/// root; knows nothing that a successor would miss: it opens a stream anew and says that something
/// may have been missed, whereupon the kinds compare with a list.
///
/// After a renewal it changes over to the new session without a gap: the former stream goes on
/// until the new one is open. A stream that breaks or can't be opened (no right, an old server) is
/// opened again with back-off.
///
/// Kinds of which no stream tells (it has no events of them, the server leaves them out, no stream
/// can be opened) are polled: at settings::drift_interval, give or take, the root is told that the
/// kind should be compared with a list. Each has a timer of its own, so that they do not come at
/// once, and goes on with it when streams come and go.

#include "actors/environment.hpp"
#include "messages/type_ids.hpp"

namespace actors {

messages::drift_watcher_actor spawn_drift_watcher(caf::actor_system& system, environment& env,
                                                  messages::operator_actor root);

}  // namespace actors
