#pragma once

/// The surroundings that a configuration is looked up in; tests put their own in place of the
/// process'.

#include <functional>
#include <optional>
#include <string>

namespace k8s {

struct environment {
  /// An environment variable; nullopt when it is unset or empty.
  std::function<std::optional<std::string>(const char* name)> variable;
  /// Where a pod finds `token`, `ca.crt` and `namespace`.
  std::string service_account_folder;
};

environment process_environment();

}  // namespace k8s
