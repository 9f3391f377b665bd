package integration

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/gravitational/teleport/api/types"

	"github.com/teleport-operator-caf/tests/harness"
)

const (
	teamScope       = "/team"
	operatorIDLabel = "resources.teleport.dev/operator-id"
)

// An operator with a scope serves the CRs of this scope and says of all others why not
// (facts/operator-behaviour.md §2.7).
func TestScopedOperatorServesItsScope(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	state := allowState(h, "red", "get", "patch")
	state.put()
	op := h.StartOperatorWith(scoped(h, "red"))
	for _, kind := range scopedKinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			h, c := h.In(t), caseOf(t, kind)
			cr := h.WaitReady(h.Create(scopedCR(c, teamScope)))
			h.MustHave(cr, harness.Condition{Type: "ValidScope", Status: "True", Reason: "MatchingScope",
				Message: "Resource scope matches the operator scope."})
			c.mustShow(h, first)
			h.MustBeInTeleport(c.kind, c.named(), "scope", teamScope)
			mustHaveOwnerLabels(h, c, state.id(), operatorID(h, op))

			mustRefuseScope(h, c, "below", teamScope+"/below",
				`Resource scope "/team/below" does not match the operator scope "/team".`)
			mustRefuseScope(h, c, "none", "", "Operator is scoped but resource is not. Refusing to reconcile.")
			h.Delete(cr)
			h.WaitGone(cr)
			h.MustNotBeInTeleport(c.kind, c.named())
		})
	}
}

func mustRefuseScope(h *harness.Test, c kindCase, name, scope, message string) {
	h.Helper()
	cr := scopedCR(c, scope)
	if scope == "" {
		delete(cr.Object, "scope")
	}
	cr.SetName(name)
	refused := h.WaitCondition(h.Create(cr),
		harness.Condition{Type: "ValidScope", Status: "False", Reason: "NonMatchingScope", Message: message})
	h.MustHave(refused, harness.Condition{Type: "Ready", Status: "False"})
	h.MustNotBeInTeleport(c.kind, name)
	h.Delete(refused)
	h.WaitGone(refused)
}

// The labels by which people and operators tell whose a resource in a scope is (§2.6).
func mustHaveOwnerLabels(h *harness.Test, c kindCase, stored, told string) {
	h.Helper()
	if stored == "" || stored != told {
		h.Errorf("the Secret has operator id %q, the operator says %q", stored, told)
	}
	wanted := map[string]any{
		harness.OriginLabel:                                harness.OriginKubernetes,
		operatorIDLabel:                                    stored,
		"resources.teleport.dev/owner-email":               "owner@example.com",
		"resources.teleport.dev/token-name":                harness.JoinToken,
		"resources.teleport.dev/namespace":                 h.Namespace,
		"resources.teleport.dev/custom-resource-name":      c.named(),
		"resources.teleport.dev/custom-resource-namespace": h.Namespace,
		"resources.teleport.dev/custom-resource-gvk":       harness.Group + "/v1, Kind=" + c.cr,
	}
	found, err := h.Field(c.kind, c.named(), "metadata.labels")
	if err != nil {
		h.Fatal(err)
	}
	if labels, _ := found.(map[string]any); !maps.Equal(labels, wanted) {
		h.Errorf("%s has labels %v,\nwanted %v", c.kind, labels, wanted)
	}
}

// Kinds that can't have a scope are not served at all, and the log says which (§1.3).
func TestScopedOperatorLeavesOtherKindsAlone(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	allowState(h, "red", "get", "patch").put()
	role := h.Create(harness.CR("TeleportRoleV7", "unserved", roleWithLogins("one")))
	op := h.StartOperatorWith(scoped(h, "red"))
	h.WaitReady(h.Create(scopedCR(caseOf(t, "TeleportScopedRoleV1"), teamScope)))

	now := h.Get(role)
	if len(now.GetFinalizers()) != 0 || len(harness.Conditions(now)) != 0 {
		t.Errorf("the role was served: finalizers %v, conditions %v", now.GetFinalizers(), harness.Conditions(now))
	}
	calls := h.ResourceCalls()
	delete(calls, "/proto.AuthService/GetRole") // of the bot itself, when joining
	for method := range calls {
		if !strings.Contains(method, "teleport.scopes.") {
			t.Errorf("an operator with a scope called %s", method)
		}
	}
	logs, _ := op.Output.Logs()
	for _, line := range logs {
		if strings.Contains(line.Text("kinds"), "TeleportRoleV7") {
			return
		}
	}
	t.Error("no line of the log says that CRs of TeleportRoleV7 are not reconciled")
}

