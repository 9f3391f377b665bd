package integration

import (
	"testing"

	"github.com/gravitational/teleport/api/types"

	"github.com/teleport-operator-caf/tests/harness"
)

// What moved in Teleport while the operator was down is put back when it comes up.
func TestDriftWhileDownIsHealed(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	op := h.StartOperator()
	edited := h.WaitReady(h.Create(harness.CR("TeleportRoleV7", "edited", roleWithLogins("ours"))))
	h.WaitReady(h.Create(harness.CR("TeleportRoleV7", "deleted", roleWithLogins("ours"))))
	h.WaitReady(h.Create(harness.CR("TeleportUser", "user", "traits: {logins: [ours]}")))
	h.Stop(op)

	h.ApplyInTeleport(`
kind: role
version: v7
metadata: {name: edited, labels: {teleport.dev/origin: kubernetes}}
spec: {allow: {logins: [theirs], node_labels: {env: [test]}}}
---
kind: user
version: v2
metadata: {name: user, labels: {teleport.dev/origin: kubernetes}}
spec: {traits: {logins: [theirs]}}
`)
	h.DeleteInTeleport(types.KindRole, "deleted")

	h.StartOperator()
	harness.WaitInTeleport(h, types.KindRole, "edited", hasLogins("ours"))
	harness.WaitInTeleport(h, types.KindRole, "deleted", hasLogins("ours"))
	harness.WaitInTeleport(h, types.KindUser, "user", func(user *types.UserV2) error {
		return sameTexts(user.GetTraits()["logins"], "ours")
	})
	h.WaitEvent(edited, "Normal", "spec.allow.logins")
}

// The label is what makes it ours: an administrator who takes it away takes the resource away.
func TestLabelTakenAwayWhileDownEndsOwnership(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	op := h.StartOperator()
	cr := h.WaitReady(h.Create(harness.CR("TeleportRoleV7", "taken", roleWithLogins("ours"))))
	h.Stop(op)
	h.ApplyInTeleport(`
kind: role
version: v7
metadata: {name: taken}
spec: {allow: {logins: [theirs]}}
`)
	h.StartOperator()
	h.WaitCondition(cr, harness.Condition{Type: "TeleportResourceOwned", Status: "False"})
	if err := hasLogins("theirs")(harness.InTeleport[*types.RoleV6](h, types.KindRole, "taken")); err != nil {
		t.Error(err)
	}
}

// CRs that were made, edited and deleted while no operator ran.
func TestChangesWhileDownAreCarriedOut(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	op := h.StartOperator()
	edited := h.WaitReady(h.Create(harness.CR("TeleportRoleV7", "edited", roleWithLogins("one"))))
	deleted := h.WaitReady(h.Create(harness.CR("TeleportRoleV7", "deleted", roleWithLogins("one"))))
	h.Stop(op)

	edited = h.SetSpec(edited, roleWithLogins("two"))
	h.Delete(deleted)
	created := h.Create(harness.CR("TeleportRoleV7", "created", roleWithLogins("one")))

	h.StartOperator()
	h.WaitReady(edited)
	h.WaitReady(created)
	h.WaitGone(deleted)
	harness.WaitInTeleport(h, types.KindRole, "edited", hasLogins("two"))
	h.MustNotBeInTeleport(types.KindRole, "deleted")
}

func TestKilledOperatorGoesOnWhereItWas(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	op := h.StartOperator()
	first := h.WaitReady(h.Create(harness.CR("TeleportRoleV7", "first", roleWithLogins("one"))))
	second := h.Create(harness.CR("TeleportRoleV7", "second", roleWithLogins("one")))
	if err := op.Kill(); err != nil {
		t.Fatal(err)
	}
	first = h.SetSpec(first, roleWithLogins("two"))
	h.StartOperator()
	h.WaitReady(first)
	h.WaitReady(second)
	harness.WaitInTeleport(h, types.KindRole, "first", hasLogins("two"))
	harness.WaitInTeleport(h, types.KindRole, "second", hasLogins("one"))
}

// UpsertTokenV2 answers nothing, so the operator looks once what Teleport made of a new token. It must
// not take Teleport's defaults for drift, and has nothing to look for after a restart.
func TestTokenIsNoDriftAtRestart(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	op := h.StartOperator()
	spec := "{roles: [Node], join_method: iam, allow: [{aws_account: '111111111111'}]}"
	cr := h.WaitReady(h.Create(harness.CR("TeleportProvisionToken", "in-sync", spec)))
	calls := h.Teleport.CallsAbout("in-sync")
	if total := sum(calls); total != 3 {
		t.Errorf("a new token cost %d calls, wanted 3: %v", total, calls)
	}
	h.Stop(op)
	h.StartOperator()
	// The new one comes after the old one in line.
	h.WaitReady(h.Create(harness.CR("TeleportProvisionToken", "new", spec)))
	if writes := h.Teleport.Writes(types.KindToken, "in-sync"); writes["create"] != 1 || writes["update"] != 0 {
		t.Errorf("writes of a token in sync: %v, wanted only its creation", writes)
	}
	if after := h.Teleport.CallsAbout("in-sync"); sum(after) != sum(calls) {
		t.Errorf("a token in sync was asked for at the restart: %v, before %v", after, calls)
	}
	for _, event := range h.Events(cr) {
		if event.Reason == "DriftHealed" {
			t.Errorf("an Event tells of drift: %s", event.Message)
		}
	}
}

func sum(counts map[string]int) int {
	total := 0
	for _, n := range counts {
		total += n
	}
	return total
}
