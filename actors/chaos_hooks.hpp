#pragma once

/// Where chaos tests get a grip on the actors. The operator runs with `no_hooks`; the test build of
/// the binary passes hooks that keep the handles of living actors, kill them, and throw at marked
/// points.

#include <string_view>

#include <caf/actor_addr.hpp>

namespace actors {

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
};

/// Hooks that do nothing.
chaos_hooks& no_hooks();

}  // namespace actors
