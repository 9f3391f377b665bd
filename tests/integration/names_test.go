package integration

import (
	"fmt"
	"testing"

	"github.com/gravitational/teleport/api/types"

	"github.com/teleport-operator-caf/tests/harness"
)

const (
	nameAnnotation      = "resources.teleport.dev/name"
	boundNameAnnotation = "resources.teleport.dev/bound-name"
)

// Names that Kubernetes can't hold come from an annotation, and hold through the CR's whole life.
func TestNameAnnotationNamesTheResource(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	op := h.StartOperator()
	cases := []struct{ cr, kind, crName, name, spec, edited, path, wanted string }{
		{"TeleportUser", types.KindUser, "alice", "alice@example.com",
			"traits: {logins: [one]}", "traits: {logins: [two]}", "spec.traits.logins.0", "two"},
		{"TeleportRoleV7", types.KindRole, "my-role", "my_role",
			roleWithLogins("one"), roleWithLogins("two"), "spec.allow.logins.0", "two"},
		{"TeleportAppV3", types.KindApp, "mixed", "Mixed.Case",
			"uri: 'http://one:80'", "uri: 'http://two:80'", "spec.uri", "http://two:80"},
	}
	for _, c := range cases {
		cr := h.WaitReady(h.Create(harness.WithAnnotation(
			harness.CR(c.cr, c.crName, c.spec), nameAnnotation, c.name)))
		if bound := cr.GetAnnotations()[boundNameAnnotation]; bound != c.name {
			t.Errorf("%s is bound to %q, wanted %q", c.crName, bound, c.name)
		}
		h.MustNotBeInTeleport(c.kind, c.crName)
		h.WaitReady(h.SetSpec(cr, c.edited))
		h.MustBeInTeleport(c.kind, c.name, c.path, c.wanted)
	}
	h.Stop(op)
	h.Teleport.ResetCounters()
	h.StartOperator()
	for _, c := range cases {
		cr := harness.CR(c.cr, c.crName, c.spec)
		h.Delete(cr)
		h.WaitGone(cr)
		h.MustNotBeInTeleport(c.kind, c.name)
		if writes := h.Teleport.Writes(c.kind, c.name); writes["create"]+writes["update"] != 0 {
			t.Errorf("%s was written at a restart in sync: %v", c.name, writes)
		}
	}
}

// The name is fixed with the finalizer: a later change is refused and changes nothing, and the CR's
// deletion takes what the CR made.
func TestNameInTeleportIsFixed(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	h.ApplyInTeleport(`
kind: user
version: v2
metadata: {name: bob@example.com, labels: {teleport.dev/origin: kubernetes}}
spec: {traits: {logins: [bob]}}
`)
	h.StartOperator()
	annotated := h.WaitReady(h.Create(harness.WithAnnotation(
		harness.CR("TeleportUser", "alice", "traits: {logins: [one]}"), nameAnnotation, "alice@example.com")))
	plain := h.WaitReady(h.Create(harness.CR("TeleportUser", "carol", "traits: {logins: [one]}")))
	for _, cr := range []string{"alice", "carol"} {
		renamed := h.Annotate(harness.CR("TeleportUser", cr, ""), nameAnnotation, "bob@example.com")
		h.WaitCondition(renamed, harness.Condition{Type: "Ready", Status: "False", Reason: "NameIsFixed"})
		h.WaitEvent(renamed, "Warning", "fixed")
		h.SetSpec(renamed, "traits: {logins: [two]}")
		h.WaitCondition(renamed, harness.Condition{Type: "Ready", Status: "False", Reason: "NameIsFixed"})
	}
	h.MustBeInTeleport(types.KindUser, "alice@example.com", "spec.traits.logins.0", "one")
	h.MustBeInTeleport(types.KindUser, "carol", "spec.traits.logins.0", "one")

	// Set back, the edit goes through; left as it is, the deletion is about the bound name.
	h.WaitReady(h.Annotate(plain, nameAnnotation, ""))
	h.MustBeInTeleport(types.KindUser, "carol", "spec.traits.logins.0", "two")
	h.Delete(annotated)
	h.WaitGone(annotated)
	h.MustNotBeInTeleport(types.KindUser, "alice@example.com")
	h.MustBeInTeleport(types.KindUser, "bob@example.com", "spec.traits.logins.0", "bob")
}

func TestNameThatTeleportCannotHaveIsRefused(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	h.StartOperator()
	for i, name := range []string{" ", "a/b", "tab\there"} {
		cr := h.Create(harness.WithAnnotation(
			harness.CR("TeleportUser", fmt.Sprintf("named-%d", i), "traits: {logins: [one]}"), nameAnnotation, name))
		h.WaitCondition(cr, harness.Condition{Type: "Ready", Status: "False", Reason: "InvalidName"})
		h.MustNotBeInTeleport(types.KindUser, name)
		h.Delete(cr)
		h.WaitGone(cr)
	}
}

// Two CRs of one kind, by annotation about one resource: as with two kinds, the older has it.
func TestTwoCRsNameOneResource(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	h.StartOperator()
	older := h.WaitReady(h.Create(harness.CR("TeleportUser", "shared", "traits: {logins: [older]}")))
	waitForNextSecond(h, older.GetCreationTimestamp().Time)
	younger := h.Create(harness.WithAnnotation(
		harness.CR("TeleportUser", "younger", "traits: {logins: [younger]}"), nameAnnotation, "shared"))
	h.WaitCondition(younger, harness.Condition{
		Type: "Ready", Status: "False", Reason: "ClaimedByAnotherResource", Message: "shared",
	})
	h.MustBeInTeleport(types.KindUser, "shared", "spec.traits.logins.0", "older")

	h.Delete(older)
	h.WaitGone(older)
	h.WaitReadyLater(younger)
	h.MustBeInTeleport(types.KindUser, "shared", "spec.traits.logins.0", "younger")
	h.Delete(younger)
	h.WaitGone(younger)
	h.MustNotBeInTeleport(types.KindUser, "shared")
}
