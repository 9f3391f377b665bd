package integration

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gravitational/teleport/api/types"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/teleport-operator-caf/tests/harness"
	"github.com/teleport-operator-caf/tests/teleport"
)

// Networks that fail in other ways than a server that goes down. What tools/bench measures exactly is
// asserted here with a generous factor, since the machine is busy.

const (
	// busyNotice: a cut must be noticed in 10 s while there is traffic.
	busyNotice = 30 * time.Second
	// idleNotice: nothing is asked of an idle connection but a probe now and then.
	idleNotice = 60 * time.Second
	// comeBack: the first call must succeed within 1 s of the network's return.
	comeBack = 10 * time.Second
)

// A cable is cut while CRs are edited, and mended while an attempt to connect hangs. What was on its
// way when it was cut arrives late, and must not stay.
func TestCutCableIsNoticedAndOutlived(t *testing.T) {
	t.Parallel()
	for _, direct := range []bool{false, true} {
		t.Run(fmt.Sprintf("direct=%v", direct), func(t *testing.T) {
			t.Parallel()
			h := harness.NewTest(t)
			op, wire := startOverWire(h, direct)
			seen := h.Witness("TeleportRoleV7")
			traffic := startTraffic(h, 3)

			mustCut(h, wire)
			cut := time.Now()
			waitLost(h, op, busyNotice)
			t.Logf("noticed after %.1f s", time.Since(cut).Seconds())
			waitDials(h, op, wire)
			traffic.stop()

			if err := wire.Mend(); err != nil {
				t.Fatal(err)
			}
			mended := time.Now()
			for _, role := range traffic.roles {
				if err := seen.WaitReady(h.Context, role, comeBack); err != nil {
					t.Error(err)
				}
			}
			t.Logf("all Ready %.2f s after the return", time.Since(mended).Seconds())
			traffic.mustHaveArrived()
			mustHaveSeenOnlyTheOutage(h, seen)
		})
	}
}

// Nobody asks for anything: a cut is found by a probe all the same.
func TestCutCableIsNoticedWhenIdle(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	op, wire := startOverWire(h, false)
	mustCut(h, wire)
	cut := time.Now()
	waitLost(h, op, idleNotice)
	t.Logf("noticed after %.1f s", time.Since(cut).Seconds())
	if err := wire.Mend(); err != nil {
		t.Fatal(err)
	}
	if err := op.WaitReady(h.Context, comeBack); err != nil {
		t.Error(err)
	}
}

// Connections are reset again and again in the middle of calls: what was asked for arrives, and no CR
// is refused because of a write whose answer was lost.
func TestResetConnectionsLoseNothing(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	_, wire := startOverWire(h, false)
	seen := h.Witness("TeleportRoleV7")
	traffic := startTraffic(h, 5)
	for range 8 {
		before := wire.Accepted()
		traffic.waitEdits(10)
		wire.Reset()
		h.Eventually("a new connection", func(context.Context) error {
			if wire.Accepted() == before {
				return errors.New("none yet")
			}
			return nil
		})
	}
	traffic.stop()
	for _, role := range traffic.roles {
		if err := seen.WaitReady(h.Context, role, comeBack); err != nil {
			t.Error(err)
		}
	}
	traffic.mustHaveArrived()
	mustHaveSeenOnlyTheOutage(h, seen)
}

// The first CR is in Teleport 1.5 s after the process began, on a quiet machine. Not parallel: others
// would be measured too.
func TestFirstReconcileComesSoon(t *testing.T) {
	h := harness.NewTest(t)
	cr := h.Create(harness.CR("TeleportRoleV7", "first", roleWithLogins("one")))
	seen := h.Witness("TeleportRoleV7")
	started := time.Now()
	h.LaunchOperator(harness.OperatorOptions{})
	if err := seen.WaitReady(h.Context, cr, 6*time.Second); err != nil {
		t.Fatal(err)
	}
	t.Logf("the first CR was Ready %.2f s after the start of the process", time.Since(started).Seconds())
}

// Auth is down and its proxy answers, which costs most to try: find, TLS, and a refusal.
func TestAuthDownBehindItsProxyCostsLittle(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	op := h.StartOperator()
	role := h.WaitReady(h.Create(harness.CR("TeleportRoleV7", "waits", roleWithLogins("one"))))
	if err := h.Teleport.SetSwitches(teleport.Switches{Down: "auth"}); err != nil {
		t.Fatal(err)
	}
	waitLost(h, op, busyNotice)
	asked := h.Teleport.CallsOf("GET /webapi/find")
	before := mustCPUTime(h, op)
	// Time has to pass for a spin to show.
	quiet := time.NewTimer(8 * time.Second)
	<-quiet.C
	used := mustCPUTime(h, op) - before
	asked = h.Teleport.CallsOf("GET /webapi/find") - asked
	t.Logf("8 s of waiting took %v of CPU time and asked the proxy %d times", used, asked)
	if used > 800*time.Millisecond || asked > 20 {
		t.Errorf("8 s of waiting took %v of CPU time and asked the proxy %d times", used, asked)
	}
	if err := h.Teleport.SetSwitches(teleport.Switches{}); err != nil {
		t.Fatal(err)
	}
	h.WaitReady(h.SetSpec(role, roleWithLogins("two")))
}

