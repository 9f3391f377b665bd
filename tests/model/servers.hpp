#pragma once

/// The abstract API server and the abstract Teleport: what a request does, and what others do
/// there. Each effect is checked against the invariants of facts/controller-testing.md §8.

#include "tests/model/world.hpp"

namespace model {

// -- Kubernetes --
/// Carries the request out; its answer waits to be delivered.
void carry_out(world& in, kube_request& request);
/// A new state of the CR; null: it is gone. The watch will tell.
void store(world& in, k8s::object cr);
void remove_cr(world& in);
/// Somebody begins a deletion: marks the CR, or removes it, or dooms it.
void begin_deletion(world& in, bool slowly);

// -- Teleport --
void carry_out(world& in, teleport_request& request, const rules& by);
/// Somebody else writes there; nothing: deletes.
void put(world& in, std::optional<thing> what, const rules& by);

}  // namespace model
