/// Automatic updates: one config and one version a cluster, whose calls know no names. CRs spell
/// "Autoupdate" where the wire has "AutoUpdate".

#include "teleport/kinds/rows.hpp"

namespace teleport::kinds {
namespace {

kind only_one(const std::string& cr_base, const std::string& wire_base, const std::string& name) {
  const std::string package = "teleport.autoupdate.v1";
  kind row = named(cr_base, cr_base + "s", "V1");
  row.message = package + "." + wire_base;
  row.singleton = name;
  row.calls = service_calls(package, "AutoUpdateService", wire_base, wire_base + "s", "Upsert",
                            row.message);
  row.calls.list = row.calls.get;
  return row;
}

}  // namespace

kind autoupdate_config() {
  kind row = only_one("AutoupdateConfig", "AutoUpdateConfig", "autoupdate-config");
  row.teleport_kind = "autoupdate_config";
  row.event_field = 64;
  return row;
}

kind autoupdate_version() {
  kind row = only_one("AutoupdateVersion", "AutoUpdateVersion", "autoupdate-version");
  row.teleport_kind = "autoupdate_version";
  row.event_field = 65;
  return row;
}

}  // namespace teleport::kinds
