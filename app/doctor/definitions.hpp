#pragma once

/// Which custom resource definitions the API server has, beside those that the operator needs.
/// Pure.

#include <map>
#include <string>
#include <vector>

#include "app/doctor/finding.hpp"
#include "k8s/discovery.hpp"
#include "teleport/kind.hpp"

namespace app::doctor {

/// What discovery tells of our group: by version, by plural, whether there is a `status`.
using served_types = std::map<std::string, std::map<std::string, bool>>;

/// One finding a kind, or a single one when there is no definition at all.
std::vector<finding> judge_definitions(const std::vector<const teleport::kind*>& kinds,
                                       const served_types& served);

/// Whether the definitions are of this release, from what they say themselves, by plural. Those
/// that could not be read are not in it.
finding judge_releases(const std::vector<const teleport::kind*>& kinds,
                       const std::map<std::string, k8s::definition>& read);

}  // namespace app::doctor
