#pragma once

/// A Ping answer as what the operator keeps of it.

#include "teleport/features.hpp"

namespace proto {
class PingResponse;
}

namespace teleport {

cluster_info to_cluster_info(const proto::PingResponse& answer);

/// The major number of "17.2.1" or "v17.2.1"; 0 when there is none.
int major_version(const std::string& server_version);

}  // namespace teleport
