#pragma once

/// Conversation between a kind_supervisor and its object actors.
///
/// Down (supervisor -> object):
///   observe          the newest state of the CR, at spawn and at every change that was seen;
///                    `vanished`: the CR is gone although our finalizer is on it
///   claim_decided    whether another, older CR has the Teleport resource; the first one lets the
///                    object begin
///   slot_granted     begin a pass now
///   services_changed a service actor was replaced: open requests to the old one are lost
///   leadership_changed
///                    another process leads now: look only (docs/architecture.md, "Two replicas");
///                    or this one does: do what is to be done
///   wake             what the object was waiting for may be there: look again
///   reconsider       something moved that every CR of the kind depends on: look again, also when
///                    in sync
///   compare_heads    Teleport's side was listed: look whether the revision there is still ours;
///                    one that waits for a slot uses the list in its pass
///   resource_moved   its Teleport resource was written or deleted, maybe by this very object
///   awaited_moved    what it waited for in Teleport has moved: look again, if it was refused
///   object_gone      the CR does not exist any more: end
/// Up (object -> supervisor):
///   slot_wanted      there is something to do
///   pass_done        the pass is over; gives the slot back
///   claim_wanted     it asks for another Teleport resource than that of the last claim_decided
///
/// From secret_watcher: secret_moved, see messages/secrets.hpp.
///
/// An object monitors its supervisor and ends with it. Timers are delayed messages to itself
/// (retry_tick).

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <caf/all.hpp>

#include "messages/events.hpp"
#include "messages/kube.hpp"
#include "messages/secrets.hpp"
#include "messages/teleport.hpp"
#include "teleport/references.hpp"

namespace messages {

/// The service actors at one moment. Replaced as a whole when one of them was restarted.
struct service_handles {
  kube_client_actor kube;
  teleport_client_actor teleport;
  event_recorder_actor events;
  secret_watcher_actor secrets;
};
using services = std::shared_ptr<const service_handles>;

/// Heads of all Teleport resources of one kind from one list.
using head_map = std::map<teleport::resource_key, teleport::resource_head>;
using heads = std::shared_ptr<const head_map>;

struct observe {
  k8s::object_ptr object;
  /// The CR does not exist any more, but nothing was cleaned up for it: carry out its deletion, and
  /// write nothing to Kubernetes. pass_done tells when it is over.
  bool vanished = false;
  /// It comes from a list: see object_actor_state::on_slot_granted.
  bool listed = false;
  /// It is the newest state although its version may be lower than one that was seen (see
  /// objects_listed).
  bool rewound = false;
};

struct claim_decided {
  std::optional<std::string> held_by;  ///< "TeleportRoleV6 default/admin"; unset: it is ours
  teleport::resource_key wanted;       ///< what was claimed
};

struct slot_granted {
  bool admitted = true;  ///< the cluster's features admit the kind
};

/// Whether this process may write. Sent at every change, and to a supervisor that was spawned anew;
/// until the first one it may not. Supervisors pass it on; an object is born with it.
struct leadership_changed {
  bool leading = false;
};

struct services_changed {
  services now;
};

struct wake {
  /// What Teleport refused is looked at again too: the refusal may have been about the operator.
  bool refused_too = false;
};

struct reconsider {};

struct compare_heads {
  heads listed;  ///< never null
  /// When the list was asked for: who has begun a pass since then knows better.
  caf::actor_clock::time_point since = caf::actor_clock::time_point::max();
  /// About whom the list can't tell (no revisions), looks by itself within this time. 0: at once.
  std::chrono::milliseconds spread{0};
};

struct resource_moved {
  std::string revision;  ///< what it has now; empty where the server keeps none
  bool deleted = false;
};

struct awaited_moved {};

struct object_gone {};

struct retry_tick {
  std::uint64_t timer = 0;
};

using object_actor = secret_user::extend<
    caf::reacts_to<observe>, caf::reacts_to<claim_decided>, caf::reacts_to<slot_granted>,
    caf::reacts_to<services_changed>, caf::reacts_to<leadership_changed>, caf::reacts_to<wake>,
    caf::reacts_to<reconsider>, caf::reacts_to<compare_heads>, caf::reacts_to<resource_moved>,
    caf::reacts_to<awaited_moved>, caf::reacts_to<object_gone>, caf::reacts_to<retry_tick>>;

/// How a pass ended, as the supervisor needs it: metrics, and whom to wake.
enum class pass_result {
  success,
  error,
  requeue_after,
  waiting_for_connection,
  standing_by,  ///< another process leads: counted nowhere
};

/// State of a CR for the gauge teleport_operator_resources.
enum class cr_state { in_sync, refused, invalid, failing, waiting, ignored, deleting, drifted };

/// Resources in Teleport that a refused CR waits for, to be there or to be gone.
struct awaiting {
  std::vector<teleport::named_resource> which;  ///< empty: it waits for nothing that is known of
  bool all = false;                             ///< for each of them to move, not only for one
  std::chrono::steady_clock::time_point since;  ///< by the actors' clock: when the pass began
};

struct slot_wanted {
  std::string uid;
  k8s::object_key key;
};

struct pass_done {
  std::string uid;
  k8s::object_key key;
  pass_result result = pass_result::success;
  cr_state state = cr_state::in_sync;
  std::chrono::nanoseconds took{0};
  bool cleaned_up = false;  ///< after a CR that vanished: nothing is left to do
  bool wrote = false;       ///< its resource was written or deleted in Teleport
  awaiting awaits;
};

struct claim_wanted {
  std::string uid;
  k8s::object_key key;
  teleport::resource_key wants;
};

}  // namespace messages
