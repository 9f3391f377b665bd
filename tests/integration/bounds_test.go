package integration

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/teleport-operator-caf/tests/cluster"
	"github.com/teleport-operator-caf/tests/harness"
)

// These tests read counters of the whole cluster, and so do not run beside others.

const crsCounted = 20

// A new CR costs two Kubernetes writes and two Teleport calls; when all is in sync, a restart costs
// one list of each kind and no write.
func TestCallBounds(t *testing.T) {
	h := harness.NewTest(t)
	op := h.StartOperator()

	before := crRequests(h)
	callsBefore := h.ResourceCalls()
	var crs []*unstructured.Unstructured
	for i := range crsCounted {
		crs = append(crs, h.Create(harness.CR("TeleportRoleV7", fmt.Sprintf("counted-%d", i), roleWithLogins("one"))))
	}
	for i, cr := range crs {
		crs[i] = h.WaitReady(cr)
	}
	written := crRequests(h).Since(before)
	for request, wanted := range map[cluster.Request]int{
		{Verb: "POST", Group: harness.Group, Resource: "teleportrolesv7"}:                         crsCounted, // ours
		{Verb: "PATCH", Group: harness.Group, Resource: "teleportrolesv7"}:                        crsCounted,
		{Verb: "PATCH", Group: harness.Group, Resource: "teleportrolesv7", Subresource: "status"}: crsCounted,
	} {
		if written[request] != wanted {
			t.Errorf("%d × %v for %d new CRs, wanted %d", written[request], request, crsCounted, wanted)
		}
	}
	if all := written.Of(func(cluster.Request) bool { return true }); all != 3*crsCounted {
		t.Errorf("%d writes to CRs in all, wanted %d: %v", all, 3*crsCounted, written)
	}
	if calls, n := since(h.ResourceCalls(), callsBefore); n != 2*crsCounted {
		t.Errorf("%d Teleport calls for %d new CRs, wanted 2 each: %v", n, crsCounted, calls)
	}

	h.Stop(op)
	restartInSync(t, h, crs)
}

func restartInSync(t *testing.T, h *harness.Test, crs []*unstructured.Unstructured) {
	versions := map[string]string{}
	for _, cr := range crs {
		versions[cr.GetName()] = h.Get(cr).GetResourceVersion()
	}
	before := crRequests(h)
	h.Teleport.ResetCounters()
	op := h.StartOperator()
	// When this new CR is done, the old ones, which came in the lists before it, have been looked at.
	h.WaitReady(h.Create(harness.CR("TeleportUser", "after-restart", "traits: {logins: [one]}")))
	h.WaitReady(h.Create(harness.CR("TeleportRoleV7", "after-restart", roleWithLogins("one"))))
	h.Stop(op)

	written := crRequests(h).Since(before)
	if all := written.Of(func(cluster.Request) bool { return true }); all != 6 {
		t.Errorf("%d writes to CRs after a restart in sync, wanted 3 for each of the 2 new CRs: %v", all, written)
	}
	for _, cr := range crs {
		if now := h.Get(cr).GetResourceVersion(); now != versions[cr.GetName()] {
			t.Errorf("%s was written: resourceVersion %s → %s", cr.GetName(), versions[cr.GetName()], now)
		}
	}
	for method, n := range h.ResourceCalls() {
		switch name := method[strings.LastIndex(method, "/")+1:]; name {
		case "ListRoles", "ListUsers", "GetTokens", "ListProvisionTokens":
			if n > 7 { // one page for each CR kind at most
				t.Errorf("%d × %s at a restart", n, name)
			}
		case "GetRole": // the new role, and the bot's own role at the join
			if n > 2 {
				t.Errorf("%d × GetRole at a restart in sync", n)
			}
		case "GetUser", "CreateUser", "UpsertRoleV2", "CreateRole": // the two new CRs
			if n > 1 {
				t.Errorf("%d × %s at a restart in sync", n, name)
			}
		default:
			t.Errorf("%d × %s at a restart in sync", n, name)
		}
	}
}

