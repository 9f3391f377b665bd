package faults

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/teleport-operator-caf/tests/apiproxy"
	"github.com/teleport-operator-caf/tests/harness"
	"github.com/teleport-operator-caf/tests/teleport"
	"github.com/teleport-operator-caf/tests/workload"
)

// stopGrace is what a stop may take: 30 s for what is under way, 3 s for the Lease, and what an
// overloaded machine adds.
const stopGrace = 60 * time.Second

// effect is something that a pass does outside the process, held back while it is stopped.
type effect struct {
	name   string
	verb   string // of the step in the CR's life: create, update or delete
	method bool   // the call to Teleport is held; otherwise the patch of the CR
	patch  func(apiproxy.Call) bool
	nth    int // of the patches that match
}

var stopEffects = []effect{
	{name: "finalizer", verb: "create", patch: ofObject},
	{name: "create", verb: "create", method: true},
	{name: "status", verb: "create", patch: ofStatus},
	{name: "update", verb: "update", method: true},
	{name: "status-of-update", verb: "update", patch: ofStatus},
	{name: "delete", verb: "delete", method: true},
	{name: "finalizer-removal", verb: "delete", patch: ofObject},
}

func ofObject(call apiproxy.Call) bool { return call.Subresource == "" }
func ofStatus(call apiproxy.Call) bool { return call.Subresource == "status" }

// SIGTERM while any effect is held back: the effect is awaited, the process ends with 0, then nothing of
// it comes any more, and a successor gets the CR where it is to be. A second SIGTERM ends it at once; the
// successor gets there all the same.
func TestStopAtEachEffect(t *testing.T) {
	t.Parallel()
	for _, twice := range []bool{false, true} {
		for _, one := range stopEffects {
			t.Run(fmt.Sprintf("%s/twice=%v", one.name, twice), func(t *testing.T) {
				t.Parallel()
				w := newProxied(t, harness.Settings{})
				op := w.start()
				life := crLife{w.Test, w.Witness(roleKind), workload.KindOf(roleKind), "stopped"}
				if one.verb != "create" {
					mustDo(t, life.create("10001"))
				}
				release := holdEffect(w, life, one)
				mustDo(t, beginStep(life, one.verb))
				waitHeld(w, life, one)
				mustDo(t, op.Signal(syscall.SIGTERM))
				waitStopping(w, op)
				if twice {
					mustDo(t, op.Signal(syscall.SIGTERM))
				} else {
					release()
				}
				code, err := op.WaitExit(stopGrace)
				if err != nil || (code != 0 && !twice) {
					t.Fatalf("exit code %d, %v", code, err)
				}
				release()
				w.api.ClearRules()
				w.Teleport.ClearFaults()
				if !twice {
					mustHaveReleased(w, op)
				}
				w.start()
				mustDo(t, finishStep(life, one.verb))
				mustHaveWritten(t, life, one.verb)
			})
		}
	}
	t.Logf("stopped at %d effects, once and twice", len(stopEffects))
}

// A call that hangs does not hold the end up for longer than the grace.
func TestStopDoesNotWaitForHungCall(t *testing.T) {
	t.Parallel()
	w := newProxied(t, harness.Settings{})
	op := w.start()
	life := crLife{w.Test, w.Witness(roleKind), workload.KindOf(roleKind), "hung"}
	hung := teleport.Fault{Method: "*", Resource: life.name, LatencyMS: 600_000}
	mustDo(t, w.Teleport.SetFaults(hung))
	mustDo(t, beginStep(life, "create"))
	mustDo(t, harness.Poll(t.Context(), patience, func(context.Context) error {
		if len(w.Teleport.CallsAbout(life.name)) == 0 {
			return errors.New("no call yet")
		}
		return nil
	}))
	mustDo(t, op.Signal(syscall.SIGTERM))
	if code, err := op.WaitExit(stopGrace); err != nil || code != 0 {
		t.Fatalf("exit code %d, %v", code, err)
	}
	w.Teleport.ClearFaults()
	w.start()
	mustDo(t, finishStep(life, "create"))
}

