/// Login rules: the one message without `spec` and without a kind; its own fields are the CR's
/// spec.

#include "teleport/kinds/rows.hpp"

namespace teleport::kinds {

kind login_rule() {
  kind row = named("LoginRule", "LoginRules");
  row.api_versions = {"v1"};
  row.teleport_kind = "login_rule";
  row.teleport_version = "v1";
  row.message = "teleport.loginrule.v1.LoginRule";
  row.gate = feature_gate::oidc_or_saml;
  row.calls = service_calls("teleport.loginrule.v1", "LoginRuleService", "LoginRule", "LoginRules",
                            "Upsert", row.message);
  return row;
}

}  // namespace teleport::kinds
