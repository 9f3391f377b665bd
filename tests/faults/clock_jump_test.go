package faults

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/teleport-operator-caf/tests/harness"
)

// clockJumps are by how many seconds the wall clock of the operator moves while it runs. The clock by
// which time passes goes on as it did.
var clockJumps = []int{3 * 3600, -3 * 3600, 40 * 24 * 3600}

// The operator's wall clock jumps by hours, forward and back, and returns, while CRs are edited: the
// process lives, keeps its Lease, and everything arrives.
func TestClockJumps(t *testing.T) {
	t.Parallel()
	library := fakeTimeLibrary(t)
	for _, jump := range clockJumps {
		t.Run(fmt.Sprintf("%+ds", jump), func(t *testing.T) {
			t.Parallel()
			h := harness.NewTest(t)
			clock := filepath.Join(t.TempDir(), "clock")
			setClock(t, clock, 0)
			op := h.StartOperatorWith(harness.OperatorOptions{Env: []string{
				"LD_PRELOAD=" + library, "FAKETIME_TIMESTAMP_FILE=" + clock,
				"FAKETIME_CACHE_DURATION=1", "FAKETIME_DONT_FAKE_MONOTONIC=1", "DONT_FAKE_MONOTONIC=1",
			}})
			holder, err := leaseHolder(t.Context(), h)
			mustDo(t, err)
			running := startTraffic(h, 5, 2, trafficKinds...)
			running.waitChanges(40)

			setClock(t, clock, jump)
			waitClock(h, op, jump)
			running.waitChanges(150)
			if now, err := leaseHolder(t.Context(), h); err != nil || now != holder {
				t.Errorf("the Lease names %q, before the jump %q, %v", now, holder, err)
			}
			setClock(t, clock, 0)
			waitClock(h, op, 0)
			running.waitChanges(40)
			running.settle(nil)
			mustStillRun(h, op)
			mustGetReady(h, op)
			t.Logf("clock jumps: %+d s and back, %d changes", jump, running.made())
		})
	}
}

// fakeTimeLibrary is Debian's libfaketime (tools/setup installs it).
func fakeTimeLibrary(t testing.TB) string {
	t.Helper()
	found, err := filepath.Glob("/usr/lib/*/faketime/libfaketime.so.1")
	if err != nil || len(found) == 0 {
		t.Fatalf("no libfaketime (tools/setup packages): %v", err)
	}
	return found[0]
}

func setClock(t testing.TB, path string, offset int) {
	t.Helper()
	text := fmt.Sprintf("%+d\n", offset)
	mustDo(t, os.WriteFile(path+".new", []byte(text), 0o600))
	mustDo(t, os.Rename(path+".new", path))
}

// waitClock waits until the operator's log is written by the clock that is so far off.
func waitClock(h *harness.Test, op *harness.Operator, offset int) {
	h.Helper()
	h.EventuallyIn(patience, fmt.Sprintf("the operator's clock is %d s off", offset), func(context.Context) error {
		logs, _ := op.Output.Logs()
		if len(logs) == 0 {
			return errors.New("no log")
		}
		said, err := time.Parse(time.RFC3339, logs[len(logs)-1].Text("timestamp"))
		if err != nil {
			return fmt.Errorf("the log's time: %w: %v", err, logs[len(logs)-1])
		}
		if off := time.Since(said) + time.Duration(offset)*time.Second; off.Abs() > 30*time.Minute {
			return fmt.Errorf("it is %s", said)
		}
		return nil
	})
}
