/// Roles: one message for all versions, told apart by the version in Teleport.

#include "teleport/kinds/rows.hpp"

namespace teleport::kinds {
namespace {

kind_calls role_calls() {
  const std::string role = "types.RoleV6";
  const rpc upsert = auth("UpsertRoleV2", "proto.UpsertRoleRequest", role);
  const rpc upsert_older = auth("UpsertRole", role, empty);
  kind_calls calls;
  calls.get = auth("GetRole", "proto.GetRoleRequest", role);
  calls.create = upsert;
  calls.create_older = upsert_older;
  calls.update = upsert;
  calls.update_older = upsert_older;
  calls.remove = auth("DeleteRole", "proto.DeleteRoleRequest", empty);
  calls.list = auth("ListRoles", "proto.ListRolesRequest", "proto.ListRolesResponse");
  return calls;
}

kind role(const std::string& in_kind, const std::string& version) {
  kind row = named("Role", "Roles", in_kind);
  row.teleport_kind = "role";
  row.teleport_version = version;
  row.message = "types.RoleV6";
  row.event_field = 9;
  row.calls = role_calls();
  return row;
}

}  // namespace

/// TeleportRole, under which people wrote roles before the version became part of the kind. Both
/// API versions make a v5 role. No short name: `role` is taken by RBAC.
kind unversioned_role() {
  kind row = role("", "v5");
  row.api_versions = {"v5", "v6"};
  row.short_names.clear();
  return row;
}

kind role_v6() {
  return role("V6", "v6");
}

kind role_v7() {
  return role("V7", "v7");
}

kind role_v8() {
  return role("V8", "v8");
}

kind role_v9() {
  return role("V9", "v9");
}

}  // namespace teleport::kinds
