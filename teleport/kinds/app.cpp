/// Applications that Teleport gives access to.

#include "teleport/kinds/rows.hpp"

namespace teleport::kinds {

kind app() {
  kind row = named("App", "Apps", "V3");
  row.teleport_kind = "app";
  row.message = "types.AppV3";
  row.event_field = 30;

  const std::string by_name = "types.ResourceRequest";
  row.calls.get = auth("GetApp", by_name, row.message);
  row.calls.create = auth("CreateApp", row.message, empty);
  row.calls.update = auth("UpdateApp", row.message, empty);
  row.calls.remove = auth("DeleteApp", by_name, empty);
  row.calls.list = auth("ListApps", "proto.ListAppsRequest", "proto.ListAppsResponse");
  row.calls.list_older = auth("GetApps", empty, "types.AppV3List");
  return row;
}

}  // namespace teleport::kinds
