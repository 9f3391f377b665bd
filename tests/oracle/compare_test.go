package oracle

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func crWith(spec string) json.RawMessage {
	return json.RawMessage(`{"metadata": {"name": "example", "labels": {"team": "infra"},
		"annotations": {"description": "an example"}}, "spec": ` + spec + `}`)
}

// compare fails when the operator would not send what Teleport's own types make of the CR.
func compare(e *encoder, kind string, cr json.RawMessage) error {
	judged, err := judge(e, kind, cr, Decode)
	if err != nil {
		return err
	}
	if judged.theirs != nil {
		return fmt.Errorf("the oracle refuses it: %w", judged.theirs)
	}
	return judged.disagreement(kind)
}

// specs are the CRs that a person would write, with every special encoding.
var specs = []struct{ kind, spec string }{
	{"TeleportRole", `{}`},
	{"TeleportRoleV9", `null`},
	{"TeleportRoleV6", `{"options": {"max_session_ttl": "30h", "client_idle_timeout": "never", "forward_agent": true}}`},
	{"TeleportRoleV7", `{"options": {"max_session_ttl": "1mo2d3.5h4m", "max_connections": 9007199254740993}}`},
	{"TeleportRoleV7", `{"options": {"port_forwarding": false, "desktop_clipboard": true, "ssh_file_copy": null}}`},
	{"TeleportRoleV7", `{"options": {"require_session_mfa": "yes"}}`},
	{"TeleportRoleV7", `{"options": {"require_session_mfa": "hardware_key_touch_and_pin"}}`},
	{"TeleportRoleV7", `{"options": {"require_session_mfa": 3}}`},
	{"TeleportRoleV7", `{"options": {"create_host_user_mode": "drop", "create_db_user_mode": "best_effort_drop"}}`},
	{"TeleportRoleV7", `{"options": {"create_host_user_mode": 3, "create_db_user_mode": 1}}`},
	{"TeleportRoleV7", `{"options": {"create_host_user_mode": "", "create_db_user_mode": ""}}`},
	{"TeleportRoleV7", `{"options": {"idp": {}, "record_session": {"desktop": false, "default": "strict"}}}`},
	{"TeleportRoleV7", `{"options": {"idp": {"saml": {"enabled": false}}, "ssh_port_forwarding": {"local": {}}}}`},
	{"TeleportRoleV8", `{"options": {"cert_extensions": [
		{"type": "ssh", "mode": "extension", "name": "a", "value": "{{external.a}}"}, {"type": 0, "mode": 0}]}}`},
	{"TeleportRoleV7", `{"allow": {"node_labels": {"*": "*", "env": ["dev", "test"], "none": []}}}`},
	{"TeleportRoleV7", `{"allow": {"logins": ["b", "a", "b"], "rules": [
		{"resources": ["role"], "verbs": ["list", "read"], "where": "true"}]}, "deny": {"logins": ["root"]}}`},
	{"TeleportRoleV7", `{"allow": {"request": {"roles": ["x"], "max_duration": "4d", "annotations": {"a": ["b"]},
		"thresholds": [{"approve": 2, "deny": 1}], "claims_to_roles": [{"claim": "c", "value": "v", "roles": ["r"]}]}}}`},
	{"TeleportRoleV7", `{"allow": {"kubernetes_resources": [{"kind": "pod", "name": "*", "namespace": "*"}],
		"db_permissions": [{"permissions": ["SELECT"], "match": {"object_kind": "table"}}]}}`},
	{"TeleportRoleV7", `{"allow": {"require_session_join": [{"name": "p", "count": 2.0, "kinds": ["ssh"]}],
		"join_sessions": [{"name": "j", "modes": ["observer"]}], "impersonate": {"users": ["u"]}}}`},
	{"TeleportUser", `{"roles": ["access", "editor"], "traits": {"logins": ["root", "ubuntu"], "none": []}}`},
	{"TeleportUser", `{"github_identities": [{"connector_id": "gh", "username": "me", "user_id": "7"}],
		"saml_identities": [{"samlSingleLogoutUrl": "https://idp/slo"}], "trusted_device_ids": ["d"]}`},
	{"TeleportUser", `{"roles": null, "traits": null}`},
	{"TeleportProvisionToken", `{"roles": ["Bot"], "bot_name": "operator", "join_method": "kubernetes", "kubernetes": {
		"type": "static_jwks", "static_jwks": {"jwks": "{\"keys\":[]}"}, "allow": [{"service_account": "a:b"}]}}`},
	{"TeleportProvisionToken", `{"roles": ["Node"], "join_method": "iam", "allow": [{"aws_account": "1"}, {}]}`},
	{"TeleportProvisionToken", `{"roles": ["Node"], "aws_iid_ttl": "5m", "suggested_labels": {"env": "dev"}}`},
	{"TeleportProvisionToken", `{"gitlab": {"allow": [{"ref_protected": false, "environment_protected": true}, {}]}}`},
}

func TestOperatorSendsWhatTeleportsTypesSend(t *testing.T) {
	t.Parallel()
	e := startEncoder(t)
	for _, test := range specs {
		if err := compare(e, test.kind, crWith(test.spec)); err != nil {
			t.Errorf("%s %s: %v", test.kind, test.spec, err)
		}
	}
}

func TestBothRefuse(t *testing.T) {
	t.Parallel()
	e := startEncoder(t)
	tests := []struct{ kind, spec string }{
		{"TeleportRoleV7", `{"alow": {}}`},
		{"TeleportRoleV7", `{"allow": {"rules": [{}, {"foo": 1}]}}`},
		{"TeleportRoleV7", `{"allow": {"Logins": ["root"]}}`},
		{"TeleportRoleV7", `{"allow": {"node_labels": {"a": 1}}}`},
		{"TeleportRoleV7", `{"allow": {"node_labels": {"a": {"b": "c"}}}}`},
		{"TeleportRoleV7", `{"allow": {"node_labels": {"a": ["b", 1]}}}`},
		{"TeleportRoleV7", `{"allow": {"logins": "root"}}`},
		{"TeleportRoleV7", `{"options": {"max_session_ttl": "1 h"}}`},
		{"TeleportRoleV7", `{"options": {"max_session_ttl": "300y"}}`},
		{"TeleportRoleV7", `{"options": {"require_session_mfa": "perhaps"}}`},
		{"TeleportRoleV7", `{"options": {"create_host_user_mode": "perhaps"}}`},
		{"TeleportRoleV7", `{"options": {"create_db_user_mode": true}}`},
		{"TeleportRoleV7", `{"options": {"cert_extensions": [{"type": "x509"}]}}`},
		{"TeleportUser", `{"roles": "access"}`},
		{"TeleportUser", `{"roles": ["access", 3]}`},
		{"TeleportUser", `{"traits": {"logins": "root"}}`},
		{"TeleportUser", `[]`},
		{"TeleportProvisionToken", `{"kubernetes": {"allow": {}}}`},
	}
	for _, test := range tests {
		cr := crWith(test.spec)
		if _, err := Decode(test.kind, cr); err == nil {
			t.Errorf("%s %s: the oracle takes it", test.kind, test.spec)
		}
		ours, err := e.encode(test.kind, cr)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(ours.Error, "spec") {
			t.Errorf("%s %s: the operator says %q", test.kind, test.spec, ours.Error)
		}
	}
}
