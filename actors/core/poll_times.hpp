#pragma once

/// When Teleport's resources of a kind are listed and compared with its CRs, where no event stream
/// tells of changes. Pure.

#include <chrono>

namespace actors::core {

/// The first wait after a connection, which begins with a list anyway: between half of `interval`
/// and all of it, so that the lists of several kinds do not come at once. `random` in [0, 1).
std::chrono::milliseconds first_poll(std::chrono::milliseconds interval, double random);

/// The wait between two: `interval`, give or take a tenth.
std::chrono::milliseconds next_poll(std::chrono::milliseconds interval, double random);

/// Of CRs about which a list can't tell anything each is looked at by itself, at a moment of its
/// own within this time after the list: half of `interval`, at most 5 min.
std::chrono::milliseconds look_spread(std::chrono::milliseconds interval);

}  // namespace actors::core
