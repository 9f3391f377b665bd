/// Workload identities: SPIFFE identities that are issued to workloads.

#include "teleport/kinds/rows.hpp"

namespace teleport::kinds {

kind workload_identity() {
  const std::string package = "teleport.workloadidentity.v1";
  kind row = named("WorkloadIdentity", "WorkloadIdentities", "V1");
  row.teleport_kind = "workload_identity";
  row.message = package + ".WorkloadIdentity";
  row.event_field = 76;
  row.calls = service_calls(package, "WorkloadIdentityResourceService", "WorkloadIdentity",
                            "WorkloadIdentities", "Upsert", row.message);
  return row;
}

}  // namespace teleport::kinds
