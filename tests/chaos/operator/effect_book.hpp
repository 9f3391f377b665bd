#pragma once

/// Numbers the effects of custom resources, and knows what is to happen at which of them. An effect
/// is a write that changes a CR in Kubernetes or its resource in Teleport; those of one CR come one
/// after another and are numbered from 1, in this process. Pure: fault_hooks.hpp feeds it and
/// carries out what it says. Not thread-safe.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/chaos/operator/target.hpp"

namespace chaos {

/// The places that an effect passes, in this order.
enum class place {
  asked,     ///< the object actor is about to ask for it
  leaves,    ///< the client is about to let it out
  answered,  ///< it has happened; only the client knows
  heard,     ///< the object actor knows
};

/// What becomes of the effect after the deaths.
enum class ending {
  pass,   ///< it goes on
  raise,  ///< the actor that it is at dies by an exception
  hold,   ///< it goes no further, nor does any later one of this CR; the test ends the process
};

struct effect_fault {
  std::vector<std::string> names;  ///< of the CR, and of its resource in Teleport
  std::uint64_t number = 1;        ///< strikes at this effect of theirs
  place where = place::asked;
  std::vector<target> kills;  ///< each one dies by an exit message, in this order; subjects in full
  ending then = ending::pass;
  bool struck = false;
};

/// An effect that was asked for, in the order of time.
struct effect {
  std::string subject;  ///< "TeleportRoleV7 default/x"
  std::string what;     ///< "finalizer", "create"
};

class effect_book {
 public:
  struct consequence {
    std::vector<target> kills;
    ending then = ending::pass;
  };

  void plan(effect_fault fault);
  /// An effect is here. `subject` is the object actor's, or the name of what is written.
  consequence passes(place where, std::string_view what, std::string_view subject);

  const std::vector<effect>& asked() const { return asked_; }
  /// One for each fault, in the order in which they were planned: has it struck?
  std::vector<bool> struck() const;

 private:
  struct followed {
    effect_fault fault;
    std::uint64_t asked = 0;
    std::uint64_t left = 0;
  };

  std::vector<followed> faults_;
  std::vector<effect> asked_;
};

}  // namespace chaos
