#pragma once

/// The decision core: what to do next for one CR, given what was observed. A pure function; the
/// object actor carries each step out, adds the answer to `observed`, and asks again until the step
/// is `finish`.
///
/// Guarantees, whatever the answers: nothing is written to Teleport before the finalizer is stored;
/// the finalizer goes only when the Teleport resource is gone, not ours, or meant to stay; a
/// resource that is not ours is never written; each pass ends after a bounded number of steps.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "actors/core/scope_check.hpp"
#include "actors/core/secret_lookup.hpp"
#include "actors/core/target.hpp"
#include "k8s/error.hpp"
#include "k8s/object.hpp"
#include "teleport/codec.hpp"
#include "teleport/error.hpp"
#include "teleport/resource.hpp"

namespace actors::core {

/// How a pass ended.
enum class verdict {
  in_sync,           ///< nothing to do
  created,           ///< the resource was missing
  updated,           ///< the CR was edited
  adopted,           ///< an existing resource was taken over (annotation)
  healed,            ///< Teleport had been changed behind our back, and that was put back
  reported,          ///< the same, and it is left as it is (annotation `drift`)
  ignored,           ///< annotation `ignore`
  invalid,           ///< the spec can't be decoded
  misnamed,          ///< the name in Teleport can't be what the CR asks for
  out_of_scope,      ///< the CR's scope is not the operator's
  mutation_failed,   ///< it can't be made into what may be sent to Teleport
  unowned,           ///< the resource exists and is not ours
  claimed,           ///< another, older CR has the resource
  unclaimed,         ///< it asks for another resource now: the claim on that is being decided
  not_admitted,      ///< the cluster lacks the feature
  rejected,          ///< Teleport refused the content or the call
  failed,            ///< Teleport or Kubernetes failed; likely to pass
  disconnected,      ///< no connection to Teleport
  deletion_blocked,  ///< Teleport refuses the delete
  conflict,          ///< somebody changed the CR or the resource meanwhile: look again at once
  released,          ///< being deleted: our finalizer is gone
  untouched,         ///< being deleted, and our finalizer was not there
  standby,           ///< another process leads: it is left to that one, or to be done when we lead
};

struct outcome {
  verdict what = verdict::in_sync;
  std::string detail;               ///< text of the failure or refusal, for people
  std::string reason;               ///< of the condition, where the verdict has several
  bool by_kubernetes = false;       ///< it was Kubernetes that failed, not Teleport
  std::vector<std::string> fields;  ///< what differed (updated, healed, reported)
  bool was_deleted = false;         ///< drift: it was not there any more (healed, reported)
  /// Set where the pass learned it: what our write produced, or what was found equal.
  std::string revision;
  std::string stored_hash;
  std::string applied_hash;     ///< of the CR as decoded; empty: it was not, or could not be
  bool found_existing = false;  ///< the resource was in Teleport already
  bool lost_race = false;       ///< a write was refused because of another write
  /// Of kinds that can have a scope.
  std::optional<scope_finding> scope;
};

outcome outcome_of(verdict what, std::string detail = {});

/// Teleport has what the CR says.
bool is_settled(verdict what);

/// There is nothing to do: Teleport has what the CR says, or may stay as it was found.
bool is_at_rest(verdict what);

/// Why the finalizer is given up.
enum class release_reason {
  deleted,
  already_gone,
  kept,
  ignored,
  unowned,
  claimed,
  misnamed,      ///< no resource of that name can be ours
  out_of_scope,  ///< another operator's
};

/// A write whose answer never came: it may have taken effect.
struct unanswered_write {
  std::string desired_hash;
  std::string revision_before;  ///< of the resource that was to be replaced; empty: there was none
  verdict as = verdict::created;
  bool creates = true;
};

/// After a write that was not answered with a revision. A read that failed is none: the write was
/// good.
enum class read_back_state { not_yet, failed, done };

/// What this pass knows so far.
struct observed {
  const teleport::kind* kind = nullptr;
  scoped_operator us;
  k8s::object_ptr cr;                  ///< the newest state
  std::optional<std::string> held_by;  ///< another CR has the Teleport resource
  teleport_target target;              ///< what the CR stands for in Teleport
  teleport::resource_key claimed;      ///< what `held_by` is about
  bool admitted = true;
  bool standby = false;   ///< another process leads: the pass may only look
  bool vanished = false;  ///< the CR does not exist any more
  /// Revision in Teleport by the last word from there, for a pass that stands by, and the one
  /// after; empty: not known, or there is none.
  std::string there;

  /// Decoded CR; unset for a CR that is being deleted or ignored (a broken spec must not block
  /// deletion).
  std::optional<teleport::result<teleport::resource>> desired;
  std::string desired_hash;
  secret_needs secrets;  ///< of the decoded CR

  /// From a list made at start. Used instead of a look-up only to find that all is in place.
  std::optional<teleport::resource_head> listed;

  /// From earlier passes.
  std::optional<unanswered_write> unanswered;
  unsigned lost_races = 0;  ///< passes in a row that ended with a lost race

  /// Teleport side, once looked up: the resource, or nothing.
  bool looked_up = false;
  std::optional<teleport::resource> existing;

  /// The error that the last step was answered with; unset: it went well.
  std::optional<teleport::error> teleport_failure;
  std::optional<k8s::error> kubernetes_failure;

  /// The last step that was carried out well.
  std::optional<release_reason> released;
  std::optional<verdict> written;  ///< created, updated, adopted or healed
  bool creates = false;            ///< it was, or is being, created
  read_back_state read_back = read_back_state::not_yet;
  bool removed = false;  ///< deleted in Teleport
  /// After a refused delete: who refers to the resource; unset: not asked yet.
  std::optional<std::vector<std::string>> held_up_by;
  bool nobody_refers = false;  ///< what held it up is gone meanwhile
  unsigned deletes = 0;        ///< deletions that were answered
  std::vector<std::string> changed_fields;
};

// -- steps ----------------------------------------------------------------------------------------

struct add_finalizer {};
struct remove_finalizer {
  release_reason why;
};
/// Values of the CR are in these Secrets. The answers go to `take_answers`.
struct read_secrets {
  std::vector<std::string> names;
};
struct look_up {};
struct create_in_teleport {
  teleport::resource desired;
  verdict as = verdict::created;  ///< or healed: it had been deleted there
};
struct update_in_teleport {
  teleport::resource desired;  ///< carries the revision that was seen
  verdict as;                  ///< updated, adopted or healed
  std::vector<std::string> fields;
};
struct delete_in_teleport {};
/// The write's answer does not tell what is stored now: look.
struct read_back {};
/// Teleport refuses the delete: ask for the resources that refer to this one.
struct find_referrers {
  const teleport::kind* among;
};
struct finish {
  outcome result;
};

using step =
    std::variant<add_finalizer, remove_finalizer, read_secrets, look_up, create_in_teleport,
                 update_in_teleport, delete_in_teleport, read_back, find_referrers, finish>;

step next_step(const observed& seen);

/// Reads the CR into `target`, and into `desired` and `desired_hash` if this pass needs it.
void decode_into(observed& seen);

/// The step `read_secrets` was answered: puts the values into `desired`, or notes why not.
void take_answers(observed& seen, const secret_answers& answers);

}  // namespace actors::core
