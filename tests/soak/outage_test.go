package soak

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	apitypes "k8s.io/apimachinery/pkg/types"

	"github.com/gravitational/teleport/api/types"

	"github.com/teleport-operator-caf/tests/harness"
	"github.com/teleport-operator-caf/tests/teleport"
)

const (
	// outageShare of a core is three times of what an outage may cost, since /proc counts in hundredths
	// of a second and the machine's other work makes everything dearer.
	outageShare = 0.03
	// backInSync is twice of what all may take after the return.
	backInSync = 60 * time.Second
	// slowAnswer of Teleport at its return makes the calls that are open at once countable.
	slowAnswer = 500 * time.Millisecond
	// herd is as many calls as the window holds when it is open (actors, teleport_window); it opens
	// from a few.
	herd = 64
)

// Many CRs are edited while Teleport is away. They wait without costing anything, nothing is
// asked of Teleport meanwhile, and when it is back they come gradually, and soon.
func TestManyObjectsWaitThroughAnOutage(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	waiting := &crowd{h: h, op: h.StartOperator(), count: number(t, objectsEnv, manyObjects)}
	waiting.each("creating", func(ctx context.Context, i int) error {
		_, err := waiting.create(ctx, i)
		return err
	})
	waiting.waitFor("in_sync")

	mustSwitch(h, teleport.Switches{Down: "all"})
	waiting.waitUnready()
	waiting.each("editing", waiting.edit)
	waiting.waitFor("waiting")
	waiting.mustWaitCheaply(time.Duration(number(t, outageEnv, briefOutage)) * time.Second)

	if err := h.Teleport.SetFaults(teleport.Fault{Method: "*", LatencyMS: int(slowAnswer.Milliseconds())}); err != nil {
		t.Fatal(err)
	}
	returned := time.Now()
	mustSwitch(h, teleport.Switches{})
	waiting.mustComeGradually()
	h.Teleport.ClearFaults()
	waiting.waitFor("in_sync")
	took := time.Since(returned)
	t.Logf("%d in sync %.1f s after the return", waiting.count, took.Seconds())
	if took > backInSync {
		t.Errorf("%d in sync %v after the return, wanted at most %v", waiting.count, took, backInSync)
	}
	waiting.mustHaveArrived()
}

func mustSwitch(h *harness.Test, to teleport.Switches) {
	h.Helper()
	if err := h.Teleport.SetSwitches(to); err != nil {
		h.Fatal(err)
	}
}

// crowd is many roles of one operator.
type crowd struct {
	h     *harness.Test
	op    *harness.Operator
	count int
}

func (c *crowd) name(i int) string { return fmt.Sprintf("crowd-%04d", i) }

// each does something for all, a few at a time.
func (c *crowd) each(what string, do func(context.Context, int) error) {
	c.h.Helper()
	const atOnce = 8
	begun := time.Now()
	turns := make(chan int)
	failures := make([]error, atOnce)
	var all sync.WaitGroup
	for worker := range atOnce {
		all.Go(func() {
			for i := range turns {
				if failures[worker] == nil {
					failures[worker] = do(c.h.Context, i)
				}
			}
		})
	}
	for i := range c.count {
		turns <- i
	}
	close(turns)
	all.Wait()
	if err := errors.Join(failures...); err != nil {
		c.h.Fatalf("%s: %v", what, err)
	}
	c.h.Logf("%s %d roles: %.1f s", what, c.count, time.Since(begun).Seconds())
}

func (c *crowd) create(ctx context.Context, i int) (*unstructured.Unstructured, error) {
	role := harness.CR("TeleportRoleV7", c.name(i), "allow: {logins: [before]}")
	role.SetNamespace(c.h.Namespace)
	return c.client().Create(ctx, role, metav1.CreateOptions{})
}

func (c *crowd) edit(ctx context.Context, i int) error {
	patch, err := json.Marshal(map[string]any{"spec": map[string]any{"allow": map[string]any{"logins": []string{"after"}}}})
	if err != nil {
		return err
	}
	_, err = c.client().Patch(ctx, c.name(i), apitypes.MergePatchType, patch, metav1.PatchOptions{})
	return err
}

