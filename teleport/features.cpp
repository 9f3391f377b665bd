#include "teleport/features.hpp"

#include <optional>

namespace teleport {
namespace {

std::optional<bool> entitlement(const cluster_info& cluster, const char* name) {
  const auto found = cluster.entitlements.find(name);
  if (found == cluster.entitlements.end()) return std::nullopt;
  return found->second;
}

}  // namespace

bool admits(const cluster_info& cluster, feature_gate gate) {
  const bool oidc = entitlement(cluster, "OIDC").value_or(cluster.oidc);
  const bool saml = entitlement(cluster, "SAML").value_or(cluster.saml);
  const bool policy = entitlement(cluster, "Policy").value_or(false);
  switch (gate) {
    case feature_gate::always:
      return true;
    case feature_gate::enterprise:
      return cluster.advanced_access_workflows;
    case feature_gate::oidc:
      return oidc;
    case feature_gate::saml:
      return saml;
    case feature_gate::oidc_or_saml:
      return oidc || saml;
    case feature_gate::policy:
      return policy;
    case feature_gate::session_summaries:
      return entitlement(cluster, "SessionSummaries").value_or(policy);
  }
  return false;
}

}  // namespace teleport
