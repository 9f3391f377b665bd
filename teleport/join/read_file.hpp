#pragma once

/// Small files that hold secrets.

#include <string>

#include "teleport/error.hpp"
#include "teleport/pki/secret.hpp"

namespace teleport::join {

/// The whole content, at most 1 MiB. errc::config "reading <path>: <reason>".
result<pki::secret_text> read_secret_file(const std::string& path);

/// The same without white space around it; errc::config when nothing is left.
result<pki::secret_text> read_token_file(const std::string& path);

}  // namespace teleport::join
