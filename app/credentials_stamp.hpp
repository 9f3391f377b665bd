#pragma once

/// Notices that a file was written that the way to Teleport depends on.

#include <cstdint>
#include <functional>

#include "teleport/connector.hpp"

namespace app {

/// Answers another number once the identity file, or the join token's or the service-account
/// token's file, is another one than before. Reads no content. An empty function: there is no such
/// file.
std::function<std::uint64_t()> credentials_stamp(const teleport::connector_settings& of);

}  // namespace app
