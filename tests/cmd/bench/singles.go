package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/gravitational/teleport/api/types"

	"github.com/teleport-operator-caf/tests/harness"
	testteleport "github.com/teleport-operator-caf/tests/teleport"
	"github.com/teleport-operator-caf/tests/workload"
)

// singles creates roles one after another, in turn on each side. The plain client does on its own what
// the operator does: finalizer, a look into Teleport, the creation there, status. The clock starts when
// the create is answered: on the operator's side, its watch has to tell it first.
func (b *bench) singles(ctx context.Context) error {
	return b.in(ctx, []workload.Kind{role}, func(ctx context.Context, a *arena) error {
		if err := a.warmUp(ctx); err != nil {
			return err
		}
		teleport, err := newPlainTeleport(a.alone)
		if err != nil {
			return err
		}
		defer teleport.close()
		if err := teleport.put(ctx, wantedRole("first")); err != nil { // connects
			return err
		}
		watching, cancel := context.WithTimeout(ctx, patienceFor(b.opts.singles))
		defer cancel()
		return a.inTurn(watching, teleport)
	})
}

func (a *arena) inTurn(ctx context.Context, teleport *plainTeleport) error {
	seenOurs, err := a.ours.observe(ctx, created)
	if err != nil {
		return err
	}
	seenPlain, err := a.plain.observe(ctx, created)
	if err != nil {
		return err
	}
	var ours, plain times
	for number := range a.opts.singles {
		if err := a.singlePlain(ctx, teleport, number, seenPlain, &plain); err != nil {
			return err
		}
		if err := a.singleOurs(ctx, number, seenOurs, &ours); err != nil {
			return err
		}
	}
	a.out.Singles = &singles{Count: a.opts.singles, Operator: ours.summary(), Plain: plain.summary()}
	return nil
}

func (a *arena) singleOurs(ctx context.Context, number int, seen *observer, into *times) error {
	a.world.Teleport.ResetCounters()
	cr, err := a.ours.one(ctx, created, singleBatch, number)
	if err != nil {
		return err
	}
	begun := time.Now()
	readyAt, err := seen.wait(ctx, number+1)
	if err != nil {
		return err
	}
	thereAt, err := writtenAt(a.world, singleBatch.name(number))
	if err != nil {
		return fmt.Errorf("%s: %w", cr.path, err)
	}
	into.add(thereAt.Sub(begun), readyAt.Sub(begun))
	return nil
}

func (a *arena) singlePlain(ctx context.Context, teleport *plainTeleport, number int, seen *observer, into *times) error {
	a.alone.Teleport.ResetCounters()
	cr, err := a.plain.one(ctx, created, singleBatch, number)
	if err != nil {
		return err
	}
	begun := time.Now()
	held, err := a.plain.client.hold(ctx, cr)
	if err != nil {
		return err
	}
	if err := teleport.put(ctx, wantedRole(singleBatch.name(number))); err != nil {
		return err
	}
	if err := a.plain.client.report(ctx, held); err != nil {
		return err
	}
	readyAt, err := seen.wait(ctx, number+1)
	if err != nil {
		return err
	}
	thereAt, err := writtenAt(a.alone, singleBatch.name(number))
	into.add(thereAt.Sub(begun), readyAt.Sub(begun))
	return err
}

var singleBatch = batch{prefix: "single"}

// writtenAt is when Teleport stored a role first.
func writtenAt(w *harness.World, name string) (time.Time, error) {
	audit := w.Teleport.Audit()
	i := slices.IndexFunc(audit, func(record testteleport.WriteRecord) bool {
		return record.Kind == types.KindRole && record.Name == name
	})
	if i < 0 {
		return time.Time{}, fmt.Errorf("Teleport has stored no role %q", name)
	}
	return audit[i].Time, nil
}

// times from the answered create on.
type times struct{ toTeleport, toReady []time.Duration }

func (t *times) add(toTeleport, toReady time.Duration) {
	t.toTeleport, t.toReady = append(t.toTeleport, toTeleport), append(t.toReady, toReady)
}

func (t *times) summary() single {
	return single{InTeleport: percentiles(t.toTeleport), Ready: percentiles(t.toReady)}
}

func percentiles(took []time.Duration) latencies {
	slices.Sort(took)
	at := func(share float64) float64 {
		return float64(took[int(share*float64(len(took)-1))].Microseconds()) / 1000
	}
	return latencies{P50: at(0.50), P99: at(0.99)}
}
