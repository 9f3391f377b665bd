package integration

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/gravitational/teleport/api/types"

	"github.com/teleport-operator-caf/tests/harness"
)

// Kinds that Teleport's event stream does not bring: their drift is found by comparisons only.
var withoutEvents = []string{
	types.KindGithub, types.KindOIDC, types.KindSAML, types.KindTrustedCluster, types.KindLoginRule,
	types.KindBot, "scoped_token",
}

// What is changed or deleted in Teleport is put back at once, while the operator runs.
func TestDriftOfEachKindWithEventsIsPutBackAtOnce(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	h.StartOperator()
	everyKind(h, t, func(h *harness.Test, c kindCase) {
		if slices.Contains(withoutEvents, c.kind) {
			h.Skip("the event stream does not bring it")
		}
		h.WaitReady(h.Create(c.custom(first)))
		if !c.writeOnly {
			c.store(h, theirs, ours)
			h.WaitField(c.kind, c.named(), c.shows, c.wanted(first))
		}
		h.DeleteInTeleport(c.kind, c.named())
		h.Eventually("the deletion is put back", func(context.Context) error {
			if h.Teleport.Get(c.kind, c.named()) == nil {
				return fmt.Errorf("%s %q is not in Teleport", c.kind, c.named())
			}
			return nil
		})
	})
}

// A broken event stream is opened again, and what happened meanwhile is found by a comparison.
func TestBrokenEventStreamLosesNothing(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	h.StartOperator()
	c := caseOf(t, "TeleportRoleV7")
	h.WaitReady(h.Create(c.custom(first)))
	for range 3 {
		h.Teleport.DropWatches()
		c.store(h, theirs, ours) // no stream is open now: the operator waits before it opens one
		h.WaitField(c.kind, c.named(), c.shows, c.wanted(first))
	}
}
