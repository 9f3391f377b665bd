#include "actors/core/standby.hpp"

#include <utility>

#include "actors/core/cr_marks.hpp"
#include "actors/core/sync.hpp"

namespace actors::core {

namespace {

/// What the leader says of such a CR can be compared with the CR's status; the others are looked at
/// again by whoever leads next.
bool can_be_told_alone(verdict what) {
  switch (what) {
    case verdict::in_sync:
    case verdict::ignored:
    case verdict::misnamed:
    case verdict::out_of_scope:
    case verdict::claimed:
    case verdict::unclaimed:
    case verdict::not_admitted:
    case verdict::released:
    case verdict::untouched:
      return true;
    default:
      return false;
  }
}

}  // namespace

bool may_be_settled(const k8s::object& cr) {
  const auto marks = marks_of(cr);
  if (marks.deleting || marks.ignore || !marks.has_finalizer) return false;
  const auto known = recorded_in(cr);
  return known.ready_now && !known.revision.empty() && !known.applied_hash.empty();
}

step while_standing_by(const observed& seen, step next) {
  if (seen.vanished && std::holds_alternative<look_up>(next)) return next;
  // There is no CR any more whose finalizer could be removed.
  if (seen.vanished && std::holds_alternative<remove_finalizer>(next))
    return finish{outcome_of(verdict::released)};
  const auto* last = std::get_if<finish>(&next);
  if (last != nullptr && can_be_told_alone(last->result.what)) return next;
  return finish{outcome_of(verdict::standby)};
}

}  // namespace actors::core
