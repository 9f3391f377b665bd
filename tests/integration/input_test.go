package integration

import (
	"testing"

	"github.com/gravitational/teleport/api/types"

	"github.com/teleport-operator-caf/tests/harness"
)

// What the API server lets through and the operator must not: the condition names the field, nothing
// is sent, nothing is retried until the CR changes (facts/operator-behaviour.md §6, §7.15).
func TestUndecodableSpecNamesItsField(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	h.StartOperator()
	cases := []struct{ name, crKind, kind, spec, path string }{
		{"label-is-object", "TeleportRoleV7", types.KindRole,
			"allow: {node_labels: {env: {not: text}}}", "spec.allow.node_labels"},
		{"label-is-number", "TeleportRoleV7", types.KindRole,
			"allow: {app_labels: {env: 7}}", "spec.allow.app_labels"},
		{"label-list-has-object", "TeleportRoleV6", types.KindRole,
			"deny: {node_labels: {env: [fine, {not: text}]}}", "spec.deny.node_labels"},
		{"unknown-host-user-mode", "TeleportRoleV7", types.KindRole,
			"options: {create_host_user_mode: sometimes}", "spec.options.create_host_user_mode"},
		{"unknown-mfa-word", "TeleportRoleV8", types.KindRole,
			"options: {require_session_mfa: maybe}", "spec.options.require_session_mfa"},
		{"duration-in-weeks", "TeleportRoleV7", types.KindRole,
			"options: {max_session_ttl: 8w}", "spec.options.max_session_ttl"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := h.In(t)
			cr := h.Create(harness.CR(c.crKind, c.name, c.spec))
			current := h.WaitCondition(cr, harness.Condition{
				Type: "ValidStructure", Status: "False", Reason: "FailedToDecode",
				Message: "Failed to decode Kubernetes CR: ",
			})
			h.MustHave(current, harness.Condition{Type: "ValidStructure", Status: "False", Message: c.path})
			h.MustHave(current, harness.Condition{Type: "Ready", Status: "False"})
			h.WaitEvent(cr, "Warning", c.path)
			h.MustNotBeInTeleport(c.kind, c.name)
			if writes := h.Teleport.Writes(c.kind, c.name); len(writes) != 0 {
				t.Errorf("written to Teleport: %v", writes)
			}
		})
	}
}

func TestUndecodableSpecIsRepairedByAnEdit(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	h.StartOperator()
	cr := h.Create(harness.CR("TeleportRoleV7", "repaired", "allow: {node_labels: {env: {not: text}}}"))
	h.WaitCondition(cr, harness.Condition{Type: "ValidStructure", Status: "False"})
	cr = h.WaitReady(h.SetSpec(cr, roleWithLogins("one")))
	h.MustHave(cr, harness.Condition{Type: "ValidStructure", Status: "True", Reason: "NoError"})
}

// A good CR that becomes undecodable keeps its resource as it was.
func TestUndecodableEditLeavesTeleportAsItWas(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	h.StartOperator()
	cr := h.WaitReady(h.Create(harness.CR("TeleportRoleV7", "half-good", roleWithLogins("one"))))
	h.SetSpec(cr, "allow: {logins: [two], node_labels: {env: {not: text}}}")
	h.WaitCondition(cr, harness.Condition{Type: "ValidStructure", Status: "False"})
	if err := hasLogins("one")(harness.InTeleport[*types.RoleV6](h, types.KindRole, "half-good")); err != nil {
		t.Error(err)
	}
}

// The encodings that are not plain proto-JSON, as written in real manifests (§6.3).
func TestSpecialEncodingsArrive(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	h.StartOperator()
	h.WaitReady(h.Create(harness.CR("TeleportRoleV7", "encodings", `
options:
  max_session_ttl: 8h0m0s
  client_idle_timeout: 1d
  require_session_mfa: hardware_key_touch
  create_host_user_mode: keep
  port_forwarding: false
allow:
  logins: [one]
  node_labels: {env: test, team: [blue, red]}
`)))
	role := harness.InTeleport[*types.RoleV6](h, types.KindRole, "encodings")
	options := role.GetOptions()
	if ttl := options.MaxSessionTTL.Duration().Hours(); ttl != 8 {
		t.Errorf("max_session_ttl is %v hours, wanted 8", ttl)
	}
	if idle := options.ClientIdleTimeout.Duration().Hours(); idle != 24 {
		t.Errorf("client_idle_timeout is %v hours, wanted 24", idle)
	}
	if options.RequireMFAType != types.RequireMFAType_HARDWARE_KEY_TOUCH {
		t.Errorf("require_session_mfa is %v", options.RequireMFAType)
	}
	if options.CreateHostUserMode != types.CreateHostUserMode_HOST_USER_MODE_KEEP {
		t.Errorf("create_host_user_mode is %v", options.CreateHostUserMode)
	}
	if options.PortForwarding == nil || options.PortForwarding.Value {
		t.Errorf("port_forwarding is %v, wanted an explicit false", options.PortForwarding)
	}
	labels := role.GetNodeLabels(types.Allow)
	if len(labels["env"]) != 1 || labels["env"][0] != "test" || len(labels["team"]) != 2 {
		t.Errorf("node_labels are %v", labels)
	}
}
