package faults

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"github.com/gravitational/teleport/api/types"

	"github.com/teleport-operator-caf/tests/apiproxy"
	"github.com/teleport-operator-caf/tests/harness"
	"github.com/teleport-operator-caf/tests/workload"
)

// T13: the operator starts on a server that shows the past: a CR is just being deleted, although it is
// gone by now and another one has its name. The new one's resource must not be touched.
func TestTimeTravel(t *testing.T) {
	t.Parallel()
	w := newProxied(t, harness.Settings{})
	path := fmt.Sprintf("/apis/%s/v1/namespaces/%s/%s", harness.Group, w.Namespace, rolePlural)

	first := w.start()
	old := waitSettled(w.Test, w.Create(role("fault-travel", "old")))
	w.Stop(first)
	w.Delete(old)
	past, err := w.api.Snapshot(w.Context, path)
	if err != nil {
		t.Fatal(err)
	}
	second := w.start()
	w.WaitGoneIn(patience, old)
	waitNoRole(w.Test, "fault-travel")
	now := waitSettled(w.Test, w.Create(role("fault-travel", "new")))
	w.Stop(second)

	w.api.ShowPast(rolePlural, past)
	w.api.Freeze(rolePlural)
	third := w.start()
	w.atRest(third)
	waitPasses(w, third, "teleportrolev7", 1)
	w.atRest(third)
	waitLogin(w.Test, "fault-travel", "new")
	w.api.ShowPast(rolePlural, nil)
	w.api.Thaw(rolePlural)
	waitSettled(w.Test, w.SetSpec(now, loginSpec("newer")))
	waitLogin(w.Test, "fault-travel", "newer")
	if found := w.Teleport.Writes(types.KindRole, "fault-travel"); found["create"] != 2 || found["delete"] != 1 {
		t.Errorf("writes %v, wanted 2 creates and 1 delete", found)
	}
	w.Stop(third)
	t.Log("T13: 1 case")
}

// waitPasses waits until the operator has worked on so many CRs of a kind.
func waitPasses(w *proxied, op *harness.Operator, controller string, passes int) {
	w.Helper()
	w.EventuallyIn(patience, fmt.Sprintf("%d passes of %s", passes, controller), func(ctx context.Context) error {
		scraped, err := op.Scrape(ctx)
		if err != nil {
			return err
		}
		if found := int(scraped.Sum("controller_runtime_reconcile_total", "controller", controller)); found < passes {
			return fmt.Errorf("%d", found)
		}
		return nil
	})
}

// T17: the watch is silent from the moment in which the finalizer is stored. What the operator wrote
// itself it knows without being told, through more passes and a restart.
func TestReadsItsOwnWrites(t *testing.T) {
	t.Parallel()
	w := newProxied(t, harness.Settings{})
	op := w.start()
	hold := make(chan struct{})
	// The first write waits until the watch is frozen, so that no echo comes through.
	w.api.Add(apiproxy.Rule{
		Verb: "patch", Resource: rolePlural, Count: 1, Fault: apiproxy.Fault{Hold: hold},
	})
	cr := w.Create(role("fault-own", "one"))
	w.waitMore("patch", rolePlural, 0)
	w.api.Freeze(rolePlural)
	close(hold)
	waitSettled(w.Test, cr)
	const drifts = 5 // more would wait for minutes: who disagrees is not fought
	for range drifts {
		w.drift("fault-own", "one")
		waitLogin(w.Test, "fault-own", "one")
	}
	w.atRest(op)
	w.Stop(op)
	op = w.start() // the watch is frozen still
	w.atRest(op)
	waitLogin(w.Test, "fault-own", "one")
	w.api.Thaw(rolePlural)
	waitSettled(w.Test, w.SetSpec(cr, loginSpec("two")))
	waitLogin(w.Test, "fault-own", "two")
	if found := w.Teleport.Writes(types.KindRole, "fault-own"); found["create"] != 1 || found["delete"] != 0 {
		t.Errorf("writes %v, wanted 1 create and no delete", found)
	}
	for _, one := range workload.Insane(w.Teleport.Audit(), "fault-") {
		t.Error(one)
	}
	w.mustHoldFinalizersFirst()
	t.Logf("T17: %d passes without an echo, and a restart", drifts)
}

// drift changes the login of a role in Teleport, as a person does there.
func (w *proxied) drift(name, login string) {
	w.Helper()
	stored, err := w.Teleport.GetJSON(types.KindRole, name)
	if err == nil {
		err = w.Teleport.PutJSON(types.KindRole, bytes.ReplaceAll(stored, []byte(`"`+login+`"`), []byte(`"drifted"`)))
	}
	if err != nil {
		w.Fatal(err)
	}
}
