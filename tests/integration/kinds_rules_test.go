package integration

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/gravitational/teleport/api/types"

	"github.com/teleport-operator-caf/tests/harness"
)

// Rules that only one kind has (facts/operator-behaviour.md §3.1 and §7, 15–27).

// The next audit is Teleport's: a CR sets it when the list is made, and never moves it (§7, 24).
func TestAccessListKeepsItsNextAudit(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	h.StartOperator()
	spec := func(title, next string) string {
		return fmt.Sprintf(`{title: %s, owners: [{name: alice}], grants: {roles: [dev]},
  audit: {recurrence: {frequency: 3months, day_of_month: last}, next_audit_date: '%s', notifications: {start: 336h}}}`,
			title, next)
	}
	const date = "spec.audit.next_audit_date"
	cr := h.WaitReady(h.Create(harness.CR("TeleportAccessList", "reviewed", spec("one", "2030-01-02T00:00:00Z"))))
	h.MustBeInTeleport(types.KindAccessList, "reviewed", date, "2030-01-02T00:00:00Z")
	h.WaitReady(h.SetSpec(cr, spec("two", "2031-01-02T00:00:00Z")))
	h.MustBeInTeleport(types.KindAccessList, "reviewed", "spec.title", "two")
	h.MustBeInTeleport(types.KindAccessList, "reviewed", date, "2030-01-02T00:00:00Z")
}

func TestLockKeepsWhenAndByWhomItWasMade(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	h.StartOperator()
	cr := h.WaitReady(h.Create(harness.CR("TeleportLockV2", "kept", "{target: {user: mallory}, message: one}")))
	made := harness.InTeleport[*types.LockV2](h, types.KindLock, "kept")
	if made.CreatedBy() != "bot-"+harness.BotName || made.CreatedAt().IsZero() {
		t.Fatalf("made by %q at %v", made.CreatedBy(), made.CreatedAt())
	}
	h.WaitReady(h.SetSpec(cr, "{target: {user: mallory}, message: two}"))
	h.MustBeInTeleport(types.KindLock, "kept", "spec.message", "two")
	now := harness.InTeleport[*types.LockV2](h, types.KindLock, "kept")
	if now.CreatedBy() != made.CreatedBy() || !now.CreatedAt().Equal(made.CreatedAt()) {
		t.Errorf("after an edit made by %q at %v, before by %q at %v",
			now.CreatedBy(), now.CreatedAt(), made.CreatedBy(), made.CreatedAt())
	}
}

// The server lays the entity descriptor out anew; that is no drift (issue: still in sync), and the
// entity ID must be the one in the spec (§7, 23).
func TestServiceProviderWithADescriptor(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	op := h.StartOperator()
	const kind, name = types.KindSAMLIdPServiceProvider, "iam"
	spec := func(entityID string) string {
		return fmt.Sprintf(`
entity_id: %s
entity_descriptor: |
  <EntityDescriptor   xmlns="urn:oasis:names:tc:SAML:2.0:metadata"
      entityID="iam"><!-- by hand -->
  <SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"></SPSSODescriptor>
  </EntityDescriptor>
`, entityID)
	}
	cr := h.WaitReady(h.Create(harness.CR("TeleportSAMLIdPServiceProviderV1", name, spec("iam"))))
	h.Stop(op)
	h.Teleport.ResetCounters()
	h.StartOperator()

	mismatched := h.Create(harness.CR("TeleportSAMLIdPServiceProviderV1", "mismatched", spec("other")))
	h.WaitCondition(mismatched, harness.Condition{
		Type: "SuccessfullyReconciled", Status: "False", Reason: "TeleportError",
		Message: "entity ID parsed from the entity descriptor does not match",
	})
	h.MustNotBeInTeleport(kind, "mismatched")

	// The operator has looked at the first one, which came with the list, before the second.
	if writes := h.Teleport.Writes(kind, name); len(writes) != 0 {
		t.Errorf("writes of a service provider in sync: %v", writes)
	}
	if now := h.Get(cr); now.GetResourceVersion() != cr.GetResourceVersion() {
		t.Errorf("its CR was written: %v", now.Object["status"])
	}
}

// A bot's user and role are Teleport's business; they come and go with it.
func TestBotComesAndGoesWithItsUser(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	h.StartOperator()
	cr := h.WaitReady(h.Create(harness.CR("TeleportBotV1", "ci", "roles: [operator]")))
	harness.InTeleport[*types.UserV2](h, types.KindUser, "bot-ci")
	h.Delete(cr)
	h.WaitGone(cr)
	h.MustNotBeInTeleport(types.KindBot, "ci")
	h.MustNotBeInTeleport(types.KindUser, "bot-ci")
}

// A server of another sub-kind has the name: not ours, and no obstacle to the CR's deletion (§8, 13).
func TestServerOfAnotherSubKindIsLeftAlone(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	ssh, eice := caseOf(t, "TeleportOpenSSHServerV2"), caseOf(t, "TeleportOpenSSHEICEServerV2")
	ssh.name, eice.name = "contested", "contested"
	eice.store(h, theirs, ours)
	revision := eice.revision(h)
	h.StartOperator()

	cr := h.Create(harness.WithAnnotation(ssh.custom(first), harness.AdoptAnnotation, "true"))
	h.WaitCondition(cr, harness.Condition{
		Type: "SuccessfullyReconciled", Status: "False", Reason: "TeleportError",
		Message: `Wrong server subKind, was expecting "openssh", got "openssh-ec2-ice"`,
	})
	h.Delete(cr)
	h.WaitGone(cr)
	if now := eice.revision(h); now != revision {
		t.Errorf("it was written: revision %s → %s", revision, now)
	}
}

// Of a trusted cluster only the role map and whether it is on may change; the server's word on
// anything else is on the CR.
func TestTrustedClusterSaysWhatMayNotChange(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	h.StartOperator()
	c := caseOf(t, "TeleportTrustedClusterV2")
	cr := h.WaitReady(h.Create(c.custom(first)))
	h.SetSpec(cr, `{enabled: true, token: another, web_proxy_addr: 'leaf.example.com:443',
  tunnel_addr: 'leaf.example.com:3024', role_map: [{remote: one, local: [dev]}]}`)
	refused := h.WaitCondition(cr, harness.Condition{
		Type: "SuccessfullyReconciled", Status: "False", Reason: "TeleportError",
	})
	h.MustHave(refused, harness.Condition{Type: "SuccessfullyReconciled", Status: "False", Message: "token"})
	c.mustShow(h, first)
	h.WaitReady(h.SetSpec(cr, c.filled(edited)))
	c.mustShow(h, edited)
}

// The spec of an inference secret is written and never read: an edit arrives all the same, and what
// is in sync is not written again (§7, 21).
func TestInferenceSecretIsWrittenOnceAnEdit(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	h.StartOperator()
	c := caseOf(t, "TeleportInferenceSecret")
	cr := h.WaitReady(h.Create(c.custom(first)))
	cr = h.WaitReady(h.SetSpec(cr, c.filled(edited)))
	c.mustShow(h, edited)
	looks := h.Teleport.CallsOf("GetInferenceSecret")
	h.Annotate(cr, "touched", "true") // a look, and no write
	h.Eventually("another look at it", func(context.Context) error {
		if h.Teleport.CallsOf("GetInferenceSecret") == looks {
			return errors.New("none yet")
		}
		return nil
	})
	h.WaitReady(cr)
	if writes := h.Teleport.Writes(c.kind, c.named()); writes["update"] != 1 {
		t.Errorf("writes: %v, wanted one update", writes)
	}
}
