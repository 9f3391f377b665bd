#pragma once

/// Refusals that are not about what was asked for but about the operator itself: its bot is locked
/// or was deleted, its version is too old. Pure.

#include <chrono>
#include <optional>

#include "teleport/error.hpp"

namespace actors::core {

/// The text says that nothing will be answered to us (facts/teleport-connection.md §7.2, §7.3,
/// §10.2). Missing rights for one kind have another one.
bool is_about_us(const teleport::error& failure);

/// Whatever changes something is refused to this identity, since it is no bot's.
bool wants_mfa(const teleport::error& failure);

/// Decides when refusals make it worth to connect anew, which tells for sure.
class suspicion {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  /// An answer came; null: a good one. True: connect anew, and see.
  bool raised_by(const teleport::error* failure, time_point now);
  /// We are well: such refusals are believed for a while, 1 min doubling to 1 h.
  void unfounded(time_point now);
  /// We were not: the next one is looked at again.
  void well_founded();

 private:
  /// Refusals of any text, without one good answer between them.
  static constexpr unsigned most_in_a_row = 20;

  unsigned in_a_row_ = 0;
  unsigned unfounded_ = 0;
  std::optional<time_point> believed_until_;
};

}  // namespace actors::core
