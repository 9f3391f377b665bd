#pragma once

/// What the setting `token` means: a name, a scope's token, or a file. Pure.

#include <string_view>

namespace teleport::join {

/// Does it say which file holds the token? Files are told by their absolute path; tokens of a scope
/// begin with a slash as well, but have their name after two colons (`/team::operator`).
bool is_token_file(std::string_view token);

/// The name without its scope: `operator` of `/team::operator`, and of `operator`.
std::string_view token_name(std::string_view token);

}  // namespace teleport::join
