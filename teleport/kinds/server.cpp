/// Servers without a Teleport agent. All servers are one kind in Teleport; a subkind says how they
/// are reached.

#include <google/protobuf/message.h>

#include "teleport/codec.hpp"
#include "teleport/codec/layout.hpp"
#include "teleport/kinds/rows.hpp"

namespace teleport::kinds {
namespace {

/// Servers are the one kind whose namespace the calls ask for; there is only this one.
constexpr const char* the_namespace = "default";

void put_into_namespace(google::protobuf::Message& server) {
  codec::set_text(*codec::mutable_metadata(server), "namespace", the_namespace);
}

kind_calls server_calls(const std::string& message) {
  const std::string by_name = "types.ResourceInNamespaceRequest";
  kind_calls calls;
  calls.get = auth("GetNode", by_name, message);
  calls.create = auth("UpsertNode", message, "types.KeepAlive");
  calls.update = calls.create;
  calls.remove = auth("DeleteNode", by_name, empty);
  calls.list = auth("ListResources", "proto.ListResourcesRequest", "proto.ListResourcesResponse");
  calls.get.fixed = {{"Namespace", the_namespace}};
  calls.remove.fixed = calls.get.fixed;
  // A cluster may have ten thousand agents, which are nodes too; what is ours has our label.
  calls.list.fixed = {{"Namespace", the_namespace},
                      {"ResourceType", "node"},
                      {"Labels", std::string(origin_label) + '=' + origin_kubernetes}};
  return calls;
}

kind server(const std::string& base, const std::string& subkind) {
  kind row = named(base, base + "s", "V2");
  row.columns = {{"Hostname", "string", ".spec.hostname"}, {"Address", "string", ".spec.addr"}};
  row.teleport_kind = "node";
  row.teleport_subkind = subkind;
  row.message = "types.ServerV2";
  row.event_field = 11;
  row.calls = server_calls(row.message);
  row.rules.complete = put_into_namespace;
  return row;
}

}  // namespace

kind openssh_server() {
  return server("OpenSSHServer", "openssh");
}

kind openssh_eice_server() {
  return server("OpenSSHEICEServer", "openssh-ec2-ice");
}

}  // namespace teleport::kinds
