/// Databases that Teleport gives access to.

#include "teleport/kinds/rows.hpp"

namespace teleport::kinds {

kind database() {
  kind row = named("Database", "Databases", "V3");
  row.teleport_kind = "db";
  row.message = "types.DatabaseV3";
  row.event_field = 28;

  const std::string by_name = "types.ResourceRequest";
  row.calls.get = auth("GetDatabase", by_name, row.message);
  row.calls.create = auth("CreateDatabase", row.message, empty);
  row.calls.update = auth("UpdateDatabase", row.message, empty);
  row.calls.remove = auth("DeleteDatabase", by_name, empty);
  row.calls.list =
      auth("ListDatabases", "proto.ListDatabasesRequest", "proto.ListDatabasesResponse");
  row.calls.list_older = auth("GetDatabases", empty, "types.DatabaseV3List");
  return row;
}

}  // namespace teleport::kinds
