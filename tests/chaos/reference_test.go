package chaos

import (
	"strings"
	"sync"
	"testing"

	"github.com/teleport-operator-caf/tests/harness"
	"github.com/teleport-operator-caf/tests/workload"
)

// undisturbed is what a run without faults came to.
type undisturbed struct {
	end     workload.State
	reached map[string]int // marked points that the work led to, by "type point"
}

var (
	referenceOnce sync.Once
	referenceRun  *undisturbed
)

// reference does the run without faults the first time it is asked for.
func reference(t *testing.T) *undisturbed {
	t.Helper()
	referenceOnce.Do(func() {
		h := harness.NewTest(t)
		op, hooks := startWithHooks(t, h)
		m := newMirror(h)
		before := hooks.report(t)
		work(h, m, 0)
		end := converge(h, m)
		mustBeAsPlanned(h, end)
		mustHaveWrittenSanely(h)
		mustBeAtRest(h, op)
		after := hooks.report(t)
		if len(after.Deaths) != 0 {
			t.Fatalf("actors died without any fault: %v", after.Deaths)
		}
		h.Stop(op)
		if t.Failed() {
			return
		}
		for point := range after.Reached {
			after.Reached[point] -= before.Reached[point]
		}
		referenceRun = &undisturbed{end, after.Reached}
	})
	if referenceRun == nil {
		t.Fatal("the undisturbed run failed; see the test that did it")
	}
	return referenceRun
}

// points of an actor type that the work leads to, with how often.
func (u *undisturbed) points(actor string) map[string]int {
	points := map[string]int{}
	for name, count := range u.reached {
		if kind, point, _ := strings.Cut(name, " "); kind == actor && count > 0 {
			points[point] = count
		}
	}
	return points
}

// allPoints is how many marked points the work passes, of all actors.
func (u *undisturbed) allPoints() int {
	sum := 0
	for _, count := range u.reached {
		sum += count
	}
	return sum
}