// -- words of these tests --------------------------------------------------------------------------

func startOverWire(h *harness.Test, direct bool) (*harness.Operator, *harness.Wire) {
	h.Helper()
	target := h.Teleport.ProxyAddr()
	if direct {
		target = h.Teleport.AuthAddr()
	}
	wire := h.LayWire(target)
	op := h.StartOperatorWith(harness.OperatorOptions{
		Direct: direct, Flags: map[string]string{"auth-server": wire.Addr()},
	})
	return op, wire
}

func mustCut(h *harness.Test, wire *harness.Wire) {
	h.Helper()
	if err := wire.Cut(); err != nil {
		h.Fatal(err)
	}
}

func waitLost(h *harness.Test, op *harness.Operator, within time.Duration) {
	h.Helper()
	h.EventuallyIn(within, "readiness says that Teleport is lost", func(ctx context.Context) error {
		status, _, err := op.Probe(ctx, "/readyz")
		if err == nil && status == http.StatusOK {
			err = errors.New("still ready")
		}
		return err
	})
}

// waitDials waits until an attempt to connect hangs.
func waitDials(h *harness.Test, op *harness.Operator, wire *harness.Wire) {
	h.Helper()
	h.EventuallyIn(idleNotice, "an attempt to connect", func(context.Context) error {
		n, err := op.DialsTo(wire.Addr())
		if err == nil && n == 0 {
			err = errors.New("none yet")
		}
		return err
	})
}

func mustCPUTime(h *harness.Test, op *harness.Operator) time.Duration {
	h.Helper()
	used, err := op.CPUTime()
	if err != nil {
		h.Fatal(err)
	}
	return used
}

// mustHaveSeenOnlyTheOutage: what a CR said while it waited is that Teleport can't be reached.
func mustHaveSeenOnlyTheOutage(h *harness.Test, seen *harness.Witness) {
	h.Helper()
	for _, failure := range seen.Failures() {
		if !strings.Contains(failure, "TeleportUnreachable") {
			h.Errorf("a user saw: %s", failure)
		}
	}
}

// traffic edits roles, one after another, until it is stopped.
type traffic struct {
	h     *harness.Test
	roles []*unstructured.Unstructured // as last edited
	edits []int                        // of each role
	ended chan struct{}
	once  sync.Once
	done  sync.WaitGroup
	made  chan struct{} // one word for each edit that somebody waits for
	over  chan struct{} // closed when there will be no other edit
}

func startTraffic(h *harness.Test, roles int) *traffic {
	h.Helper()
	t := &traffic{
		h: h, edits: make([]int, roles),
		ended: make(chan struct{}), made: make(chan struct{}), over: make(chan struct{}),
	}
	for i := range roles {
		t.roles = append(t.roles, h.Create(harness.CR("TeleportRoleV7", fmt.Sprintf("traffic-%d", i), roleWithLogins("edit-0"))))
	}
	for _, role := range t.roles {
		h.WaitReady(role)
	}
	t.done.Go(t.run)
	h.Cleanup(t.stop)
	return t
}

func (t *traffic) run() {
	defer close(t.over)
	pace := time.NewTicker(50 * time.Millisecond)
	defer pace.Stop()
	for turn := 0; ; turn++ {
		select {
		case <-t.ended:
			return
		case <-pace.C:
		}
		i := turn % len(t.roles)
		t.edits[i]++
		t.roles[i] = t.h.SetSpec(t.roles[i], roleWithLogins(t.login(i)))
		select {
		case t.made <- struct{}{}:
		default:
		}
	}
}

func (t *traffic) login(role int) string { return fmt.Sprintf("edit-%d", t.edits[role]) }

func (t *traffic) waitEdits(n int) {
	t.h.Helper()
	for range n {
		select {
		case <-t.made:
		case <-t.over:
			t.h.Fatal("the traffic has ended")
		}
	}
}

// stop answers when the last edit is made; then roles are those of the last edits.
func (t *traffic) stop() {
	t.once.Do(func() { close(t.ended) })
	t.done.Wait()
}

// mustHaveArrived: what Teleport has, and keeps, is the last edit.
func (t *traffic) mustHaveArrived() {
	t.h.Helper()
	for i, role := range t.roles {
		harness.WaitInTeleport(t.h, types.KindRole, role.GetName(), hasLogins(t.login(i)))
	}
}
