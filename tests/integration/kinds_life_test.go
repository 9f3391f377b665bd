package integration

import (
	"slices"
	"testing"

	"github.com/teleport-operator-caf/tests/harness"
)

// Each kind: it arrives, follows an edit, and goes (facts/operator-behaviour.md §7, 1 and 4).
func TestEachKindIsCreatedEditedAndDeleted(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	h.StartOperator()
	everyKind(h, t, func(h *harness.Test, c kindCase) {
		cr := h.WaitReady(h.Create(c.custom(first)))
		c.mustShow(h, first)
		stored := h.Teleport.Get(c.kind, c.named())
		if stored.GetVersion() != c.version || stored.GetSubKind() != c.subKind {
			h.Errorf("version %q and sub-kind %q in Teleport, wanted %q and %q",
				stored.GetVersion(), stored.GetSubKind(), c.version, c.subKind)
		}
		if !slices.Contains(cr.GetFinalizers(), harness.Finalizer) {
			h.Errorf("finalizers %v", cr.GetFinalizers())
		}

		cr = h.WaitReady(h.SetSpec(cr, c.filled(edited)))
		c.mustShow(h, edited)

		h.Delete(cr)
		h.WaitGone(cr)
		h.MustNotBeInTeleport(c.kind, c.named())
		writes := h.Teleport.Writes(c.kind, c.named())
		if writes["create"] != 1 || writes["update"] != 1 || writes["delete"] != 1 {
			h.Errorf("writes in Teleport: %v, wanted one of each", writes)
		}
	})
}

// What is in Teleport already and has our label takes the CR's values (§7, 4), and goes with the CR
// (§7, 2).
func TestOwnedResourceOfEachKindIsTakenOver(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	for _, c := range kindCases {
		c.store(h, theirs, ours)
	}
	h.StartOperator()
	everyKind(h, t, func(h *harness.Test, c kindCase) {
		cr := h.WaitReady(h.Create(c.custom(first)))
		c.mustShow(h, first)
		h.MustHave(cr, harness.Condition{
			Type: "TeleportResourceOwned", Status: "True", Reason: "OriginLabelMatching",
		})
		h.Delete(cr)
		h.WaitGone(cr)
		h.MustNotBeInTeleport(c.kind, c.named())
	})
}

// What is in Teleport without our label is not touched: not by the CR, not by its deletion (§7, 5
// and 6). With the annotation it is adopted, from then on ours.
func TestForeignResourceOfEachKindIsRefusedUntilAdopted(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	for _, c := range kindCases {
		c.store(h, theirs, map[string]string{"made-by": "hand"})
	}
	h.StartOperator()
	everyKind(h, t, func(h *harness.Test, c kindCase) {
		revision := c.revision(h)
		cr := h.Create(c.custom(first))
		h.WaitCondition(cr, harness.Condition{
			Type: "TeleportResourceOwned", Status: "False", Reason: "OriginLabelNotMatching",
		})
		h.WaitCondition(cr, harness.Condition{Type: "Ready", Status: "False"})
		h.Delete(cr)
		h.WaitGone(cr)
		if now := c.revision(h); now != revision {
			h.Errorf("the foreign %s was written: revision %s → %s", c.kind, revision, now)
		}

		cr = h.WaitReady(h.Create(harness.WithAnnotation(c.custom(first), harness.AdoptAnnotation, "true")))
		c.mustShow(h, first)
		h.Delete(cr)
		h.WaitGone(cr)
		h.MustNotBeInTeleport(c.kind, c.named())
	})
}
