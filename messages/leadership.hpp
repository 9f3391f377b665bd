#pragma once

/// Conversation with `leader_elector`, which holds the Lease or waits for it.
///
/// Down (root -> leader_elector):
///   kube_replaced
///   resign         no write is under way any more: give the Lease up
/// Up (leader_elector -> root):
///   leadership     how it stands, at every change; the first one when the first look has ended
///   resigned       answer to resign: the Lease names somebody else, or nobody
///
/// From kube_client: what the watch of the Lease tells (messages/kube.hpp), where watching is
/// allowed.

#include <string>

#include <caf/all.hpp>

#include "messages/kube.hpp"

namespace messages {

struct leadership {
  bool leading = false;
  std::string holder;  ///< of the Lease, as far as it was seen; empty: nobody, or not known
  std::string lease_uid;
  std::string trouble;   ///< why the Lease can't be read or written; empty: it can
  bool refused = false;  ///< a right is missing
  bool operator==(const leadership&) const = default;
};

struct resign {};

struct resigned {};

/// Time for the next look at the Lease. One of an older number is out of date.
struct elect_tick {
  std::uint64_t timer = 0;
};

/// What we hold may have run out.
struct lease_end_tick {};

using leader_elector_actor =
    watch_subscriber::extend<caf::reacts_to<kube_replaced>, caf::reacts_to<resign>,
                             caf::reacts_to<elect_tick>, caf::reacts_to<lease_end_tick>>;

}  // namespace messages
