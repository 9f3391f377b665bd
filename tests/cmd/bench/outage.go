package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	apitypes "k8s.io/apimachinery/pkg/types"

	"github.com/teleport-operator-caf/tests/harness"
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
	if err := b.stopOperator(); err != nil {
		return err
	}
	wire, err := harness.NewWire(b.world.Teleport.ProxyAddr())
	if err != nil {
		return err
	}
	defer wire.Close()
	b.out.Outage.Objects = warmUps + b.opts.singles + b.opts.roles + 1
	for _, step := range []func(context.Context, *harness.Wire) error{b.firstReady, b.cut, b.down} {
		if err := step(ctx, wire); err != nil {
			return err
		}
	}
	return nil
}

// firstReady is measured with all others in sync.
func (b *bench) firstReady(ctx context.Context, wire *harness.Wire) error {
	watching, cancel := context.WithCancel(ctx)
	defer cancel()
	if _, err := b.ours.create(ctx, "waits"); err != nil {
		return err
	}
	seen, err := b.ours.observe(watching)
	if err != nil {
		return err
	}
	begun := time.Now()
	if _, err := b.launchOver(ctx, wire.Addr()); err != nil {
		return err
	}
	readyAt, err := seen.waitReady(ctx, 1)
	b.out.Outage.FirstReadySeconds = readyAt.Sub(begun).Seconds()
	if err != nil {
		return err
	}
	return b.waitInSync(ctx, b.out.Outage.Objects)
}

// cut the wire while a CR is edited all the time.
func (b *bench) cut(ctx context.Context, wire *harness.Wire) error {
	editing, stop := context.WithCancel(ctx)
	var editor sync.WaitGroup
	editor.Go(func() {
		for number := 0; pause(editing, editPace) == nil; number++ {
			_ = b.edit(editing, "waits", fmt.Sprint("traffic-", number)) // one that fails is not missed
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
		status, _, err := b.operator.Probe(ctx, "/readyz")
		if err == nil && status == http.StatusOK {
			err = fmt.Errorf("a cut is not noticed")
		}
		return err
	})
	b.out.Outage.NoticedSeconds = time.Since(begun).Seconds()
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
	err = b.waitInSync(ctx, b.out.Outage.Objects)
	b.out.Outage.ReturnSeconds = time.Since(begun).Seconds()
	return err
}

// down edits all CRs while Teleport refuses connections.
func (b *bench) down(ctx context.Context, wire *harness.Wire) error {
	const lasts = 30 * time.Second
	wire.Refuse()
	list, err := b.ours.crs.List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	for _, cr := range list.Items {
		if err := b.edit(ctx, cr.GetName(), "after"); err != nil {
			return err
		}
	}
	if err := b.waitState(ctx, "waiting", b.out.Outage.Objects); err != nil {
		return err
	}
	if err := pause(ctx, settling); err != nil {
		return err
	}
	before, err := b.operator.CPUTime()
	if err != nil {
		return err
	}
	if err := pause(ctx, lasts); err != nil {
		return err
	}
	after, err := b.operator.CPUTime()
	if err != nil {
		return err
	}
	b.out.Outage.CorePercent = 100 * (after - before).Seconds() / lasts.Seconds()
	if err := wire.Mend(); err != nil {
		return err
	}
	begun := time.Now()
	err = b.waitInSync(ctx, b.out.Outage.Objects)
	b.out.Outage.InSyncSeconds = time.Since(begun).Seconds()
	return err
}

// edit gives a role another login.
func (b *bench) edit(ctx context.Context, name, login string) error {
	patch, err := json.Marshal(map[string]any{"spec": map[string]any{"allow": map[string]any{"logins": []string{login}}}})
	if err != nil {
		return err
	}
	_, err = b.ours.crs.Patch(ctx, name, apitypes.MergePatchType, patch, metav1.PatchOptions{})
	return err
}
