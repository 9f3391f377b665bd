package chaos

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/teleport-operator-caf/tests/harness"
)

const processKills = 20

// The whole process dies by kill -9 again and again while the work goes on. This is the product's
// own binary.
func TestProcessDies(t *testing.T) {
	seed := seeds(t)[0]
	t.Parallel()
	u := reference(t)
	h := harness.NewTest(t)
	m := newMirror(h)
	moments := randomMoments(rand.New(rand.NewPCG(uint64(seed), 2)))
	t.Logf("seed %d: killed after so many writes to Teleport: %v", seed, moments)

	done := make(chan struct{})
	t.Cleanup(func() { <-done }) // also when the test fails meanwhile: the work needs h
	go func() {
		defer close(done)
		work(h, m, seed)
	}()
	for _, writes := range moments {
		op := h.LaunchOperator(harness.OperatorOptions{})
		h.EventuallyIn(time.Minute, fmt.Sprintf("%d writes to Teleport", writes), func(context.Context) error {
			if found := len(h.Teleport.Audit()); found < writes {
				return fmt.Errorf("%d so far", found)
			}
			return nil
		})
		if err := op.Kill(); err != nil {
			t.Fatal(err)
		}
	}
	op := h.StartOperator()
	<-done
	mustBeAsPlanned(h, converge(h, m))
	mustBeAtRest(h, op)
	snapshot(h).MustBe(h, u.end)
	mustHaveWrittenSanely(h)
	h.Stop(op)
}

// randomMoments are counts of writes, growing, that the work is sure to reach: each CR that lasts is
// written at least once.
func randomMoments(random *rand.Rand) []int {
	lasting := 0
	for _, one := range jobs() {
		if one.survives() {
			lasting++
		}
	}
	var all []int
	for range processKills {
		all = append(all, 1+random.IntN(lasting-1))
	}
	slices.Sort(all)
	return all
}
