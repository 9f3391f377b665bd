#pragma once

/// Everything that can happen next in a state. Moves of the system are what operator and servers do
/// without anybody's doing, troubles that end among them; the others use up the budget.

#include <cstdint>
#include <string>
#include <vector>

#include "tests/model/world.hpp"

namespace model {

enum class move : std::uint8_t {
  // -- the system --
  watch_comes,
  stream_comes,
  list_is_taken,
  list_comes,
  slot_is_granted,
  kube_carries_out,
  kube_answers,
  teleport_carries_out,
  teleport_answers,
  timer_ticks,
  stray_patch_arrives,
  stray_call_arrives,
  doomed_cr_goes,
  poll,
  // -- trouble ends --
  accepts_again,
  connects_again,
  // -- people --
  creates_cr,
  edits_cr,
  breaks_cr,
  deletes_cr,
  deletes_cr_slowly,
  removes_finalizer,
  toggles_ignore,
  toggles_keep,
  toggles_adopt,
  looks_again,
  // -- others in Teleport --
  edits_there,
  deletes_there,
  takes_name_there,
  strips_label_there,
  // -- trouble --
  refuses,
  disconnects,
  stream_breaks,
  loses_patch,
  loses_patch_answer,
  loses_call,
  loses_call_answer,
  actor_dies,
  process_dies,
  process_dies_patch_arrives,
  count
};

std::string to_string(move what);
bool is_of_system(move what);
bool ends_trouble(move what);

/// Which moves of the environment are in play; the system's always are.
struct scenario {
  rules by;
  std::vector<move> events;
  budget left;
};

std::vector<move> moves_in(const world& in, const scenario& of);

/// `in` after the move. The move must be one of moves_in.
world after(const world& in, move what, const scenario& of);

/// Was something written in Kubernetes or Teleport?
bool has_effect(const world& before, const world& now);

}  // namespace model
