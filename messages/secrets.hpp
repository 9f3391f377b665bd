#pragma once

/// Conversation with `secret_watcher`, which wakes those whose Kubernetes Secrets change. No value
/// of a Secret is in any of these messages.
///
///   uses_secrets   from a user, after it has read them: these are all that it uses, in these
///                  states. A second one replaces the first; one without Secrets ends the use.
///                  Ends with the user, too (it is monitored).
///   kube_replaced  from the root
///
/// Sent unasked to a user: secret_moved, when a Secret that it uses is not in the state any more
/// that it saw, be it changed, made anew, deleted, or there at last. At most once for each state.
/// After a restart of secret_watcher users must send uses_secrets again (services_changed).

#include <string>
#include <vector>

#include <caf/all.hpp>

#include "messages/kube.hpp"

namespace messages {

struct secret_seen {
  std::string name;
  std::string version;  ///< resourceVersion; empty: there was none, or it could not be read
  bool operator==(const secret_seen&) const = default;
};

struct secret_moved {};

/// Who uses Secrets. An object_actor is one.
using secret_user = caf::typed_actor<caf::reacts_to<secret_moved>>;

struct uses_secrets {
  secret_user who;
  std::string ns;
  std::vector<secret_seen> secrets;
};

using secret_watcher_actor =
    watch_subscriber::extend<caf::reacts_to<uses_secrets>, caf::reacts_to<kube_replaced>>;

}  // namespace messages
