#include "teleport/cluster.hpp"

#include <charconv>
#include <string_view>

#include "teleport/proto/ping.pb.h"

namespace teleport {

cluster_info to_cluster_info(const proto::PingResponse& answer) {
  cluster_info info;
  info.cluster_name = answer.clustername();
  info.server_version = answer.serverversion();
  const auto& features = answer.serverfeatures();
  info.advanced_access_workflows = features.advancedaccessworkflows();
  info.oidc = features.oidc();
  info.saml = features.saml();
  for (const auto& [name, entitlement] : features.entitlements())
    info.entitlements[name] = entitlement.enabled();
  return info;
}

int major_version(const std::string& server_version) {
  std::string_view digits = server_version;
  if (digits.starts_with('v')) digits.remove_prefix(1);
  int major = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), major);
  return major;
}

}  // namespace teleport
