#pragma once

/// As whom, and for which Lease, this process stands for election.

#include <string>
#include <vector>

#include "actors/core/election.hpp"
#include "app/namespaces.hpp"
#include "app/options.hpp"

namespace app {

/// `<host>_<UID of the Pod>`, or a random UUID outside of one (facts/operator-behaviour.md §1.5). A
/// container that is started again in its Pod is so the same candidate as its predecessor, which is
/// dead for sure, and has not to wait until that one's lease runs out.
std::string candidate_identity(const surroundings& from, const std::string& host);

/// The watched namespace, as the official operator has it. With several or all of them: the
/// operator's own, else that of the kubeconfig's context, else the first of the list, else
/// "default".
std::string lease_namespace(const std::vector<std::string>& watched, const surroundings& from,
                            const std::string& context_namespace);

/// Of the flags; without the Lease's namespace and the identity.
actors::core::election_settings election_settings(const options& given);

}  // namespace app