// crRequests counts the writes to CRs so far, by whomever.
func crRequests(h *harness.Test) cluster.Counts {
	h.Helper()
	counts, err := h.Cluster.WriteCounts(h.Context)
	if err != nil {
		h.Fatal(err)
	}
	for request := range counts {
		if request.Group != harness.Group {
			delete(counts, request)
		}
	}
	return counts
}

func since(now, before map[string]int) (moved map[string]int, sum int) {
	moved = map[string]int{}
	for method, n := range now {
		if more := n - before[method]; more != 0 {
			moved[method] = more
			sum += more
		}
	}
	return moved, sum
}

// A deleted CR: one write (the finalizer), and a look and a delete in Teleport at most.
func TestDeletionBounds(t *testing.T) {
	h := harness.NewTest(t)
	h.StartOperator()
	cr := h.WaitReady(h.Create(harness.CR("TeleportRoleV7", "goes", roleWithLogins("one"))))
	before, callsBefore := crRequests(h), h.ResourceCalls()
	h.Delete(cr)
	h.WaitGone(cr)
	written := crRequests(h).Since(before)
	wanted := cluster.Request{Verb: "PATCH", Group: harness.Group, Resource: "teleportrolesv7"}
	if written[wanted] != 1 || written.Of(func(r cluster.Request) bool { return r.Verb != "DELETE" }) != 1 {
		t.Errorf("writes for one deletion: %v, wanted one %v", written, wanted)
	}
	if calls, n := since(h.ResourceCalls(), callsBefore); n > 2 {
		t.Errorf("%d Teleport calls for one deletion: %v", n, calls)
	}
}

// A refused CR costs little while nothing changes.
func TestRefusedCRIsQuiet(t *testing.T) {
	h := harness.NewTest(t)
	h.StartOperator()
	invalid := h.Create(harness.CR("TeleportRoleV7", "invalid", "allow: {node_labels: {env: {not: text}}}"))
	h.WaitCondition(invalid, harness.Condition{Type: "ValidStructure", Status: "False"})
	before, callsBefore := crRequests(h), h.ResourceCalls()
	// Time has to pass for a storm to show: three seconds hold dozens of tries of the official operator.
	quiet := time.NewTimer(3 * time.Second)
	<-quiet.C
	if written := crRequests(h).Since(before); len(written) != 0 {
		t.Errorf("writes to an invalid CR that nobody changed: %v", written)
	}
	if calls, n := since(h.ResourceCalls(), callsBefore); n != 0 {
		t.Errorf("Teleport calls for an invalid CR: %v", calls)
	}
}

const (
	idleMemory = 30_000_000 // bytes resident, with all kinds
	idleAfter  = 5 * time.Second
)

// All kinds watched and nothing to do: little memory, and one connection to Kubernetes for all. How
// long the start took is only said: it depends on what else the machine does.
func TestIdleOperatorIsSmall(t *testing.T) {
	if os.Getenv("OPERATOR_SANITIZED") != "" {
		t.Skip("the binary carries sanitizers")
	}
	h := harness.NewTest(t)
	started := time.Now()
	op := h.StartOperator()
	t.Logf("ready after %.2f s, with %d kinds", time.Since(started).Seconds(), len(harness.Kinds()))
	h.EventuallyIn(idleAfter, "little memory when idle", func(context.Context) error {
		resident, err := op.ResidentBytes()
		if err == nil && resident > idleMemory {
			err = fmt.Errorf("%d bytes resident, wanted at most %d", resident, idleMemory)
		}
		t.Logf("idle: %.1f MB resident", float64(resident)/1e6)
		return err
	})
	if n, err := op.ConnectionsTo(h.Cluster.Info().URL); err != nil || n != 1 {
		t.Errorf("%d connections to the API server, wanted 1 (%v)", n, err)
	}
}
