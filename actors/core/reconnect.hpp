#pragma once

/// When teleport_client, the one that tries, tries again (facts/teleport-connection.md §7.4). Pure.

#include <chrono>

#include "teleport/connector.hpp"

namespace actors::core {

/// Nobody answers, so that a try costs next to nothing and its time matters: as opposed to a
/// refusal.
bool is_outage(const teleport::connect_failure& why);

/// Without a connection, after `attempts` failures of this sort in a row (1 or more):
///   - nobody answers: every 0.5 to 1 s
///   - the proxy does, its auth service doesn't: up to every 2 to 4 s, since a try means several
///     connections with TLS
///   - refused: 1 s doubling to 1 min
///   - refused until a person has mended something: 1 s doubling to 5 min
/// `random` is in [0, 1).
std::chrono::milliseconds reconnect_wait(const teleport::connect_failure& why, unsigned attempts,
                                         double random);

/// With a connection whose certificate lives for `left`, after `attempts` failed renewals in a row:
/// 1 s doubling to 1 min (5 min where a person must mend something), but several tries before the
/// certificate ends.
std::chrono::milliseconds renewal_wait(const teleport::connect_failure& why, unsigned attempts,
                                       std::chrono::milliseconds left, double random);

/// After `barren` connections in a row that broke before a call was answered over them: 0 for one,
/// then 0.5 s doubling to 30 s.
std::chrono::milliseconds barren_wait(unsigned barren, double random);

/// When to get new certificates: on the interval, and early enough to try several times before the
/// present ones end. Up to a tenth earlier, so that not all operators do it at once.
std::chrono::milliseconds renewal_after(std::chrono::milliseconds interval,
                                        std::chrono::milliseconds life, double random);

}  // namespace actors::core
