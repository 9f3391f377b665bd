#pragma once

/// What a joined bot gets from auth over its authenticated channel: the certificate that does the
/// work, and its own renewal (facts/teleport-connection.md §5, §3.5).

#include <chrono>
#include <string>

#include "teleport/join/identity.hpp"
#include "teleport/net/channel.hpp"

namespace teleport::join {

/// The bot's channel and what its cluster says of itself.
struct bot_channel {
  net::channel& on;
  const identity& bot;
  std::string client_version;
  std::string server_version;  ///< decides in which fields the public keys go
  std::string suite;           ///< decides the kind of the keys
  std::chrono::seconds ttl{3600};
  std::chrono::seconds call_timeout{15};  ///< of each call
};

/// A certificate with the roles that the bot may impersonate, and only the host CA to believe.
/// errc::access_denied and errc::not_found: the bot, its role, or a lock; errc::config: the bot's
/// role impersonates nothing.
result<identity> output_identity(const bot_channel& by, const net::limits& within);

/// The next certificate of a renewable bot. `spent` says whether the old one must not be used for
/// another renewal, since the server would lock the bot: it has answered, or its answer was lost
/// and nobody knows, or it has seen another generation than it knows. The old one still serves for
/// everything else until it ends.
result<identity> renewed_identity(const bot_channel& by, const net::limits& within, bool& spent);

/// The certificates that servers of the cluster are to be believed by, those of a rotation that is
/// under way among them.
result<std::vector<pki::certificate>> host_cas(const bot_channel& by, const net::limits& within);

}  // namespace teleport::join
