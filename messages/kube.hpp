#pragma once

/// Conversation with `kube_client`, the one actor that talks to the Kubernetes API server.
///
///   get_object      -> object_result     reads one object from the API server, not from a cache
///   patch_object    -> object_result     a merge patch; the answer is the object after it
///   create_object   -> object_result     used for Events
///   ask_lease       -> lease_result      overtakes all other requests
///   subscribe                            starts list and watch for a subscriber; a second
///   `subscribe` of the
///                                        same subscriber replaces the first
///
/// Sent unasked to a subscriber, in this order: objects_listed (page by page), then object_seen.
/// After a gap that can't be resumed: pages again. watch_trouble and watch_recovered tell about the
/// stream itself. Every one carries the `epoch` of its subscription; a subscriber ignores those of
/// an older epoch.
///
/// A request is always answered: when the actor dies, with an object_result of errc::connection or,
/// for one that it had not taken from its mailbox yet, by CAF's own error. Ask with a timeout
/// (request_timeout) all the same.

#include <chrono>
#include <string>
#include <vector>

#include <caf/all.hpp>

#include "messages/types.hpp"

namespace messages {

/// How long an asker waits for kube_client or teleport_client: longer than any deadline inside
/// them.
inline constexpr std::chrono::seconds request_timeout{60};

struct get_object {
  k8s::resource_type type;
  k8s::object_key key;
};

struct patch_object {
  k8s::patch_request request;
};

struct create_object {
  k8s::resource_type type;
  std::string ns;
  std::string body;  ///< JSON
};

struct ask_lease {
  k8s::lease_request request;
};

/// One page of a list. `generation_start` marks the first page of a list, `last` the one that
/// completes it.
struct objects_listed {
  std::uint64_t epoch = 0;
  std::string ns;  ///< the namespace that was listed; empty: all
  std::vector<k8s::object_ptr> objects;
  bool first = false;
  bool last = false;
  std::string resource_version;
  /// The server's store was restored from a backup: lower versions count, whatever was seen before.
  bool rewound = false;
};

struct object_seen {
  std::uint64_t epoch = 0;
  std::string ns;  ///< the namespace that is watched; empty: all
  k8s::change what = k8s::change::modified;
  k8s::object_ptr object;
};

struct watch_bookmark {
  std::uint64_t epoch = 0;
  std::string ns;
  std::string resource_version;
};

struct watch_trouble {
  std::uint64_t epoch = 0;
  std::string ns;
  k8s::error why;
};

struct watch_recovered {
  std::uint64_t epoch = 0;
  std::string ns;
};

/// Who hears of a watch. A kind_supervisor is one.
using watch_subscriber =
    caf::typed_actor<caf::reacts_to<objects_listed>, caf::reacts_to<object_seen>,
                     caf::reacts_to<watch_bookmark>, caf::reacts_to<watch_trouble>,
                     caf::reacts_to<watch_recovered>>;

struct subscribe {
  watch_subscriber who;
  std::uint64_t epoch = 0;
  std::vector<k8s::watch_request> requests;  ///< one for each namespace
};

/// From the client's thread to kube_client itself: request `id` was answered.
struct kube_answered {
  std::uint64_t id = 0;
  object_result result;
};

/// Likewise, a request about a Lease.
struct lease_answered {
  std::uint64_t id = 0;
  lease_result result;
};

using kube_client_actor =
    caf::typed_actor<caf::replies_to<get_object>::with<object_result>,
                     caf::replies_to<patch_object>::with<object_result>,
                     caf::replies_to<create_object>::with<object_result>,
                     caf::replies_to<ask_lease>::with<lease_result>, caf::reacts_to<subscribe>,
                     caf::reacts_to<kube_answered>, caf::reacts_to<lease_answered>>;

/// kube_client was restarted: use this handle from now on.
struct kube_replaced {
  kube_client_actor now;
};

}  // namespace messages
