package teleport

import (
	"encoding/json"
	"fmt"
)

// Names that the standalone guide uses (facts/helm-chart.md §4.1).
const (
	GuideBot   = "operator"
	GuideRole  = "operator"
	GuideToken = "operator-bot"
)

// guideKinds are what the guide's role may list, create, read, update and delete
// (facts/operator-behaviour.md §1.8).
const guideKinds = `[role, user, auth_connector, login_rule, token, okta_import_rule, access_list, node,
      trusted_cluster, bot, workload_identity, autoupdate_config, autoupdate_version, app, db, lock,
      inference_model, inference_policy, inference_secret, retrieval_model, access_monitoring_rule,
      saml_idp_service_provider, scoped_role, scoped_role_assignment, scoped_token]`

const guideDocuments = `
kind: role
version: v7
metadata: {name: operator}
spec:
  allow:
    node_labels: {'*': '*'}
    app_labels: {'*': '*'}
    db_labels: {'*': '*'}
    rules:
    - resources: %s
      verbs: [list, create, read, update, delete]
---
kind: bot
version: v1
metadata: {name: operator}
spec: {roles: [operator]}
---
kind: token
version: v2
metadata: {name: operator-bot}
spec:
  roles: [Bot]
  bot_name: operator
  join_method: kubernetes
  kubernetes:
    type: static_jwks
    static_jwks: {jwks: %s}
    allow:
    - service_account: %s
`

// Guide is what an administrator stores for one operator, following the standalone guide: its
// role, its bot, and a join token for the service account ("namespace:name") whose tokens verify
// with the JWKS. It is for Options.Resources or Apply.
func Guide(serviceAccount, jwks string) []byte {
	return fmt.Appendf(nil, guideDocuments, guideKinds, quoted(jwks), quoted(serviceAccount))
}

// quoted is a text as a YAML scalar: every JSON string is one.
func quoted(text string) string {
	out, _ := json.Marshal(text) // a string always marshals
	return string(out)
}
