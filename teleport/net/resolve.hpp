#pragma once

/// Name resolution that can be given up.

#include <vector>

#include <sys/socket.h>

#include "teleport/error.hpp"
#include "teleport/net/address.hpp"
#include "teleport/net/stop.hpp"

namespace teleport::net {

struct endpoint {
  sockaddr_storage where{};
  socklen_t size = 0;
};

/// All addresses of the host, families alternating, the resolver's first choice first. The system's
/// resolver can't be interrupted, so it runs on a thread that is left behind when `within` ends
/// before it.
result<std::vector<endpoint>> resolve(const address& of, const limits& within);

}  // namespace teleport::net
