#pragma once

/// The operator's side of the model: carries out what the decision core says, as the object actor
/// (actors/object_*.cpp) and the supervisor (actors/kind_*.cpp) do. No decision is made here that
/// those do not leave to the core.

#include "tests/model/world.hpp"

namespace model {

// -- the supervisor --
/// The watch brings its next news.
void deliver_watch(world& in);
/// The stream brings its next news.
void deliver_stream(world& in, const rules& by);
/// Asks for a list of Teleport's side; passes wait for it.
void ask_for_list(world& in);
void take_list(world& in);
void deliver_list(world& in);
/// May passes begin?
bool gate_open(const world& in);

// -- the object --
void grant_slot(world& in, const rules& by);
/// The answer of the request that is under way reaches the object.
void deliver_kube(world& in, const rules& by);
void deliver_teleport(world& in, const rules& by);
void tick(world& in);
/// Something that all CRs depend on has moved.
void reconsider(world& in);

/// What the core asks for.
void react(object_side& object, const actors::core::reaction& now);

// -- accidents --
/// The actor dies; its requests go on. A successor is spawned.
void kill_actor(world& in, const rules& by);
/// The process dies, or another one leads: everything is rebuilt from lists. A patch that was on
/// its way may still arrive, if `arrives`; a call to Teleport is over.
void kill_process(world& in, bool arrives);

}  // namespace model