func (c *crowd) client() resourceClient { return clientOf(c.h, "TeleportRoleV7") }

// waitFor waits until all of them are in a state of docs/metrics.md.
func (c *crowd) waitFor(state string) {
	c.h.Helper()
	c.h.EventuallyIn(5*time.Minute, "all "+state, slowly(func() error {
		scraped, err := c.op.Scrape(c.h.Context)
		if err != nil {
			return err
		}
		if n := int(scraped.Sum("teleport_operator_resources", "state", state)); n != c.count {
			return fmt.Errorf("%d of %d are %s", n, c.count, state)
		}
		if busy := scraped.Sum("controller_runtime_active_workers"); busy != 0 {
			return fmt.Errorf("%v passes run", busy)
		}
		return nil
	}))
}

func (c *crowd) waitUnready() {
	c.h.Helper()
	c.h.Eventually("readiness says that Teleport is lost", func(ctx context.Context) error {
		status, _, err := c.op.Probe(ctx, "/readyz")
		if err == nil && status == http.StatusOK {
			err = errors.New("still ready")
		}
		return err
	})
}

// mustWaitCheaply lets the outage last. Nobody asks the operator anything meanwhile: that would be
// measured too.
func (c *crowd) mustWaitCheaply(outage time.Duration) {
	c.h.Helper()
	used := c.cpuTime()
	begun := time.Now()
	over := time.NewTimer(outage)
	defer over.Stop()
	select {
	case <-over.C:
	case <-c.op.Ended():
		c.h.Fatal("the operator has ended")
	}
	used = c.cpuTime() - used
	share := used.Seconds() / time.Since(begun).Seconds()
	c.h.Logf("waiting for %v took %v of CPU time: %.2f %% of a core", outage, used, share*100)
	if share > outageShare {
		c.h.Errorf("waiting took %.2f %% of a core, wanted at most %.0f %%", share*100, outageShare*100)
	}
}

func (c *crowd) cpuTime() time.Duration {
	c.h.Helper()
	used, err := c.op.CPUTime()
	if err != nil {
		c.h.Fatal(err)
	}
	return used
}

// mustComeGradually counts the calls about roles that come before the first ones are answered: that
// many are let out at once. Afterwards there must be more.
func (c *crowd) mustComeGradually() {
	c.h.Helper()
	before := c.calls()
	first := 0
	c.h.EventuallyIn(backInSync, "the first calls", func(context.Context) error {
		if first = c.calls() - before; first == 0 {
			return errors.New("none yet")
		}
		return nil
	})
	// Half of the time until their answers: whoever comes without waiting for them has come by then.
	timer := time.NewTimer(slowAnswer / 2)
	<-timer.C
	first = c.calls() - before
	c.h.Logf("%d calls were let out before the first answer", first)
	if first > herd/2 {
		c.h.Errorf("%d calls at once at the return: a herd", first)
	}
	c.h.EventuallyIn(backInSync, "the window opens", func(context.Context) error {
		if now := c.calls() - before; now < first+herd {
			return fmt.Errorf("%d calls", now)
		}
		return nil
	})
}

// calls about single roles so far. At a join the bot reads its own role.
func (c *crowd) calls() int {
	all := c.h.Teleport.CallsOf("GetRole") + c.h.Teleport.CallsOf("UpsertRoleV2")
	return all - c.h.Teleport.CallsAbout("bot-" + harness.BotName)["/proto.AuthService/GetRole"]
}

func (c *crowd) mustHaveArrived() {
	c.h.Helper()
	for i := range c.count {
		role := harness.InTeleport[*types.RoleV6](c.h, types.KindRole, c.name(i))
		if logins := role.GetLogins(types.Allow); len(logins) != 1 || logins[0] != "after" {
			c.h.Errorf("%s in Teleport has the logins %v", role.GetName(), logins)
		}
	}
}
