#pragma once

/// Joins by the stream of newer clusters (facts/teleport-connection.md §2.1).

#include "teleport/join/request.hpp"
#include "teleport/net/channel.hpp"

namespace teleport::join {

/// Blocks within the limits. The key pair is made here, of the kind that the server's suite asks
/// for. A failure's stage is first_answer or later_answer.
outcome<identity> join_by_stream(net::channel& on, const join_request& request,
                                 const std::string& client_version, const net::limits& within);

}  // namespace teleport::join
