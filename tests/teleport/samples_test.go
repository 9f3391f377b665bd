package teleport

import (
	"strings"
	"testing"

	utilyaml "sigs.k8s.io/yaml"
)

// samples are one valid resource of each kind of the API module, as tctl takes it. NAME and
// DESCRIPTION are filled in by sample.
var samples = map[string]string{
	"role":  `{version: v7, metadata: {name: NAME, description: DESCRIPTION}, spec: {allow: {node_labels: {'*': '*'}}}}`,
	"user":  `{version: v2, metadata: {name: NAME, description: DESCRIPTION}, spec: {roles: [operator]}}`,
	"token": `{version: v2, metadata: {name: NAME, description: DESCRIPTION}, spec: {roles: [Node], join_method: token}}`,
	"bot":   `{version: v1, metadata: {name: NAME, description: DESCRIPTION}, spec: {roles: [operator]}}`,
	"github": `
version: v3
metadata: {name: NAME, description: DESCRIPTION}
spec:
  client_id: id
  client_secret: canary
  redirect_url: https://proxy.example.com/callback
  teams_to_roles: [{organization: acme, team: dev, roles: [operator]}]`,
	"oidc": `
version: v3
metadata: {name: NAME, description: DESCRIPTION}
spec:
  issuer_url: https://idp.example.com
  client_id: id
  client_secret: canary
  redirect_url: [https://proxy.example.com/callback]
  mfa: {enabled: true, client_id: mfa, client_secret: canary}
  claims_to_roles: [{claim: groups, value: dev, roles: [operator]}]`,
	"saml": `
version: v2
metadata: {name: NAME, description: DESCRIPTION}
spec:
  issuer: https://idp.example.com
  sso: https://idp.example.com/sso
  cert: certificate
  acs: https://proxy.example.com/acs
  signing_key_pair: {cert: certificate, private_key: canary}
  attributes_to_roles: [{name: groups, value: dev, roles: [operator]}]`,
	"login_rule": `
version: v1
metadata: {name: NAME, description: DESCRIPTION}
spec: {priority: 1, traits_map: {logins: [external.logins]}}`,
	"okta_import_rule": `
version: v1
metadata: {name: NAME, description: DESCRIPTION}
spec: {priority: 10, mappings: [{match: [{app_ids: ["1"]}], add_labels: {team: dev}}]}`,
	"access_list": `
version: v1
metadata: {name: NAME, description: DESCRIPTION}
spec:
  title: title
  owners: [{name: alice}]
  audit: {recurrence: {frequency: 3months, day_of_month: last}, notifications: {start: 336h}}
  grants: {roles: [operator], traits: {team: [dev]}}`,
	"node": `
kind: node
version: v2
sub_kind: openssh
metadata: {name: NAME, description: DESCRIPTION, labels: {team: dev}}
spec: {addr: "host:22", hostname: host}`,
	"trusted_cluster": `
version: v2
metadata: {name: NAME, description: DESCRIPTION}
spec:
  enabled: true
  token: canary
  web_proxy_addr: leaf.example.com:443
  role_map: [{remote: access, local: [operator]}]`,
	"workload_identity":  `{version: v1, metadata: {name: NAME, description: DESCRIPTION}, spec: {spiffe: {id: /svc}}}`,
	"autoupdate_config":  `{version: v1, metadata: {name: NAME, description: DESCRIPTION}, spec: {tools: {mode: enabled}}}`,
	"autoupdate_version": `{version: v1, metadata: {name: NAME, description: DESCRIPTION}, spec: {tools: {target_version: 18.1.0}}}`,
	"app":                `{version: v3, metadata: {name: NAME, description: DESCRIPTION}, spec: {uri: "http://localhost:80"}}`,
	"db":                 `{version: v3, metadata: {name: NAME, description: DESCRIPTION}, spec: {protocol: postgres, uri: "host:5432"}}`,
	"lock":               `{version: v2, metadata: {name: NAME, description: DESCRIPTION}, spec: {target: {user: mallory}, message: gone}}`,
	"access_monitoring_rule": `
version: v1
metadata: {name: NAME, description: DESCRIPTION}
spec: {subjects: [access_request], condition: 'true', notification: {name: slack, recipients: ['#a']}}`,
	"saml_idp_service_provider": `
version: v1
metadata: {name: NAME, description: DESCRIPTION}
spec: {entity_id: https://sp.example.com, acs_url: https://sp.example.com/acs}`,
}

// sample is a resource of the kind in Teleport's JSON.
func sample(t *testing.T, kind, name, description string) []byte {
	t.Helper()
	text, ok := samples[kind]
	if !ok {
		t.Fatalf("no sample of kind %q", kind)
	}
	body, err := utilyaml.YAMLToJSON([]byte(strings.NewReplacer("NAME", name, "DESCRIPTION", description).Replace(text)))
	must(t, err)
	return body
}

func TestEveryKindOfTheModuleHasASample(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, kind := range builtinKinds() {
		known[kind.name] = true
		if samples[kind.name] == "" {
			t.Errorf("kind %q has none", kind.name)
		}
	}
	for name := range samples {
		if !known[name] {
			t.Errorf("a sample of %q, which is no kind", name)
		}
	}
}
