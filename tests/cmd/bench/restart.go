package main

import (
	"context"
	"fmt"
	"time"

	"github.com/teleport-operator-caf/tests/harness"
)

// restart stops the operator and starts it again with all of its CRs in sync.
func (b *bench) restart(ctx context.Context) error {
	if err := b.stopOperator(); err != nil {
		return err
	}
	var err error
	b.out.Restart.Requests, err = b.counted(ctx, func() error { return b.startInSync(ctx) })
	return err
}

func (b *bench) startInSync(ctx context.Context) error {
	begun := time.Now()
	ready, err := b.launch(ctx)
	if err != nil {
		return err
	}
	all := warmUps + b.opts.singles + b.opts.roles
	if err := b.waitInSync(ctx, all); err != nil {
		return err
	}
	b.out.Restart.Objects = all
	b.out.Restart.ReadySeconds = ready.Seconds()
	b.out.Restart.InSyncSeconds = time.Since(begun).Seconds()
	b.out.Restart.AtRest, err = b.atRest(ctx)
	return err
}

// waitInSync waits until the operator has looked at every CR and found it in place.
func (b *bench) waitInSync(ctx context.Context, all int) error {
	return b.waitState(ctx, "in_sync", all)
}

// waitState waits until all CRs are in a state of docs/metrics.md.
func (b *bench) waitState(ctx context.Context, state string, all int) error {
	return harness.Poll(ctx, patience, func(ctx context.Context) error {
		metrics, err := b.operator.Scrape(ctx)
		if err != nil {
			return err
		}
		if n := int(metrics.Sum("teleport_operator_resources", "state", state)); n != all {
			return fmt.Errorf("%d of %d CRs are known to be %s", n, all, state)
		}
		return nil
	})
}
