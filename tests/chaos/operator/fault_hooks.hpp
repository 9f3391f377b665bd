#pragma once

/// Chaos hooks that kill and throw on command. Built by chaos_main.cpp, outlives the actors.
/// Thread-safe: actors call `spawned` and `reached` on their threads, the control socket calls the
/// rest on its own.

#include <cstdint>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <caf/actor_addr.hpp>
#include <caf/error.hpp>
#include <caf/fwd.hpp>

#include "actors/chaos_hooks.hpp"
#include "tests/chaos/operator/effect_book.hpp"
#include "tests/chaos/operator/target.hpp"

namespace chaos {

/// The two ways in which an actor dies (facts/controller-testing.md §5): `kill` is an exit message,
/// which waits in the mailbox like any other and so lands between two handlers; `raise` is an
/// exception inside a handler.
enum class way { kill, raise };

/// Something that will happen to an actor later.
struct fault {
  way how = way::raise;
  target whom;
  std::string point;  ///< raise: only at this marked point; empty: at any
  std::uint64_t after =
      0;  ///< matching points that pass before it strikes (kill: points of anybody)
  std::uint64_t times = 1;   ///< how often it strikes, each time after `after` points; 0: for ever
  std::uint64_t passed = 0;  ///< points since it was armed or struck
};

/// An actor that did not end by its own or its supervisor's word.
struct death {
  way how;
  std::string type;
  std::string subject;
};

struct report {
  std::map<std::string, std::uint64_t> alive;    ///< by type
  std::map<std::string, std::uint64_t> reached;  ///< by "type point"
  std::vector<death> deaths;
  std::size_t armed = 0;        ///< faults that can still strike
  std::vector<effect> effects;  ///< that were asked for
};

class fault_hooks final : public actors::chaos_hooks {
 public:
  // -- from actors --
  void spawned(std::string_view type, std::string_view subject,
               const caf::actor_addr& who) override;
  void reached(std::string_view type, std::string_view point, std::string_view subject) override;
  bool passes(actors::write_at where, std::string_view what, std::string_view subject) override;

  // -- from the control socket --
  void seed(std::uint64_t value);
  /// Kills a random living actor among these, and says which (its subject, or its type where it has
  /// none); nothing when there is none. The root is never a victim.
  std::optional<std::string> kill(const target& among);
  void arm(fault next);
  /// Something that will happen at an effect of a CR.
  void plan(effect_fault next);
  /// For each one that was planned, in order: has it happened?
  std::vector<bool> struck() const;
  /// Takes back what has not struck; says how many faults that were.
  std::size_t disarm();
  report now() const;

 private:
  struct live {
    std::string type;
    std::string subject;
    caf::actor_addr who;
  };

  void ended(caf::actor_id who, const caf::error& reason);
  /// An effect is here: kills, throws or says whether it may go on.
  bool effect_passes(place where, std::string_view what, std::string_view subject);
  std::optional<live> random_victim(const target& among);
  /// Counts this point for one fault; true: it strikes now.
  static bool strikes(fault& one, std::string_view type, std::string_view point,
                      std::string_view subject);

  mutable std::mutex mutex_;
  std::mt19937_64 random_;
  std::map<caf::actor_id, live> living_;
  std::vector<death> deaths_;
  std::map<std::string, std::uint64_t> reached_;
  std::list<fault> armed_;
  effect_book effects_;
};

}  // namespace chaos
