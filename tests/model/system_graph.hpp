#pragma once

/// The states of an exploration and the moves of the system between them, to find out where it
/// comes to rest. Trouble stays: moves that end it are left out.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace model {

/// Of one state.
enum class standing : std::uint8_t { busy, wrong, right };

class system_graph {
 public:
  /// States are numbered from 0 in the order of these calls; moves follow for the last one.
  void add_state(standing of) { standings_.push_back(of); }
  /// The moves that are added from now on are those of this state: one higher than before.
  void begin_moves() { first_.push_back(to_.size()); }
  void add_move(std::uint32_t to, bool has_effect) {
    to_.push_back(to);
    effect_.push_back(has_effect);
  }

  struct unrest {
    std::uint32_t state;
    std::string what;
  };
  /// Nothing when all is well. Strongly connected states can follow each other for ever: there must
  /// be no effect between them. Where no move leads out of them, the system stays: some of them
  /// must be quiet, and those that are must be right.
  std::optional<unrest> find_unrest();
  /// Sets of states that the system stays in; after find_unrest.
  std::size_t ends() const { return ends_; }

 private:
  struct call {
    std::uint32_t state;
    std::size_t next_move;
  };
  /// Tarjan's algorithm, with a stack of its own.
  std::optional<unrest> walk(std::uint32_t from);
  std::optional<unrest> judge(std::size_t first_on_stack);
  std::size_t moves_end(std::uint32_t of) const {
    return of + 1 < first_.size() ? first_[of + 1] : to_.size();
  }

  std::vector<standing> standings_;
  std::vector<std::size_t> first_;
  std::vector<std::uint32_t> to_;
  std::vector<bool> effect_;
  std::vector<std::uint32_t> index_;  ///< 0: not seen
  std::vector<std::uint32_t> low_;
  std::vector<std::uint32_t> component_;  ///< 0: none yet
  std::vector<std::uint32_t> stack_;
  std::uint32_t last_index_ = 0;
  std::uint32_t last_component_ = 0;
  std::size_t ends_ = 0;
};

}  // namespace model
