package integration

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/teleport-operator-caf/tests/harness"
)

// createOfEachKind makes one CR of each kind, ready, by kind.
func createOfEachKind(h *harness.Test) map[string]*unstructured.Unstructured {
	h.Helper()
	crs := map[string]*unstructured.Unstructured{}
	for _, c := range kindCases {
		crs[c.cr] = h.Create(c.custom(first))
	}
	for kind, cr := range crs {
		crs[kind] = h.WaitReady(cr)
	}
	return crs
}

// waitLookedAt waits until the operator leads and knows of a CR of each kind how it stands, be it from a
// pass of its own or, where it stood by for a moment, from what the CR records.
func waitLookedAt(h *harness.Test, op *harness.Operator) {
	h.Helper()
	h.Eventually("a pass of each kind", func(ctx context.Context) error {
		metrics, err := op.Scrape(ctx)
		if err != nil {
			return err
		}
		if metrics.Sum("leader_election_master_status") != 1 {
			return errors.New("it does not lead")
		}
		for _, c := range kindCases {
			kind := strings.ToLower(c.cr)
			all := metrics.Sum("teleport_operator_resources", "kind", kind)
			if all == 0 || metrics.Sum("teleport_operator_resources", "kind", kind, "state", "waiting") > 0 {
				return fmt.Errorf("none of %s", c.cr)
			}
		}
		return nil
	})
}

// All kinds in sync: a restart writes nothing, to neither side, and asks by lists only. It reads the
// API server's counters, so it does not run beside others.
func TestRestartInSyncWritesNothingOfAnyKind(t *testing.T) {
	h := harness.NewTest(t)
	op := h.StartOperator()
	crs := createOfEachKind(h)
	h.Stop(op)
	for _, c := range kindCases { // what sees no call now would see none later
		if len(h.Teleport.CallsAbout(c.named())) == 0 || h.Teleport.Writes(c.kind, c.named())["create"] != 1 {
			t.Fatalf("the creation of %s was not counted", c.cr)
		}
	}

	h.Teleport.ResetCounters()
	before := crRequests(h)
	op = h.StartOperator()
	waitLookedAt(h, op)
	h.Stop(op) // what it would still write, it has written when it has ended

	if written := crRequests(h).Since(before); len(written) != 0 {
		t.Errorf("writes to CRs at a restart in sync: %v", written)
	}
	for _, c := range kindCases {
		if now := h.Get(crs[c.cr]); now.GetResourceVersion() != crs[c.cr].GetResourceVersion() {
			t.Errorf("%s was written: its status is %v", c.cr, now.Object["status"])
		}
		if writes := h.Teleport.Writes(c.kind, c.named()); len(writes) != 0 {
			t.Errorf("%s: writes in Teleport: %v", c.cr, writes)
		}
		if calls := h.Teleport.CallsAbout(c.named()); c.name == "" && len(calls) != 0 {
			t.Errorf("%s: calls about the one resource, although a list tells all: %v", c.cr, calls)
		}
	}
}

// What somebody wrote into Teleport while the operator was down is put back, whatever the kind.
func TestDriftOfEachKindWhileDownIsHealed(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	op := h.StartOperator()
	crs := createOfEachKind(h)
	h.Stop(op)
	for _, c := range kindCases {
		c.store(h, theirs, ours)
	}
	h.StartOperator()
	for _, c := range kindCases {
		if c.writeOnly {
			continue // nobody can see that it was changed
		}
		h.WaitField(c.kind, c.named(), c.shows, c.wanted(first))
		h.WaitEvent(crs[c.cr], "Normal", "which was changed in Teleport")
	}
}

// Facts §7, 3: the resource vanished while the operator was down, and so must the CR.
func TestCRsOfEachKindGoWhenTheirResourceIsGone(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	op := h.StartOperator()
	crs := createOfEachKind(h)
	h.Stop(op)
	for _, c := range kindCases {
		h.DeleteInTeleport(c.kind, c.named())
		h.Delete(crs[c.cr])
	}
	h.StartOperator()
	for _, c := range kindCases {
		h.WaitGone(crs[c.cr])
		h.MustNotBeInTeleport(c.kind, c.named())
	}
}

// What vanished while the CR stays is made again.
func TestResourceOfEachKindThatVanishedIsMadeAgain(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	op := h.StartOperator()
	crs := createOfEachKind(h)
	h.Stop(op)
	for _, c := range kindCases {
		h.DeleteInTeleport(c.kind, c.named())
	}
	h.StartOperator()
	for _, c := range kindCases {
		h.WaitField(c.kind, c.named(), c.shows, c.wanted(first))
		h.WaitReady(crs[c.cr])
	}
}
