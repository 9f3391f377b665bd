/// Users. Who created one is kept through updates by the field option `keep_existing`.

#include "teleport/kinds/rows.hpp"

namespace teleport::kinds {
namespace {

kind_calls user_calls() {
  const std::string user = "types.UserV2";
  const std::string package = "teleport.users.v1";
  auto calls =
      answered_by_call(service_calls(package, "UsersService", "User", "Users", "Update", user));
  calls.remove.response = empty;
  calls.get_older = auth("GetUser", "proto.GetUserRequest", user);
  calls.create_older = auth("CreateUser", user, empty);
  calls.update_older = auth("UpdateUser", user, empty);
  calls.remove_older = auth("DeleteUser", "proto.DeleteUserRequest", empty);
  calls.list_older = auth("GetUsers", "proto.GetUsersRequest", user);
  calls.list_older.server_stream = true;
  return calls;
}

}  // namespace

kind user() {
  kind row = named("User", "Users");
  row.api_versions = {"v2"};
  row.columns = {{"Roles", "string", ".spec.roles"}};
  row.teleport_kind = "user";
  row.teleport_version = "v2";
  row.message = "types.UserV2";
  row.refers = {"role", "spec.roles"};
  row.event_field = 8;
  row.calls = user_calls();
  return row;
}

}  // namespace teleport::kinds
