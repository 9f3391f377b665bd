#pragma once

/// Reading small configuration and credential files. Errors name the file and what it was wanted
/// for, never its contents.

#include <string>

#include "k8s/error.hpp"

namespace k8s {

/// The whole file; at most 1 MiB. `purpose` starts the error: "service account token".
result<std::string> read_file(const std::string& path, const std::string& purpose);

/// Without white space at either end.
std::string trimmed(const std::string& text);

error config_error(std::string message);

}  // namespace k8s
