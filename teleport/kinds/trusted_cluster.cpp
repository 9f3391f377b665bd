/// Root clusters that a leaf cluster lets in. No event brings them.

#include "teleport/kinds/rows.hpp"

namespace teleport::kinds {

kind trusted_cluster() {
  kind row = named("TrustedCluster", "TrustedClusters", "V2");
  row.teleport_kind = "trusted_cluster";
  row.message = "types.TrustedClusterV2";
  row.may_need = {{"role", "spec.role_map.local"}};

  const std::string by_name = "types.ResourceRequest";
  row.calls.get = auth("GetTrustedCluster", by_name, row.message);
  row.calls.create = method("teleport.trust.v1.TrustService", "UpsertTrustedCluster",
                            "teleport.trust.v1.UpsertTrustedClusterRequest", row.message);
  row.calls.create_older = auth("UpsertTrustedCluster", row.message, row.message);
  row.calls.update = row.calls.create;
  row.calls.update_older = row.calls.create_older;
  row.calls.remove = auth("DeleteTrustedCluster", by_name, empty);
  row.calls.list = auth("GetTrustedClusters", empty, "types.TrustedClusterV2List");
  return row;
}

}  // namespace teleport::kinds
