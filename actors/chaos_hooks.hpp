#pragma once

/// Where chaos tests get a grip on the actors. The operator runs with `no_hooks`; the test build of
/// the binary passes hooks that keep the handles of living actors, kill them, and throw at marked
/// points, and by each write that changes something outside.

#include <string_view>

#include <caf/actor_addr.hpp>

namespace actors {

/// Where a write stands that changes a CR in Kubernetes or its resource in Teleport. On its way to
/// the outside it also passes a marked point of the client that sends it (`reached` with "patch",
/// "create", "update" or "delete" and the name).
enum class write_at {
  asked,     ///< its object actor is about to ask for it
  answered,  ///< the client has the answer, and nobody else
  heard,     ///< the object actor has the answer
};

class chaos_hooks {
 public:
  virtual ~chaos_hooks() = default;
  /// An actor of this type began to live. `subject` tells actors of one type apart ("TeleportRoleV7
  /// default/x").
  virtual void spawned(std::string_view type, std::string_view subject,
                       const caf::actor_addr& who) = 0;
  /// Called inside a handler at a marked point. May throw: the actor then dies the way a bug would
  /// kill it.
  virtual void reached(std::string_view type, std::string_view point, std::string_view subject) = 0;
  /// A write is here. May throw, as above. False: it, or its answer, goes no further, and whoever
  /// waits for it waits; for tests that end the process there. `what` names it where it is asked
  /// for and heard of ("finalizer", "create"); `subject` is that of the object actor, or the name
  /// of what is written.
  virtual bool passes(write_at place, std::string_view what, std::string_view subject) = 0;
};

/// Hooks that do nothing.
chaos_hooks& no_hooks();

}  // namespace actors
