#pragma once

/// When to look at a CR again: a policy of its own, so that nobody else counts or waits. Pure.

#include <chrono>
#include <optional>

#include "actors/core/plan.hpp"

namespace actors::core {

/// Doubles from `first` to `most`; the wait is drawn from the upper half of the present step
/// (jitter).
struct backoff_settings {
  std::chrono::milliseconds first;
  std::chrono::milliseconds most;
};

/// Wait before try number `attempts` + 1, after `attempts` failures in a row (1 or more). `random`
/// is in [0, 1).
std::chrono::milliseconds backoff(const backoff_settings& settings, unsigned attempts,
                                  double random);

/// What an object does after a pass.
struct retry {
  /// Look again after this time; unset: only when something moves.
  std::optional<std::chrono::milliseconds> after;
  /// Look again when Teleport is back, which is told: no timer for each of those that wait.
  bool wait_for_connection = false;
};

/// `attempts`: passes in a row that ended like this one, this one included.
///   - the user's mistake (invalid, unowned, claimed, not admitted): await a change; unowned looks
///   again slowly,
///     since the Teleport side may be mended without the CR being touched
///   - refused by Teleport, deletion blocked: 2 s doubling to 10 min
///   - failures that pass: 0.5 s doubling to 5 min
///   - refused since another process may lead: like those, in case that nobody tells that we lead
///   - lost connection: await the word that it is back
///   - conflict: 50 ms doubling to 30 s
retry retry_after(verdict what, unsigned attempts, double random);

}  // namespace actors::core
