package faults

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"

	"github.com/teleport-operator-caf/tests/harness"
	"github.com/teleport-operator-caf/tests/teleport"
	"github.com/teleport-operator-caf/tests/workload"
)

// The leader is frozen (SIGSTOP) in the middle of an effect, for longer than its Lease. Another replica
// takes over, edits and deletes; then the first one wakes up. It writes nothing but what it had sent
// before it was frozen, stands by, and both sides are as the CRs say.
func TestFrozenLeaderWritesNothingLater(t *testing.T) {
	t.Parallel()
	audited := startAuditedCluster(t)
	for _, verb := range []string{"none", "create", "update", "delete"} {
		t.Run(verb, func(t *testing.T) {
			t.Parallel()
			h := harness.NewTestWith(t, harness.Settings{Cluster: audited.Cluster})
			first := startReplica(h)
			waitLeader(h, first)
			second := startReplica(h)
			seen := h.Witness(roleKind)
			kind := workload.KindOf(roleKind)
			edited, deleted := crLife{h, seen, kind, "edited"}, crLife{h, seen, kind, "deleted"}
			mustDo(t, errors.Join(edited.create("10001"), deleted.create("10001")))
			held := crLife{h, seen, kind, "held"}
			holdWhileFrozen(h, held, verb)

			mustDo(t, first.Signal(syscall.SIGSTOP))
			waitLeader(h, second)
			mustDo(t, errors.Join(edited.edit("10002"), deleted.remove()))
			mustDo(t, first.Signal(syscall.SIGCONT))
			waitStandby(h, first)

			again := crLife{h, seen, kind, "deleted"}
			mustDo(t, errors.Join(edited.edit("10003"), again.create("10004")))
			finishHeld(h, held, verb)
			writes, leaders := mustHaveOneWriter(h, audited, []*replica{first, second})
			mustDo(t, errors.Join(edited.has("10003"), again.has("10004")))
			if leaders < 2 {
				t.Errorf("%d tenures, wanted 2 or more", leaders)
			}
			t.Logf("frozen at %s: %d writes, %d tenures", verb, writes, leaders)
		})
	}
}

// holdWhileFrozen leads the CR to a call that Teleport holds back, and waits for that.
func holdWhileFrozen(h *harness.Test, life crLife, verb string) {
	h.Helper()
	if verb == "none" {
		return
	}
	if verb != "create" {
		mustDo(h.TB, life.create("10001"))
	}
	method := map[string]string{"create": "UpsertRoleV2", "update": "UpsertRoleV2", "delete": "DeleteRole"}[verb]
	mustDo(h.TB, h.Teleport.SetFaults(teleport.Fault{Method: method, Resource: life.name, LatencyMS: 1000, Count: 1}))
	mustDo(h.TB, beginStep(life, verb))
	h.EventuallyIn(patience, "the call is held", func(context.Context) error {
		if len(h.Teleport.Faults()) > 0 {
			return errors.New("not called yet")
		}
		return nil
	})
}

func finishHeld(h *harness.Test, life crLife, verb string) {
	h.Helper()
	if verb != "none" {
		mustDo(h.TB, finishStep(life, verb))
		mustHaveWritten(h.TB, life, verb)
	}
}

// waitStandby waits until the replica knows that another one leads, or leads again itself.
func waitStandby(h *harness.Test, r *replica) {
	h.Helper()
	h.EventuallyIn(patience, "it stands by", func(ctx context.Context) error {
		if holder, err := leaseHolder(ctx, h); err == nil && holder == r.identity {
			return nil
		}
		_, body, err := r.Probe(ctx, "/readyz")
		if err == nil && !strings.Contains(body, "standby") {
			err = fmt.Errorf("/readyz: %s", body)
		}
		return err
	})
}
