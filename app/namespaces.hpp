#pragma once

/// Which namespaces to watch (facts/operator-behaviour.md §1.2).

#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "app/options.hpp"

namespace app {

/// Where the namespace of the pod stands, when it runs in one.
inline constexpr const char* service_account_namespace_file =
    "/var/run/secrets/kubernetes.io/serviceaccount/namespace";

/// The ways to the outside, so that a test can stand in for them.
struct surroundings {
  std::function<std::optional<std::string>(const std::string& name)> variable;
  std::function<std::optional<std::string>(const std::string& path)> file;
};

struct bad_configuration {
  std::string why;
};

/// Without blanks and line breaks at both ends.
std::string trimmed(const std::string& text);

/// The process's own environment and files.
surroundings real_surroundings();

/// That of the Pod: POD_NAMESPACE, else the service account's file; empty outside of one.
std::string own_namespace(const surroundings& from);

/// The namespaces to watch, in the flag's order and each once; empty: all. The first that says
/// something wins: -watch-all-namespaces, -namespace, POD_NAMESPACE, the service account's file.
/// A name that no namespace can have is refused.
std::variant<std::vector<std::string>, bad_configuration> resolve_namespaces(
    const options& given, const surroundings& from);

}  // namespace app
