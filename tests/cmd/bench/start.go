package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/teleport-operator-caf/tests/harness"
)

// settling is how long a process is left alone before its memory at rest is read: time enough to
// give back what only its start needed.
const settling = 10 * time.Second

func (b *bench) launch(ctx context.Context) (ready time.Duration, err error) {
	return b.launchOver(ctx, b.world.Teleport.ProxyAddr())
}

// launchOver starts the operator with this address of Teleport.
func (b *bench) launchOver(ctx context.Context, authServer string) (ready time.Duration, err error) {
	begun := time.Now()
	b.operator, err = b.world.Launch(harness.OperatorOptions{
		Flags: map[string]string{"log-level": "INFO", "auth-server": authServer},
	})
	if err != nil {
		return 0, err
	}
	err = b.operator.WaitReady(ctx, patience)
	return time.Since(begun), err
}

func (b *bench) startOperator(ctx context.Context) error {
	ready, err := b.launch(ctx)
	if err != nil {
		return err
	}
	b.out.Start.ReadySeconds = ready.Seconds()
	b.out.Start.Kinds = harness.KindCount()
	if b.out.Start.AtRest, err = b.atRest(ctx); err != nil {
		return err
	}
	if b.out.Start.Connections, err = b.operator.ConnectionsTo(b.cluster.Info().URL); err != nil {
		return err
	}
	b.out.Start.PeakResidentBytes, err = b.operator.PeakResidentBytes()
	return err
}

// atRest is the operator's memory when it has nothing to do.
func (b *bench) atRest(ctx context.Context) (memory, error) {
	if err := pause(ctx, settling); err != nil {
		return memory{}, err
	}
	resident, err := b.operator.ResidentBytes()
	if err != nil {
		return memory{}, err
	}
	anonymous, err := b.operator.AnonymousBytes()
	return memory{resident, anonymous}, err
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// forgetPeak lets the operator's peak of memory begin at what it has now.
func (b *bench) forgetPeak() error {
	const peak = "5" // proc(5), clear_refs
	return os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", b.operator.Pid()), []byte(peak), 0)
}
