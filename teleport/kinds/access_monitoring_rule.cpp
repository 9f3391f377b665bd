/// Access monitoring rules: notifications and automatic reviews of access requests.

#include "teleport/kinds/rows.hpp"

namespace teleport::kinds {

kind access_monitoring_rule() {
  const std::string package = "teleport.accessmonitoringrules.v1";
  kind row = named("AccessMonitoringRule", "AccessMonitoringRules", "V1");
  row.teleport_kind = "access_monitoring_rule";
  row.message = package + ".AccessMonitoringRule";
  row.event_field = 54;
  row.calls = service_calls(package, "AccessMonitoringRulesService", "AccessMonitoringRule",
                            "AccessMonitoringRules", "Upsert", row.message);
  return row;
}

}  // namespace teleport::kinds
