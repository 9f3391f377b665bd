package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/teleport-operator-caf/tests/harness"
	"github.com/teleport-operator-caf/tests/workload"
)

const (
	// cutLasts is how long the network is away after the cut was noticed: attempts to connect hang.
	cutLasts = 10 * time.Second
	editPace = 100 * time.Millisecond
)

// outage is what networks and Teleport do to an operator with all of its CRs in sync.
type outage struct {
	Objects           int     `json:"objects"`
	FirstReadySeconds float64 `json:"first_ready_seconds"`  // a new CR that waits when the process starts
	NoticedSeconds    float64 `json:"cut_noticed_seconds"`  // a silent cut, with traffic
	ReturnSeconds     float64 `json:"first_call_seconds"`   // from the network's return to an edit that is Ready
	CorePercent       float64 `json:"waiting_core_percent"` // all edited and waiting for Teleport
	InSyncSeconds     float64 `json:"in_sync_seconds"`      // from Teleport's return until all are
}

// outages restarts the operator over a wire, cuts that under traffic, and then has everybody wait for
// a Teleport that is down.
func (b *bench) outages(ctx context.Context) error {
	return b.in(ctx, []workload.Kind{role}, func(ctx context.Context, a *arena) error {
		all := batch{"all", 0, a.opts.roles}
		if _, err := a.ours.perform(ctx, created, all); err != nil {
			return err
		}
		if err := a.stopOperator(); err != nil {
			return err
		}
		wire, err := harness.NewWire(a.world.Teleport.ProxyAddr())
		if err != nil {
			return err
		}
		defer wire.Close()
		out := &outage{Objects: all.size() + waits.size()}
		for _, step := range []func(context.Context, *harness.Wire, *outage) error{a.firstReady, a.cut, a.down} {
			if err := step(ctx, wire, out); err != nil {
				return err
			}
		}
		a.out.Outage = out
		return nil
	})
}

// waits is the CR that comes while the operator is away.
var waits = batch{"waits", 0, 1}

// firstReady is measured with all others in sync.
func (a *arena) firstReady(ctx context.Context, wire *harness.Wire, out *outage) error {
	watching, cancel := context.WithCancel(ctx)
	defer cancel()
	if _, err := a.ours.one(ctx, created, waits, 0); err != nil {
		return err
	}
	seen, err := a.ours.observe(watching, created)
	if err != nil {
		return err
	}
	begun := time.Now()
	if _, err := a.launchOver(ctx, wire.Addr()); err != nil {
		return err
	}
	readyAt, err := seen.wait(ctx, 1)
	out.FirstReadySeconds = readyAt.Sub(begun).Seconds()
	if err != nil {
		return err
	}
	return a.waitState(ctx, "in_sync", out.Objects)
}

// cut the wire while a CR is edited all the time.
func (a *arena) cut(ctx context.Context, wire *harness.Wire, out *outage) error {
	editing, stop := context.WithCancel(ctx)
	var editor sync.WaitGroup
	editor.Go(func() {
		for number := 0; pause(editing, editPace) == nil; number++ {
			_ = a.edit(editing, waits.name(0), fmt.Sprint("traffic-", number)) // one that fails is not missed
		}
	})
	defer editor.Wait()
	defer stop()
	if err := pause(ctx, time.Second); err != nil {
		return err
	}
	if err := wire.Cut(); err != nil {
		return err
	}
	begun := time.Now()
	err := harness.Poll(ctx, patience, func(ctx context.Context) error {
		status, _, err := a.operator.Probe(ctx, "/readyz")
		if err == nil && status == http.StatusOK {
			err = fmt.Errorf("a cut is not noticed")
		}
		return err
	})
	out.NoticedSeconds = time.Since(begun).Seconds()
	if err != nil {
		return err
	}
	if err := pause(ctx, cutLasts); err != nil {
		return err
	}
	stop()
	editor.Wait()
	if err := wire.Mend(); err != nil {
		return err
	}
	begun = time.Now()
	err = a.waitState(ctx, "in_sync", out.Objects)
	out.ReturnSeconds = time.Since(begun).Seconds()
	return err
}

// down edits all CRs while Teleport refuses connections.
func (a *arena) down(ctx context.Context, wire *harness.Wire, out *outage) error {
	const lasts = 30 * time.Second
	wire.Refuse()
	if err := a.ours.request(ctx, edited, batch{"all", 0, out.Objects - waits.size()}); err != nil {
		return err
	}
	if _, err := a.ours.one(ctx, edited, waits, 0); err != nil {
		return err
	}
	if err := a.waitState(ctx, "waiting", out.Objects); err != nil {
		return err
	}
	if err := pause(ctx, settling); err != nil {
		return err
	}
	before, err := a.operator.CPUTime()
	if err != nil {
		return err
	}
	if err := pause(ctx, lasts); err != nil {
		return err
	}
	after, err := a.operator.CPUTime()
	if err != nil {
		return err
	}
	out.CorePercent = 100 * (after - before).Seconds() / lasts.Seconds()
	if err := wire.Mend(); err != nil {
		return err
	}
	begun := time.Now()
	err = a.waitState(ctx, "in_sync", out.Objects)
	out.InSyncSeconds = time.Since(begun).Seconds()
	return err
}

// edit gives a role another login.
func (a *arena) edit(ctx context.Context, name, login string) error {
	patch, err := json.Marshal(map[string]any{"spec": map[string]any{"allow": map[string]any{"logins": []string{login}}}})
	if err != nil {
		return err
	}
	_, err = a.ours.admin.do(ctx, http.MethodPatch, a.ours.path(role, name), asMergePatch, patch)
	return err
}
