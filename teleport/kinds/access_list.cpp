/// Access lists. The next review is Teleport's own once the list is there (field option
/// `keep_existing`).

#include "teleport/kinds/rows.hpp"
#include "teleport/proto/access_list.pb.h"

namespace teleport::kinds {
namespace {

/// The server refuses a list without one of these sections, even if there is nothing to say in it.
void add_sections(google::protobuf::Message& desired) {
  auto& spec = *dynamic_cast<teleport::accesslist::v1::AccessList&>(desired).mutable_spec();
  spec.mutable_audit();
  spec.mutable_membership_requires();
  spec.mutable_ownership_requires();
  spec.mutable_grants();
}

kind_calls access_list_calls(const std::string& message) {
  const std::string package = "teleport.accesslist.v1";
  auto calls =
      service_calls(package, "AccessListService", "AccessList", "AccessLists", "Upsert", message);
  calls.create = calls.update;
  calls.list_older = calls.list;
  calls.list =
      method(package + ".AccessListService", "ListAccessListsV2",
             package + ".ListAccessListsV2Request", package + ".ListAccessListsV2Response");
  return calls;
}

}  // namespace

kind access_list() {
  kind row = named("AccessList", "AccessLists");
  row.api_versions = {"v1"};
  row.teleport_kind = "access_list";
  row.teleport_version = "v1";
  row.message = "teleport.accesslist.v1.AccessList";
  row.may_need = {{"role", "spec.grants.roles"},
                  {"role", "spec.owner_grants.roles"},
                  {"role", "spec.membership_requires.roles"},
                  {"role", "spec.ownership_requires.roles"},
                  {"user", "spec.owners.name"},
                  {"access_list", "spec.owners.name"}};
  row.gate = feature_gate::enterprise;
  row.event_field = 45;
  row.rules.complete = add_sections;
  row.calls = access_list_calls(row.message);
  return row;
}

}  // namespace teleport::kinds
