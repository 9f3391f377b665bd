/// Connectors to identity providers. No event brings them, so others' changes are found by looking.

#include "teleport/kinds/rows.hpp"

namespace teleport::kinds {
namespace {

/// The calls for connectors of one type, "GithubConnector"; reads never ask for secrets.
kind_calls connector_calls(const std::string& base, const std::string& message) {
  const auto request = [&](const std::string& verb) { return "proto." + verb + base + "Request"; };
  const rpc upsert_older = auth("Upsert" + base, message, empty);
  kind_calls calls;
  calls.get = auth("Get" + base, "types.ResourceWithSecretsRequest", message);
  calls.create = auth("Create" + base, request("Create"), message);
  calls.create_older = upsert_older;
  calls.update = auth("Upsert" + base + "V2", request("Upsert"), message);
  calls.update_older = upsert_older;
  calls.remove = auth("Delete" + base, "types.ResourceRequest", empty);
  calls.list = auth("List" + base + "s", "proto.List" + base + "sRequest",
                    "proto.List" + base + "sResponse");
  calls.list_older =
      auth("Get" + base + "s", "types.ResourcesWithSecretsRequest", message + "List");
  return calls;
}

/// `type` is how Teleport calls the kind; Teleport's version is that of the CR's API too; roles are
/// named at the path `roles`.
kind connector(const std::string& type, const std::string& base, const std::string& version,
               const std::string& roles) {
  kind row = named(base, base + "s");
  row.api_versions = {version};
  row.teleport_kind = type;
  row.teleport_version = version;
  row.message = "types." + base + (version == "v2" ? "V2" : "V3");
  row.may_need = {{"role", roles}};
  row.calls = connector_calls(base, row.message);
  return row;
}

}  // namespace

kind github_connector() {
  return connector("github", "GithubConnector", "v3", "spec.teams_to_roles.roles");
}

kind oidc_connector() {
  kind row = connector("oidc", "OIDCConnector", "v3", "spec.claims_to_roles.roles");
  row.gate = feature_gate::oidc;
  return row;
}

kind saml_connector() {
  kind row = connector("saml", "SAMLConnector", "v2", "spec.attributes_to_roles.roles");
  row.gate = feature_gate::saml;
  return row;
}

}  // namespace teleport::kinds
