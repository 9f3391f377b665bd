/// Join tokens. For the join method `token` the name is the secret itself.

#include "teleport/kinds/rows.hpp"

namespace teleport::kinds {

kind provision_token() {
  kind row = named("ProvisionToken", "ProvisionTokens");
  row.api_versions = {"v2"};
  row.columns = {{"Join Method", "string", ".spec.join_method"},
                 {"System Roles", "string", ".spec.roles"}};
  row.teleport_kind = "token";
  row.teleport_version = "v2";
  row.message = "types.ProvisionTokenV2";
  row.may_need = {{"bot", "spec.bot_name"}};
  row.event_field = 5;

  const std::string by_name = "types.ResourceRequest";
  row.calls.get = auth("GetToken", by_name, row.message);
  row.calls.create = auth("UpsertTokenV2", "proto.UpsertTokenV2Request", empty);
  row.calls.update = row.calls.create;
  row.calls.remove = auth("DeleteToken", by_name, empty);
  row.calls.list = auth("ListProvisionTokens", "proto.ListProvisionTokensRequest",
                        "proto.ListProvisionTokensResponse");
  row.calls.list_older = auth("GetTokens", empty, "types.ProvisionTokenV2List");
  return row;
}

}  // namespace teleport::kinds
