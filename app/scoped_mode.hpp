#pragma once

/// Scoped mode as the command line and the pod's environment ask for it: the operator serves one
/// scope and marks what it writes there (facts/operator-behaviour.md §1.9, §2.7).

#include <string>
#include <variant>

#include "actors/core/scope_check.hpp"
#include "app/namespaces.hpp"
#include "app/options.hpp"
#include "app/start_failure.hpp"
#include "k8s/client.hpp"

namespace app {

/// Where the operator keeps its state: Secret `<RELEASE_NAME>-shared-state` in KUBE_NAMESPACE.
std::variant<k8s::object_key, bad_configuration> state_secret(const surroundings& from);

/// The join token's name as it may be shown on resources, without its scope. Empty when there is
/// none to show: with the join method `token` the name is the secret, and with an identity file
/// there is no token.
std::string shown_token_name(const options& given, const surroundings& from);

/// What an operator with a scope is. Reads its id from Kubernetes, or makes it: the caller waits
/// for that, less than a minute. Nothing is asked, and all is empty, without `-scope`.
std::variant<actors::core::scoped_operator, start_failure> enter_scope(const options& given,
                                                                       const surroundings& from,
                                                                       k8s::client& client);

}  // namespace app
