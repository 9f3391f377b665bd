#pragma once

/// What a cluster says of itself in its Ping answer, and which kinds that admits.

#include <map>
#include <string>

namespace teleport {

/// facts/operator-behaviour.md §3.2.
enum class feature_gate { always, enterprise, oidc, saml, oidc_or_saml, policy, session_summaries };

/// What Ping said, reduced to what the operator uses.
struct cluster_info {
  std::string cluster_name;
  std::string server_version;  ///< semver without `v`
  std::map<std::string, bool> entitlements;
  bool advanced_access_workflows = false;
  bool oidc = false;
  bool saml = false;

  bool operator==(const cluster_info&) const = default;
};

/// Does the cluster admit kinds behind this gate? Entitlements win over the older booleans.
bool admits(const cluster_info& cluster, feature_gate gate);

}  // namespace teleport
