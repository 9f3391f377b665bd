#pragma once

/// The session on a gRPC channel. Made by the connector when the channel has answered Ping.

#include <memory>

#include "teleport/calls/running.hpp"
#include "teleport/session.hpp"

namespace teleport {

std::shared_ptr<session> make_session(std::unique_ptr<net::channel> on,
                                      calls::call_settings settings);

}  // namespace teleport
