#pragma once

/// What a bot tells its cluster of itself, so that it shows in `tctl bots instances ls`: at start
/// and every 30 minutes (facts/teleport-connection.md §3.8). Nothing depends on it.

#include <string>

#include "teleport/net/channel.hpp"

namespace teleport {

/// When the next one is due, across all channels of one process. One thread at a time.
class heartbeats {
 public:
  explicit heartbeats(std::string join_method) : join_method_(std::move(join_method)) {}

  net::steady_time next() const noexcept { return next_; }
  /// Blocks within the limits. A server that doesn't know the call, or refuses it, is told again
  /// after the usual time; any other failure is tried again up to four times, a minute and more
  /// apart.
  void submit(net::channel& on, const std::string& client_version, const net::limits& within);

 private:
  const std::string join_method_;
  const net::steady_time begun_ = std::chrono::steady_clock::now();
  net::steady_time next_ = begun_;
  bool told_ = false;
  int failures_ = 0;  ///< in a row
};

}  // namespace teleport
