package main

import (
	"context"
	"fmt"
	"time"

	"github.com/teleport-operator-caf/tests/workload"
)

// sizes creates so many roles at once, and then restarts the operator with all in sync.
func (b *bench) sizes(ctx context.Context) error {
	for _, n := range b.opts.sizes {
		err := b.in(ctx, []workload.Kind{role}, func(ctx context.Context, a *arena) error {
			return a.size(ctx, n)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func createdName(n int) string { return fmt.Sprintf("%d roles created", n) }

func (a *arena) size(ctx context.Context, n int) error {
	if err := a.warmUp(ctx); err != nil {
		return err
	}
	if err := a.add(ctx, createdName(n), created, "new", n); err != nil {
		return err
	}
	var err error
	out := size{CRs: warmUps + n}
	if out.AfterCreation, err = a.atRest(ctx); err != nil {
		return err
	}
	if err := a.stopOperator(); err != nil {
		return err
	}
	out.Requests, err = a.counted(ctx, 0, func() error { return a.startInSync(ctx, &out) })
	if err != nil {
		return err
	}
	say("%d CRs: %.1f MiB, after a restart %.1f MiB and in sync in %.2f s", out.CRs,
		mebibytes(out.AfterCreation.Resident), mebibytes(out.AfterRestart.Resident), out.InSyncSeconds)
	a.out.Sizes = append(a.out.Sizes, out)
	return nil
}

func (a *arena) startInSync(ctx context.Context, out *size) error {
	begun := time.Now()
	ready, err := a.launch(ctx)
	if err != nil {
		return err
	}
	if err := a.waitState(ctx, "in_sync", out.CRs); err != nil {
		return err
	}
	out.InSyncSeconds = time.Since(begun).Seconds()
	out.ReadySeconds = ready.Seconds()
	used, err := a.operator.CPUTime()
	if err != nil {
		return err
	}
	out.CPUSeconds = used.Seconds()
	out.AfterRestart, err = a.atRest(ctx)
	return err
}
