package faults

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/teleport-operator-caf/tests/apiproxy"
	"github.com/teleport-operator-caf/tests/harness"
	"github.com/teleport-operator-caf/tests/teleport"
	"github.com/teleport-operator-caf/tests/workload"
)

// Renewals alone are blocked while Teleport holds a write back for longer than the Lease: the write ends
// before the Lease does, nothing is written without one, and when renewals are answered again everything
// arrives.
func TestLeaseLostWhileWriting(t *testing.T) {
	t.Parallel()
	for _, verb := range []string{"create", "update", "delete"} {
		for _, way := range []string{"refused", "hung"} {
			t.Run(verb+"/"+way, func(t *testing.T) {
				t.Parallel()
				w := newProxied(t, harness.Settings{})
				options := w.options()
				for name, value := range replicaLease() {
					options.Flags[name] = value
				}
				op := w.StartOperatorWith(options)
				life := crLife{w.Test, w.Witness(roleKind), workload.KindOf(roleKind), "written"}
				if verb != "create" {
					mustDo(t, life.create("10001"))
				}
				mustDo(t, w.Teleport.SetFaults(teleport.Fault{Method: "*", Resource: life.name, LatencyMS: 12_000}))
				blocked := time.Now()
				block := apiproxy.Fault{Status: 503}
				gate := make(chan struct{})
				if way == "hung" {
					block = apiproxy.Fault{Hold: gate, Status: 503}
				}
				w.api.Add(apiproxy.Rule{Verb: "update", Resource: "leases", Fault: block})
				mustDo(t, beginStep(life, verb))
				waitNotLeading(w.Test, op)
				before := len(life.audit())
				networkTime(w.Test, 10*time.Second) // longer than what is left of the held call
				if after := len(life.audit()); after != before {
					t.Errorf("%d writes to Teleport without the Lease, %v after renewals were blocked", after-before, time.Since(blocked))
				}
				w.Teleport.ClearFaults()
				w.api.ClearRules()
				close(gate)
				mustDo(t, finishStep(life, verb))
				mustHaveWritten(t, life, verb)
				mustStillRun(w.Test, op)
			})
		}
	}
}

// waitNotLeading waits until the process knows that it can't renew its Lease.
func waitNotLeading(h *harness.Test, op *harness.Operator) {
	h.Helper()
	h.EventuallyIn(patience, "it leads no more", func(ctx context.Context) error {
		scraped, err := op.Scrape(ctx)
		if err != nil {
			return err
		}
		if scraped.Sum("leader_election_master_status") != 0 {
			return errors.New("it leads")
		}
		_, body, err := op.Probe(ctx, "/readyz")
		if err == nil && !strings.Contains(body, "[-]leadership ") {
			err = fmt.Errorf("/readyz: %s", body)
		}
		return err
	})
}
