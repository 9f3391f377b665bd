#pragma once

/// Conversation with `drift_watcher`, which keeps Teleport's event stream open.
///
///   watch_over       from the root: how the connection to Teleport stands
///   watch_opened, watch_moved, watch_ended
///                    from a stream that teleport_client opened for it (messages/teleport.hpp)
/// Up (drift_watcher -> root):
///   watch_settled    after each watch_over with a new connection, at the latest when patience
///                    with the server ends; and whenever the stream is opened anew
///   teleport_moved   somebody has written or deleted a resource, be it us
///   poll_due         no stream tells of this kind, and it is time to compare it with a list
///
/// The root routes teleport_moved by its table of claims, so that what no CR stands for goes no
/// further.

#include <caf/all.hpp>

#include "messages/teleport.hpp"
#include "teleport/watch.hpp"

namespace messages {

struct watch_over {
  teleport_client_actor by;
  teleport_state state;
};

struct watch_settled {
  bool open = false;    ///< or it can't be opened now; that is tried again
  bool missed = false;  ///< something may have happened before, while no stream was open
};

struct teleport_moved {
  teleport::resource_change change;
};

struct poll_due {
  kind_ptr kind = nullptr;
};

/// Time to say poll_due. A tick of an older number is out of date.
struct poll_tick {
  kind_ptr kind = nullptr;
  std::uint64_t timer = 0;
};

/// Time to open the stream again, or to wait no longer for its opening.
struct drift_tick {
  std::uint64_t timer = 0;
};

using drift_watcher_actor =
    teleport_watcher::extend<caf::reacts_to<watch_over>, caf::reacts_to<drift_tick>,
                             caf::reacts_to<poll_tick>>;

}  // namespace messages