// What another operator wrote in the scope is neither changed nor deleted, though its origin is the
// same (§2.6).
func TestScopedResourceOfAnotherOperatorIsRefused(t *testing.T) {
	t.Parallel()
	h, c := harness.NewTest(t), caseOf(t, "TeleportScopedRoleV1")
	allowState(h, "red", "get", "patch").put()
	h.ApplyInTeleport(fmt.Sprintf(`
kind: scoped_role
version: v1
scope: %s
metadata: {name: %s, labels: {%s: kubernetes, %s: somebody-else}}
spec: {assignable_scopes: [/theirs]}
`, teamScope, c.named(), harness.OriginLabel, operatorIDLabel))
	revision := c.revision(h)
	h.StartOperatorWith(scoped(h, "red"))
	cr := h.Create(scopedCR(c, teamScope))
	h.WaitCondition(cr, harness.Condition{
		Type: "TeleportResourceOwned", Status: "False", Reason: "OriginLabelNotMatching",
		Message: "Resource is owned by another operator.",
	})
	h.Delete(cr)
	h.WaitGone(cr)
	if now := c.revision(h); now != revision {
		t.Errorf("it was written: revision %s → %s", revision, now)
	}
}

// Replicas that start at once agree on one id, which outlives them: their successor finds its own
// resources, and has nothing to write (§1.9).
func TestOperatorIDIsSharedAndLasts(t *testing.T) {
	t.Parallel()
	h, c := harness.NewTest(t), caseOf(t, "TeleportScopedRoleV1")
	state := allowState(h, "blue", "get", "patch")
	state.put()
	one, other := h.LaunchOperator(scoped(h, "blue")), h.LaunchOperator(scoped(h, "blue"))
	id := operatorID(h, one)
	if got := operatorID(h, other); got != id || got != state.id() {
		t.Fatalf("two replicas say %q and %q, the Secret %q", id, got, state.id())
	}
	h.WaitReadyLater(h.Create(scopedCR(c, teamScope)))
	h.Stop(one)
	h.Stop(other)

	h.Teleport.ResetCounters()
	successor := h.StartOperatorWith(scoped(h, "blue"))
	if got := operatorID(h, successor); got != id {
		t.Errorf("after a restart the id is %q, it was %q", got, id)
	}
	cr := h.WaitReady(scopedCR(c, teamScope))
	if writes := h.Teleport.Writes(c.kind, c.named()); len(writes) != 0 {
		t.Errorf("a restart in sync wrote: %v", writes)
	}
	h.Delete(cr)
	h.WaitGone(cr)
	h.MustNotBeInTeleport(c.kind, c.named())
}

func TestOperatorIDIsMadeWithItsSecret(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	state := allowState(h, "new", "get", "patch", "create")
	op := h.StartOperatorWith(scoped(h, "new"))
	if told, stored := operatorID(h, op), state.id(); told != stored {
		t.Errorf("the operator says %q, the Secret %q", told, stored)
	}
}

func TestScopedStartThatCannotSucceedSaysWhy(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	mustFailToStart(h, harness.OperatorOptions{Flags: map[string]string{"scope": teamScope}}, 1,
		"unable to create kube state", "KUBE_NAMESPACE")
	mustFailToStart(h, scoped(h, "missing"), 1,
		"unable to get operator id", h.Namespace+"/missing-shared-state", "needs get and patch")
	mustFailToStart(h, flag("scope", "team"), 2, "-scope must begin with a slash")
}

// A token that belongs to a scope begins with a slash and is no file.
func TestScopedOperatorJoinsWithATokenOfAScope(t *testing.T) {
	t.Parallel()
	h, c := harness.NewTest(t), caseOf(t, "TeleportScopedRoleV1")
	allowState(h, "red", "get", "patch").put()
	copyJoinToken(h, "/team::joiner")
	opts := scoped(h, "red")
	opts.Flags["token"] = "/team::joiner"
	h.StartOperatorWith(opts)
	h.WaitReady(h.Create(scopedCR(c, teamScope)))
	labels, err := h.Field(c.kind, c.named(), "metadata.labels")
	if err != nil {
		t.Fatal(err)
	}
	if shown, _ := labels.(map[string]any); shown["resources.teleport.dev/token-name"] != "joiner" {
		t.Errorf("labels %v, wanted the token's name without its scope", shown)
	}
}

func copyJoinToken(h *harness.Test, name string) {
	h.Helper()
	text, err := h.Teleport.GetJSON(types.KindToken, harness.JoinToken)
	if err != nil {
		h.Fatal(err)
	}
	var token map[string]any
	if err := json.Unmarshal(text, &token); err != nil {
		h.Fatal(err)
	}
	token["metadata"] = map[string]any{"name": name}
	if text, err = json.Marshal(token); err != nil {
		h.Fatal(err)
	}
	h.ApplyInTeleport(string(text))
}

// scoped are the settings that the chart gives an operator with a scope.
func scoped(h *harness.Test, release string) harness.OperatorOptions {
	return harness.OperatorOptions{
		Flags: map[string]string{"scope": teamScope, "owner-email": "owner@example.com"},
		Env:   []string{"KUBE_NAMESPACE=" + h.Namespace, "RELEASE_NAME=" + release},
	}
}

// operatorID is what the operator's log says that its id is, once it does.
func operatorID(h *harness.Test, op *harness.Operator) (id string) {
	h.Helper()
	h.Eventually("the operator's id in its log", func(context.Context) error {
		logs, _ := op.Output.Logs()
		for _, line := range logs {
			if id = line.Text("operatorID"); id != "" {
				return nil
			}
		}
		return errors.New("not there yet")
	})
	return id
}
