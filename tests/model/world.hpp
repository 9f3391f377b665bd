#pragma once

/// One state of the model: an API server with one name for a CR, a Teleport with one resource, what
/// is under way between them and the operator, and the operator's side. Everything that decides is
/// the operator's own: core::attention, core::next_step, core::*_answered, core::status_after.
/// What carries decisions out is modelled (operator_side.cpp), as the object actor and its
/// supervisor do it. A value: copies are independent.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "actors/core/answers.hpp"
#include "actors/core/attention.hpp"
#include "actors/core/plan.hpp"
#include "tests/model/contents.hpp"

namespace model {

/// What the abstract Teleport is like, and how the operator decides.
struct rules {
  /// Creates fail when there is a resource, updates when it has another revision; else both
  /// overwrite (the upserts of some kinds).
  bool conditional = true;
  bool answers_writes = true;  ///< false: writes are answered with nothing (UpsertTokenV2)
  bool has_stream = true;      ///< false: only lists tell of changes (kinds without events)
  /// The decision; tests put a wrong one here to see it found.
  std::function<actors::core::step(const actors::core::observed&)> decide = actors::core::next_step;
  bool reads_after_death = true;  ///< false: a mistake; see attention::reads_first
  bool hears_stream = true;       ///< false: a mistake; news of Teleport's side are dropped
};

// -- what is under way ----------------------------------------------------------------------------

/// A request to the API server, from the question to the answer.
struct kube_request {
  enum class verb { read, finalizer, release, status, read_again } what = verb::read;
  int uid = 0;           ///< of the CR that the asker works for
  k8s::object_ptr base;  ///< the state that a patch is for
  std::shared_ptr<const k8s::object_status> status;
  actors::core::release_reason why = actors::core::release_reason::deleted;
  std::optional<std::variant<k8s::object_ptr, k8s::errc>> answer;  ///< set: it was carried out
  bool writes() const { return what != verb::read && what != verb::read_again; }
};

struct teleport_request {
  enum class verb { look_up, create, update, remove, read_back } what = verb::look_up;
  int uid = 0;
  thing desired;  ///< its revision: expected
  actors::core::verdict as = actors::core::verdict::created;
  std::optional<std::variant<thing, teleport::errc>> answer;  ///< set: it was carried out
  bool writes() const { return what != verb::look_up && what != verb::read_back; }
};

/// A state of the CR that the watch has yet to bring.
struct watch_news {
  k8s::object_ptr state;
  bool deleted = false;
};

// -- the operator ---------------------------------------------------------------------------------

/// The object actor, with what its supervisor keeps of it.
struct object_side {
  int uid = 0;               ///< 0: there is none
  k8s::object_ptr vanished;  ///< set: the CR is gone without having been cleaned up after
  actors::core::attention mind;
  k8s::object_ptr worked_on;  ///< what `mind.worked_on` is the fingerprint of
  std::shared_ptr<const actors::core::observed> pass;
  std::optional<kube_request> kube;
  std::optional<teleport_request> teleport;
  std::shared_ptr<const actors::core::outcome> result;  ///< whose status is being written
  unsigned tries_left = 0;
  bool asked_for_slot = false;
  std::uint64_t tick = 0;  ///< number of the tick that will come; 0: none
};

/// The supervisor's list of Teleport's side.
struct listing {
  enum class stage { none, asked, taken } now = stage::none;
  std::optional<thing> found;
  bool again = false;  ///< it may be too old when it comes
};

// -- what the invariants need to know of the past -------------------------------------------------

struct past {
  int uid = 0;
  bool finalized = false;  ///< our finalizer was stored
  bool removed = false;    ///< its resource was deleted for it
};

/// What may still happen besides the work of operator and servers.
struct budget {
  int events = 0;   ///< of people, of others in Teleport, of the network
  int losses = 0;   ///< answers, or questions, that are lost
  int crashes = 0;  ///< of the actor or the process
};

struct world {
  // Kubernetes
  k8s::object_ptr cr;
  bool doomed = false;  ///< a deletion has begun while there was no finalizer
  int last_version = 1;
  int last_uid = 0;
  std::vector<watch_news> watch;
  // Teleport
  std::optional<thing> stored;
  int last_revision = 0;
  bool refusing = false;
  bool connected = true;
  bool streaming = true;
  std::vector<actors::core::remote_news> stream;
  // the operator, and requests whose asker is gone
  object_side object;
  listing list;
  bool starting = false;  ///< the CRs are not listed yet
  std::vector<kube_request> stray_kube;
  std::vector<teleport_request> stray_teleport;  ///< before all later calls (core::lanes)
  // for the invariants
  std::vector<past> known;
  bool others_touched = false;  ///< somebody else wrote in Teleport since the last look
  bool may_stay = false;        ///< what is in Teleport was left there by a person's doing
  bool calm = false;            ///< was right and quiet, and nobody has changed anything since
  budget left;
  /// The first invariant that broke; empty: none did.
  std::string broken;

  past& past_of(int uid);
};

/// Name of an invariant and what happened; the first one stays.
void breaks(world& in, const std::string& what);

}  // namespace model
