#pragma once

/// Which Pod this process runs in, so that Events can be about it.

#include <optional>
#include <string>

#include "app/namespaces.hpp"
#include "messages/events.hpp"

namespace app {

/// From POD_NAME, POD_NAMESPACE and POD_UID (downward API). What is not set is taken from the
/// service account's namespace file and from `host`, the host name, which in a Pod is the Pod's own
/// as a rule. Unset outside a cluster.
std::optional<messages::event_subject> own_pod(const surroundings& from, const std::string& host);

}  // namespace app
