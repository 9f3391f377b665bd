/// Locks. When one was made and by whom is kept through updates by the field option
/// `keep_existing`.

#include "teleport/kinds/rows.hpp"

namespace teleport::kinds {

kind lock() {
  kind row = named("Lock", "Locks", "V2");
  row.teleport_kind = "lock";
  row.message = "types.LockV2";
  row.event_field = 24;
  row.calls.get = auth("GetLock", "proto.GetLockRequest", row.message);
  row.calls.create = auth("UpsertLock", row.message, empty);
  row.calls.update = row.calls.create;
  row.calls.remove = auth("DeleteLock", "proto.DeleteLockRequest", empty);
  row.calls.list = auth("ListLocks", "proto.ListLocksRequest", "proto.ListLocksResponse");
  row.calls.list_older = auth("GetLocks", "proto.GetLocksRequest", "proto.GetLocksResponse");
  return row;
}

}  // namespace teleport::kinds
