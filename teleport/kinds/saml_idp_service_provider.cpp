/// Applications to which Teleport is the SAML identity provider. Every edition has them.

#include "teleport/kinds/rows.hpp"

namespace teleport::kinds {

kind saml_idp_service_provider() {
  kind row = named("SAMLIdPServiceProvider", "SAMLIdPServiceProviders", "V1");
  row.teleport_kind = "saml_idp_service_provider";
  row.message = "types.SAMLIdPServiceProviderV1";
  row.event_field = 36;

  const std::string base = "SAMLIdPServiceProvider";
  row.calls.get = auth("Get" + base, "proto.Get" + base + "Request", row.message);
  row.calls.create = auth("Create" + base, row.message, empty);
  row.calls.update = auth("Update" + base, row.message, empty);
  row.calls.remove = auth("Delete" + base, "proto.Delete" + base + "Request", empty);
  row.calls.list = auth("List" + base + "s", "proto.List" + base + "sRequest",
                        "proto.List" + base + "sResponse");
  return row;
}

}  // namespace teleport::kinds
