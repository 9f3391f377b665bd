package oracle

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gravitational/teleport/api/types"

	"github.com/teleport-operator-caf/tests/wire"
)

func TestRoleDecodesWithTeleportsOwnForms(t *testing.T) {
	t.Parallel()
	got, err := Decode("TeleportRoleV7", []byte(`{
		"apiVersion": "resources.teleport.dev/v1", "kind": "TeleportRoleV7",
		"metadata": {"name": "dev", "labels": {"team": "a"}, "annotations": {"description": "for devs"}},
		"spec": {
			"options": {"max_session_ttl": "1d2h", "port_forwarding": false, "create_host_user_mode": "keep"},
			"allow": {"node_labels": {"*": "*", "env": ["a", "b"]}, "logins": ["root"]}
		}}`))
	if err != nil {
		t.Fatal(err)
	}
	var role types.RoleV6
	if err := role.Unmarshal(got.Wire); err != nil {
		t.Fatal(err)
	}
	if role.Version != "v7" || role.GetName() != "dev" || role.Metadata.Description != "for devs" {
		t.Errorf("header %v", role)
	}
	if role.Metadata.Labels["team"] != "a" || role.Metadata.Labels[originLabel] != originKubernetes {
		t.Errorf("labels %v", role.Metadata.Labels)
	}
	options := role.Spec.Options
	if options.MaxSessionTTL.Duration() != 26*time.Hour || options.PortForwarding == nil || options.PortForwarding.Value {
		t.Errorf("options %v", options)
	}
	if options.CreateHostUserMode != types.CreateHostUserMode_HOST_USER_MODE_KEEP {
		t.Errorf("create_host_user_mode %v", options.CreateHostUserMode)
	}
	if !slices.Equal(role.Spec.Allow.NodeLabels["*"], []string{"*"}) {
		t.Errorf("node_labels %v", role.Spec.Allow.NodeLabels)
	}
}

func TestBadSpecsAreRefusedWithTheirPath(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ kind, spec, text string }{
		"unknown field":  {"TeleportRoleV7", `{"allow": {"logins": [], "nonsense": 1}}`, `unknown field "spec.allow.nonsense"`},
		"integer label":  {"TeleportRoleV7", `{"allow": {"node_labels": {"a": 1}}}`, ""},
		"wrong type":     {"TeleportUser", `{"roles": "access"}`, ""},
		"unknown mode":   {"TeleportRoleV7", `{"options": {"create_host_user_mode": "maybe"}}`, "maybe"},
		"unknown kind":   {"TeleportSpaceship", `{}`, "unknown to the oracle"},
		"enum as string": {"TeleportProvisionToken", `{"roles": [1]}`, ""},
	}
	for name, test := range tests {
		cr := `{"metadata": {"name": "x"}, "spec": ` + test.spec + `}`
		_, err := Decode(test.kind, []byte(cr))
		if err == nil || !strings.Contains(err.Error(), test.text) {
			t.Errorf("%s: error %v, want one with %q", name, err, test.text)
		}
	}
}

func TestBytesAreStableAndLean(t *testing.T) {
	t.Parallel()
	cr := []byte(`{"metadata": {"name": "n", "labels": {"a": "1", "b": "2", "c": "3", "d": "4"}},
		"spec": {"roles": ["access"], "traits": {"logins": ["x"], "groups": ["y"], "others": ["z"]}}}`)
	first, err := Decode("TeleportUser", cr)
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		again, err := Decode("TeleportUser", cr)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(first.Wire, again.Wire) {
			t.Fatal("the same CR gives other bytes")
		}
	}
	var back types.UserV2
	if err := back.Unmarshal(first.Wire); err != nil {
		t.Fatal(err)
	}
	if back.GetName() != "n" || !slices.Equal(back.Spec.Traits["logins"], []string{"x"}) {
		t.Errorf("read back %v", back)
	}
	message, err := wire.Descriptor("types.UserV2")
	if err != nil {
		t.Fatal(err)
	}
	if status := message.Fields().ByName("Status"); !notNullable(status) {
		t.Error("the option nullable is not read")
	}
}

func TestPresentFalseSurvivesPruning(t *testing.T) {
	t.Parallel()
	with := `{"metadata": {"name": "n"}, "spec": {"options": {"port_forwarding": false}}}`
	without := `{"metadata": {"name": "n"}, "spec": {"options": {}}}`
	a, err := Decode("TeleportRoleV7", []byte(with))
	if err != nil {
		t.Fatal(err)
	}
	b, err := Decode("TeleportRoleV7", []byte(without))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(a.Wire, b.Wire) {
		t.Error("an option that is set to false is not an unset one")
	}
}
