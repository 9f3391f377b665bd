package integration

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/gravitational/teleport/api/types"

	"github.com/teleport-operator-caf/tests/harness"
)

const foreignRole = `
kind: role
version: v7
metadata: {name: foreign, labels: {made-by: hand}}
spec: {allow: {logins: [by-hand]}}
`

func TestForeignResourceIsRefused(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	h.ApplyInTeleport(foreignRole)
	revision := h.Teleport.Get(types.KindRole, "foreign").GetRevision()
	h.StartOperator()

	cr := h.Create(harness.CR("TeleportRoleV7", "foreign", roleWithLogins("ours")))
	h.WaitCondition(cr, harness.Condition{
		Type: "TeleportResourceOwned", Status: "False", Reason: "OriginLabelNotMatching",
		Message: "A resource with the same name already exists in Teleport and is not owned by the operator",
	})
	h.WaitCondition(cr, harness.Condition{Type: "Ready", Status: "False"})
	h.WaitEvent(cr, "Warning", "not owned by the operator")

	h.Delete(cr)
	h.WaitGone(cr)
	if now := h.Teleport.Get(types.KindRole, "foreign"); now == nil || now.GetRevision() != revision {
		t.Errorf("the foreign role was touched: %v", now)
	}
}

func TestRefusedCRRecoversWhenTheOwnerGivesWay(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	h.ApplyInTeleport(foreignRole)
	h.StartOperator()
	cr := h.Create(harness.CR("TeleportRoleV7", "foreign", roleWithLogins("ours")))
	h.WaitCondition(cr, harness.Condition{Type: "TeleportResourceOwned", Status: "False"})

	h.DeleteInTeleport(types.KindRole, "foreign")
	h.WaitReadyLater(cr)
	harness.WaitInTeleport(h, types.KindRole, "foreign", hasLogins("ours"))
}

func TestAdoptedResourceBecomesOurs(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	h.ApplyInTeleport(foreignRole)
	h.StartOperator()

	cr := h.WaitReady(h.Create(harness.WithAnnotation(
		harness.CR("TeleportRoleV7", "foreign", roleWithLogins("ours")), harness.AdoptAnnotation, "true")))
	role := harness.WaitInTeleport(h, types.KindRole, "foreign", hasLogins("ours"))
	if err := isOurs(role); err != nil {
		t.Error(err)
	}
	h.MustHave(cr, harness.Condition{Type: "TeleportResourceOwned", Status: "True"})
	event := h.WaitEvent(cr, "Normal", "")
	if event.Reason != "Adopted" {
		t.Errorf("Event %q: %s; wanted Adopted", event.Reason, event.Message)
	}
}

func TestAdoptAnnotationOnARefusedCR(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	h.ApplyInTeleport(foreignRole)
	h.StartOperator()
	cr := h.Create(harness.CR("TeleportRoleV7", "foreign", roleWithLogins("ours")))
	h.WaitCondition(cr, harness.Condition{Type: "TeleportResourceOwned", Status: "False"})
	h.Annotate(cr, harness.AdoptAnnotation, "true")
	h.WaitReady(cr)
	harness.WaitInTeleport(h, types.KindRole, "foreign", hasLogins("ours"))
}

// Two kinds whose CRs name one Teleport role: the older keeps it, the other says who has it.
func TestOlderOfTwoCRsKeepsTheResource(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	h.StartOperator()
	older := h.WaitReady(h.Create(harness.CR("TeleportRoleV7", "contested", roleWithLogins("older"))))
	waitForNextSecond(h, older.GetCreationTimestamp().Time)
	younger := h.Create(harness.CR("TeleportRoleV6", "contested", roleWithLogins("younger")))

	h.WaitCondition(younger, harness.Condition{Type: "Ready", Status: "False"})
	h.Eventually("the younger CR says who has the role", func(context.Context) error {
		for _, condition := range harness.Conditions(h.Get(younger)) {
			if strings.Contains(condition.Message, "TeleportRoleV7") &&
				strings.Contains(condition.Message, "contested") {
				return nil
			}
		}
		return errors.New("no condition names TeleportRoleV7 contested")
	})
	h.WaitEvent(younger, "Warning", "TeleportRoleV7")

	// The one that never had it goes without a trace.
	h.Delete(younger)
	h.WaitGone(younger)
	role := harness.WaitInTeleport(h, types.KindRole, "contested", hasLogins("older"))
	if role.GetVersion() != types.V7 {
		t.Errorf("version %q in Teleport, wanted the older CR's v7", role.GetVersion())
	}
	h.MustHave(h.Get(older), harness.Condition{Type: "Ready", Status: "True"})
}

func TestContestedResourceGoesToTheOneThatStays(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	h.StartOperator()
	older := h.WaitReady(h.Create(harness.CR("TeleportRoleV7", "inherited", roleWithLogins("older"))))
	waitForNextSecond(h, older.GetCreationTimestamp().Time)
	younger := h.Create(harness.CR("TeleportRoleV6", "inherited", roleWithLogins("younger")))
	h.WaitCondition(younger, harness.Condition{Type: "Ready", Status: "False"})

	h.Delete(older)
	h.WaitGone(older)
	h.WaitReadyLater(younger)
	role := harness.WaitInTeleport(h, types.KindRole, "inherited", hasLogins("younger"))
	if role.GetVersion() != types.V6 {
		t.Errorf("version %q in Teleport, wanted the younger CR's v6", role.GetVersion())
	}
}

// waitForNextSecond waits until a CR made now has a later creation time, which counts in seconds.
func waitForNextSecond(h *harness.Test, created time.Time) {
	h.Helper()
	h.Eventually("the next second", func(context.Context) error {
		if !time.Now().Truncate(time.Second).After(created) {
			return errors.New("not yet")
		}
		return nil
	})
}