func mustDo(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// holdEffect holds the effect back until what it answers is called.
func holdEffect(w *proxied, life crLife, one effect) (release func()) {
	w.Helper()
	if one.method {
		method := map[string]string{"create": "UpsertRoleV2", "update": "UpsertRoleV2", "delete": "DeleteRole"}[one.verb]
		mustDo(w.TB, w.Teleport.SetFaults(teleport.Fault{Method: method, Resource: life.name, LatencyMS: 3000, Count: 1}))
		return func() {}
	}
	gate := make(chan struct{})
	w.api.Add(apiproxy.Rule{
		Verb: "patch", Resource: rolePlural, Name: life.name, Match: one.patch, Count: 1,
		Fault: apiproxy.Fault{Hold: gate},
	})
	var closed bool
	return func() {
		if !closed {
			closed = true
			close(gate)
		}
	}
}

func waitHeld(w *proxied, life crLife, one effect) {
	w.Helper()
	w.EventuallyIn(patience, "the effect is under way", func(context.Context) error {
		if one.method {
			for _, fault := range w.Teleport.Faults() {
				if fault.Resource == life.name {
					return errors.New("not called yet")
				}
			}
			return nil
		}
		held := w.api.Requests(func(r *apiproxy.Request) bool {
			return r.Verb == "patch" && r.Name == life.name && r.Fault().Hold != nil
		})
		if len(held) == 0 {
			return errors.New("no patch yet")
		}
		return nil
	})
}

func beginStep(life crLife, verb string) error {
	ctx := life.h.Context
	switch verb {
	case "create":
		_, err := life.client().create(ctx, life.kind.Custom(life.name, "10001", ""))
		return err
	case "update":
		_, err := life.client().edit(ctx, life.name, life.kind.SpecOf("10002", ""))
		return err
	}
	return life.client().remove(ctx, life.name)
}

// finishStep waits until both sides are where the step leads.
func finishStep(life crLife, verb string) error {
	wanted := harness.CR(life.kind.CR, life.name, "")
	if verb == "delete" {
		return life.seen.WaitGone(life.h.Context, wanted, patience)
	}
	value := map[string]string{"create": "10001", "update": "10002"}[verb]
	wanted.SetGeneration(map[string]int64{"create": 1, "update": 2}[verb])
	if err := life.seen.WaitReady(life.h.Context, wanted, patience); err != nil {
		return err
	}
	return life.has(value)
}

// mustHaveWritten looks at all writes to the resource. The last one may be repeated, once, as an update,
// by who can't know of it: its predecessor could not write it down.
func mustHaveWritten(t testing.TB, life crLife, last string) {
	t.Helper()
	wanted := map[string][]string{"create": {"create"}, "update": {"create", "update"}, "delete": {"create", "delete"}}[last]
	found := life.writes()
	repeated := append(slices.Clone(wanted), "update")
	if !slices.Equal(found, wanted) && (last == "delete" || !slices.Equal(found, repeated)) {
		t.Errorf("Teleport carried out %v, wanted %v", found, wanted)
	}
}

func waitStopping(w *proxied, op *harness.Operator) {
	w.Helper()
	w.EventuallyIn(patience, "the operator stops", func(ctx context.Context) error {
		select {
		case <-op.Ended():
			return nil
		default:
		}
		_, body, err := op.Probe(ctx, "/readyz")
		if err == nil && !strings.Contains(body, "stopping") {
			err = errors.New(body)
		}
		return err
	})
}

// mustHaveReleased: after a clean stop the Lease names nobody, and what took effect did so before.
func mustHaveReleased(w *proxied, op *harness.Operator) {
	w.Helper()
	if strings.Contains(op.Output.Text(), "resign-timeout") {
		w.Logf("the machine was too busy to release the Lease in time")
		return
	}
	if holder, err := leaseHolder(w.Context, w.Test); err != nil || holder != "" {
		w.Errorf("the Lease names %q after a clean stop, %v", holder, err)
	}
	released := w.api.Requests(apiproxy.About("update", "leases"))
	if len(released) == 0 {
		w.Errorf("the Lease was never written")
		return
	}
	last := released[len(released)-1].Began
	for _, one := range w.api.Requests(apiproxy.About("patch", rolePlural)) {
		// That one took effect can be known from the watch before it is answered.
		if one.Began.After(last) {
			w.Errorf("a %s of %s was sent %v after the Lease was released", one.Verb, one.Name, one.Began.Sub(last))
		}
	}
	for _, record := range w.Teleport.Audit() {
		if record.Peer != "" && record.Time.After(last) {
			w.Errorf("Teleport: %s of %s after the Lease was released", record.Verb, record.Name)
		}
	}
}
