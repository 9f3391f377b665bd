package integration

import (
	"testing"

	"github.com/teleport-operator-caf/tests/harness"
)

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
