package faults

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/teleport-operator-caf/tests/harness"
	"github.com/teleport-operator-caf/tests/teleport"
	"github.com/teleport-operator-caf/tests/workload"
)

// trafficKinds are few, so that the traffic is dense, and differ in the calls by which they are written.
var trafficKinds = []workload.Kind{
	workload.KindOf("TeleportRoleV7"), workload.KindOf("TeleportProvisionToken"),
	workload.KindOf("TeleportAppV3"), workload.KindOf("TeleportLockV2"),
}

// Teleport answers after half a second, then after five: everything arrives, nobody is refused.
func TestSlowTeleport(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	op := h.StartOperator()
	running := startTraffic(h, 1, 3, trafficKinds...)
	for _, latency := range []int{500, 5000} {
		if err := h.Teleport.SetFaults(teleport.Fault{Method: "*", LatencyMS: latency}); err != nil {
			t.Fatal(err)
		}
		running.waitChanges(120)
		h.Teleport.ClearFaults()
	}
	running.settle(nil)
	mustStillRun(h, op)
	t.Logf("slow Teleport: 2 latencies, %d changes, %d writes", running.made(), len(running.writes()))
}

// slowNetwork is a fault of toxiproxy on a cable, in both directions where that means something.
type slowNetwork struct {
	name       string
	toxic      string
	attributes map[string]any
	directions []string
}

var bothWays = []string{harness.ToServer, harness.FromServer}

var slowNetworks = []slowNetwork{
	{"latency", "latency", map[string]any{"latency": 700, "jitter": 500}, bothWays},
	{"bandwidth", "bandwidth", map[string]any{"rate": 15}, bothWays}, // KB/s
	{"slicer", "slicer", map[string]any{"average_size": 90, "size_variation": 60, "delay": 50}, bothWays},
	{"reset_peer", "reset_peer", map[string]any{"timeout": 1200}, []string{harness.FromServer}},
	{"limit_data", "limit_data", map[string]any{"bytes": 25_000}, []string{harness.FromServer}},
}

// The network to one of the servers is slow, narrow, comes in pieces, or breaks off in the middle of a
// stream again and again: everything arrives, nothing twice, and the process lives.
func TestBadNetworks(t *testing.T) {
	t.Parallel()
	for _, side := range []string{"kubernetes", "teleport"} {
		for _, bad := range slowNetworks {
			t.Run(side+"/"+bad.name, func(t *testing.T) {
				t.Parallel()
				h := harness.NewTest(t)
				cables := layCables(h)
				op := h.StartOperatorWith(cables.options())
				running := startTraffic(h, 2, 2, trafficKinds...)
				running.waitChanges(40)
				cable := cables.of(side).toxic
				for _, direction := range bad.directions {
					if err := cable.Add(bad.toxic, direction, bad.attributes); err != nil {
						t.Fatal(err)
					}
				}
				running.waitChanges(200)
				cable.Clear()
				running.waitChanges(20)
				running.settle(nil)
				mustStillRun(h, op)
				mustGetReady(h, op)
				t.Logf("bad network %s to %s: %d changes, %d writes", bad.name, side, running.made(), len(running.writes()))
			})
		}
	}
}

// mustStillRun: a network alone never ends the process.
func mustStillRun(h *harness.Test, op *harness.Operator) {
	h.Helper()
	select {
	case <-op.Ended():
		h.Errorf("the operator has ended")
	default:
	}
}

func mustGetReady(h *harness.Test, op *harness.Operator) {
	h.Helper()
	h.EventuallyIn(patience, "the operator is ready again", func(ctx context.Context) error {
		status, body, err := op.Probe(ctx, "/readyz")
		if err == nil && status != http.StatusOK {
			err = fmt.Errorf("/readyz: %d %s", status, body)
		}
		return err
	})
}

// networkTime is for what must last a while, since it is the time that does the harm.
func networkTime(h *harness.Test, length time.Duration) {
	timer := time.NewTimer(length)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-h.Context.Done():
	}
}
