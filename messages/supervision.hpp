#pragma once

/// Conversation between the root (`operator`) and its kind supervisors.
///
/// Down (root -> supervisor): services_changed, teleport_changed, leadership_changed,
/// start_reconciling, claims_decided, drain, and
///   claimed_moved    the Teleport resource that this CR has was written or deleted
///   awaited_came     what these CRs waited for in Teleport has moved
///   compare_all      changes in Teleport may have been missed: compare with a list
///   look_for_drift   compare with a list when there is time; nothing waits for it
/// Up (supervisor -> root):
///   kind_ready       the kind's CRs are listed, or can't be listed for a reason that will last
///                    (`trouble`)
///   claim_resources  these CRs exist and want these Teleport resources; `all`: and no others of
///                    the kind
///   release_claim    this CR is gone
///   await_resources  this CR was refused and waits for resources in Teleport, or does no more
///   resource_written a pass has written or deleted a resource that others may wait for
///   kind_drained     answer to drain: no pass is running any more

#include <string>
#include <vector>

#include <caf/all.hpp>

#include "messages/drift.hpp"
#include "messages/leadership.hpp"
#include "messages/objects.hpp"

namespace messages {

struct teleport_changed {
  teleport_state now;
  /// The connection is new, and the event stream over it not open yet: no pass begins until this
  /// comes again with false, so that nothing gets lost between list and stream.
  bool wait = false;
  /// A trouble is over that a person has mended (a lock, a role): what was refused meanwhile may be
  /// taken now.
  bool relieved = false;
};

struct claimed_moved {
  k8s::object_key key;
  std::string uid;
  resource_moved how;
};

struct compare_all {};

struct look_for_drift {};

struct awaited_came {
  std::vector<std::pair<k8s::object_key, std::string>> whom;  ///< with the UID
};

/// Sent once every kind is listed (or can't be): passes may begin.
struct start_reconciling {};

/// Finish what runs, begin nothing.
struct drain {};

struct verdict {
  k8s::object_key key;
  std::string uid;
  std::optional<std::string> held_by;
  teleport::resource_key wanted;
};

struct claims_decided {
  std::vector<verdict> verdicts;
};

struct respawn_tick {
  k8s::object_key key;
  std::string uid;
};

/// Time for a full comparison.
struct resync_tick {};

using kind_supervisor_actor = watch_subscriber::extend<
    caf::reacts_to<services_changed>, caf::reacts_to<teleport_changed>,
    caf::reacts_to<leadership_changed>, caf::reacts_to<start_reconciling>,
    caf::reacts_to<claims_decided>, caf::reacts_to<claimed_moved>, caf::reacts_to<awaited_came>,
    caf::reacts_to<compare_all>, caf::reacts_to<look_for_drift>, caf::reacts_to<drain>,
    caf::reacts_to<slot_wanted>, caf::reacts_to<pass_done>, caf::reacts_to<claim_wanted>,
    caf::reacts_to<respawn_tick>, caf::reacts_to<resync_tick>>;

enum class watch_state {
  listed,         ///< listed, and watched since
  not_installed,  ///< the CRD is missing; the watch begins when it appears
  troubled,       ///< can't be listed or watched now; tried again
};

struct kind_ready {
  kind_ptr kind = nullptr;
  std::size_t objects = 0;
  watch_state state = watch_state::listed;
  std::string trouble;  ///< for people, where `troubled`
};

struct claim_resources {
  kind_ptr kind = nullptr;
  std::vector<claim> claims;
  bool all = false;
};

struct release_claim {
  cr_id who;
};

struct await_resources {
  cr_id who;
  awaiting what;
};

/// Not every kind has events, and there is not always a stream that brings them.
struct resource_written {
  teleport::named_resource what;
};

struct kind_drained {
  kind_ptr kind = nullptr;
};

/// Asks the root to end: the answer comes by the system ending.
struct stop_operator {};

/// Ask the root whether the actor system still answers (liveness).
struct are_you_there {};

struct drain_timeout {};

/// The Lease was not released in time; it runs out by itself.
struct resign_timeout {};

/// A restart that was put off (back-off) is due.
struct restart_tick {
  std::string child;
};

using operator_actor = caf::typed_actor<
    caf::reacts_to<teleport_state>, caf::reacts_to<kind_ready>, caf::reacts_to<claim_resources>,
    caf::reacts_to<release_claim>, caf::reacts_to<await_resources>,
    caf::reacts_to<resource_written>, caf::reacts_to<kind_drained>, caf::reacts_to<watch_settled>,
    caf::reacts_to<teleport_moved>, caf::reacts_to<poll_due>, caf::reacts_to<stop_operator>,
    caf::reacts_to<drain_timeout>, caf::reacts_to<leadership>, caf::reacts_to<resigned>,
    caf::reacts_to<resign_timeout>, caf::reacts_to<restart_tick>,
    caf::replies_to<are_you_there>::with<bool>>;

}  // namespace messages
