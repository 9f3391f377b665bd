package main

import (
	"context"
	"fmt"

	"github.com/teleport-operator-caf/tests/harness"
	testteleport "github.com/teleport-operator-caf/tests/teleport"
	"github.com/teleport-operator-caf/tests/workload"
)

// start measures an operator that has nothing to do.
func (b *bench) start(ctx context.Context) error {
	return b.in(ctx, []workload.Kind{role}, func(ctx context.Context, a *arena) (err error) {
		out := &start{ReadySeconds: a.started.Seconds(), Kinds: harness.KindCount()}
		if out.AtRest, err = a.atRest(ctx); err != nil {
			return err
		}
		if out.Connections, err = a.operator.ConnectionsTo(a.cluster.Info().URL); err != nil {
			return err
		}
		out.PeakResidentBytes, err = a.operator.PeakResidentBytes()
		a.out.Start = out
		return err
	})
}

// editAndDelete edits all CRs at once, and then deletes all.
func (b *bench) editAndDelete(ctx context.Context) error {
	return b.in(ctx, []workload.Kind{role}, func(ctx context.Context, a *arena) error {
		if err := a.warmUp(ctx); err != nil {
			return err
		}
		n := a.opts.roles
		if _, err := a.ours.perform(ctx, created, batch{"all", 0, n}); err != nil {
			return err
		}
		if _, err := a.plain.perform(ctx, created, batch{"all", 0, 2 * halfOf(n)}); err != nil {
			return err
		}
		if err := a.add(ctx, fmt.Sprintf("%d roles edited", n), edited, "all", n); err != nil {
			return err
		}
		return a.add(ctx, fmt.Sprintf("%d roles deleted", n), deleted, "all", n)
	})
}

// mixed creates CRs of many kinds at once.
func (b *bench) mixed(ctx context.Context) error {
	kinds := mixedKinds()
	return b.in(ctx, kinds, func(ctx context.Context, a *arena) error {
		if err := a.warmUp(ctx); err != nil {
			return err
		}
		n := a.opts.roles
		return a.add(ctx, fmt.Sprintf("%d CRs of %d kinds created", n, len(kinds)), created, "mixed", n)
	})
}

// mixedKinds are those that need no Secret: reading that is a request that nobody else here does.
func mixedKinds() []workload.Kind {
	var kinds []workload.Kind
	for _, kind := range workload.Kinds {
		if !kind.Secrets {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

// slowTeleport creates roles while each Teleport call takes longer.
func (b *bench) slowTeleport(ctx context.Context) error {
	return b.in(ctx, []workload.Kind{role}, func(ctx context.Context, a *arena) error {
		if err := a.warmUp(ctx); err != nil {
			return err
		}
		for _, latency := range []int{0, 5, slowest} {
			a.world.Teleport.ClearFaults()
			slow := testteleport.Fault{Method: "*", LatencyMS: latency}
			if err := a.world.Teleport.SetFaults(slow); err != nil {
				return err
			}
			name := latencyName(a.opts.roles, latency)
			if err := a.add(ctx, name, created, fmt.Sprintf("after-%d-ms", latency), a.opts.roles); err != nil {
				return err
			}
		}
		return nil
	})
}

const slowest = 50 // milliseconds a call

func latencyName(n, milliseconds int) string {
	return fmt.Sprintf("%d roles created, Teleport answers after %d ms", n, milliseconds)
}
