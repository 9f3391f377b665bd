/// Rules that label what Teleport imports from Okta.

#include "teleport/kinds/rows.hpp"

namespace teleport::kinds {

kind okta_import_rule() {
  kind row = named("OktaImportRule", "OktaImportRules");
  row.api_versions = {"v1"};
  row.teleport_kind = "okta_import_rule";
  row.teleport_version = "v1";
  row.message = "types.OktaImportRuleV1";
  row.gate = feature_gate::enterprise;
  row.event_field = 40;
  row.calls = service_calls("teleport.okta.v1", "OktaService", "OktaImportRule", "OktaImportRules",
                            "Update", row.message);
  return row;
}

}  // namespace teleport::kinds
