#pragma once

/// Exec credential plugins: https://kubernetes.io/docs/reference/access-authn-authz/authentication/
/// (client-go credential plugins, client.authentication.k8s.io/v1 and v1beta1).

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "k8s/child_process.hpp"
#include "k8s/config.hpp"
#include "k8s/credential.hpp"
#include "k8s/error.hpp"

namespace k8s {

struct exec_credential {
  credential value;
  /// Without one the credential is used until the server refuses it.
  std::optional<std::chrono::system_clock::time_point> expires;
};

/// Runs the plugin of `server` and reads its answer. Blocks: never on the loop's thread. Ends
/// early, with an error, when `stop` is raised. At most one minute.
result<exec_credential> run_exec_plugin(const config& server, const child_stop& stop);

/// The plugin's answer. `command` names it in errors; no part of the answer gets into them.
result<exec_credential> parse_exec_credential(std::string_view text, const exec_plugin& plugin);

/// The value of KUBERNETES_EXEC_INFO.
std::string exec_info(const config& server);

}  // namespace k8s
