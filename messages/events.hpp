#pragma once

/// Conversation with `event_recorder`, which turns what happened to a CR, or to the operator
/// itself, into Kubernetes Events.
///
///   record_event    fire and forget: deduplicated, rate-limited, warnings first; may be dropped
///                   (and counted)
///   kube_replaced   from the root

#include <string>
#include <utility>

#include <caf/all.hpp>

#include "messages/kube.hpp"

namespace messages {

enum class event_type { normal, warning };

/// The object that an Event is about: a CR, or the operator's own Pod. An Event lives in its
/// namespace.
struct event_subject {
  std::string api_version;
  std::string kind;
  k8s::object_key key;
  std::string uid;  ///< empty: not known
  bool operator==(const event_subject&) const = default;
};

/// The CR as it is named in the API.
inline event_subject subject_of(const cr_id& cr, std::string api_version) {
  return {std::move(api_version), cr.kind->cr_kind, cr.key, cr.uid};
}

/// "TeleportRoleV7 default/admin".
std::string to_string(const event_subject& about);

/// `reason` is PascalCase, at most 128 characters; `note` at most 1 kB, longer ones are cut. No
/// secret in either.
struct record_event {
  event_type type = event_type::normal;
  event_subject about;
  std::string reason;
  std::string note;
};

struct event_flush_tick {
  std::uint64_t timer = 0;
};

using event_recorder_actor =
    caf::typed_actor<caf::reacts_to<record_event>, caf::reacts_to<kube_replaced>,
                     caf::reacts_to<event_flush_tick>>;

}  // namespace messages
