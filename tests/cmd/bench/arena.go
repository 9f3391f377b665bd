package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/teleport-operator-caf/tests/harness"
	testteleport "github.com/teleport-operator-caf/tests/teleport"
	"github.com/teleport-operator-caf/tests/workload"
)

// warmUps are CRs that are created before anything is measured, so that both sides have opened their
// connections and the API server has compiled what it compiles once.
const warmUps = 64

// settling is how long a process is left alone before its memory at rest is read: time enough to
// give back what only its start needed.
const settling = 10 * time.Second

// arena is where a scenario takes place: two namespaces, each with an account of the same rights. In
// one the operator works; the other nobody watches but this program.
type arena struct {
	*bench
	world    *harness.World // the operator's
	alone    *harness.World // the API server's
	operator *harness.Operator
	started  time.Duration // until the operator was ready
	ours     *side         // the operator writes finalizer and status
	plain    *side         // a bare client writes the same
}

// in lets do run in a new arena with these kinds of CRs, and takes it down.
func (b *bench) in(ctx context.Context, kinds []workload.Kind, do func(context.Context, *arena) error) error {
	b.arenas++
	a := &arena{bench: b}
	err := a.build(ctx, kinds)
	if err == nil {
		err = do(ctx, a)
	}
	if err != nil && a.operator != nil {
		fmt.Fprintln(os.Stderr, a.operator.Output.Tail(20))
	}
	return errors.Join(err, a.close())
}

func (a *arena) build(ctx context.Context, kinds []workload.Kind) (err error) {
	if a.world, err = a.newWorld(ctx, "operator"); err != nil {
		return err
	}
	if a.alone, err = a.newWorld(ctx, "alone"); err != nil {
		return err
	}
	admin, err := newAPI(a.cluster.AdminConfig())
	if err != nil {
		return err
	}
	client, err := newPlainClient(a.alone)
	if err != nil {
		return err
	}
	a.ours = &side{namespace: a.world.Namespace, kinds: kinds, admin: admin}
	a.plain = &side{namespace: a.alone.Namespace, kinds: kinds, admin: admin, client: client}
	a.started, err = a.launch(ctx)
	return err
}

func (a *arena) newWorld(ctx context.Context, of string) (*harness.World, error) {
	namespace := fmt.Sprintf("bench-%d-%s", a.arenas, of)
	inside := filepath.Join(a.dir, namespace)
	if err := os.Mkdir(inside, 0o700); err != nil {
		return nil, err
	}
	return harness.BuildWorldIn(ctx, a.cluster, namespace, inside, testteleport.Options{})
}

// warmUp also teaches the plain client what the operator writes.
func (a *arena) warmUp(ctx context.Context) error {
	if _, err := a.ours.perform(ctx, created, warmUp(warmUps)); err != nil {
		return err
	}
	if err := a.plain.client.learnFrom(ctx, a.ours); err != nil {
		return err
	}
	_, err := a.plain.perform(ctx, created, warmUp(warmUps))
	return err
}

// launch starts the operator and answers how long it took to be ready.
func (a *arena) launch(ctx context.Context) (time.Duration, error) {
	return a.launchOver(ctx, a.world.Teleport.ProxyAddr())
}

// launchOver starts it with this address of Teleport.
func (a *arena) launchOver(ctx context.Context, authServer string) (ready time.Duration, err error) {
	begun := time.Now()
	a.operator, err = a.world.Launch(harness.OperatorOptions{
		Flags: map[string]string{"log-level": "INFO", "auth-server": authServer},
	})
	if err != nil {
		return 0, err
	}
	err = a.operator.WaitReady(ctx, patience)
	return time.Since(begun), err
}

func (a *arena) stopOperator() error {
	used, err := a.operator.CPUTime()
	a.bench.operators += used.Seconds() // what one that died took is missing there
	if err = errors.Join(err, a.operator.Stop()); err != nil {
		err = fmt.Errorf("stopping the operator: %w", err)
	}
	if a.opts.log != "" {
		err = errors.Join(err, appendTo(a.opts.log, a.operator.Output.Text()))
	}
	a.operator = nil
	return err
}

func appendTo(path, text string) error {
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = file.WriteString(text + "\n")
	return errors.Join(err, file.Close())
}

func (a *arena) close() error {
	var err error
	if a.operator != nil {
		err = a.stopOperator()
	}
	for _, world := range []*harness.World{a.world, a.alone} {
		if world != nil {
			world.Close()
		}
	}
	return err
}

// askingPace keeps the questions of waitState from being much of the operator's work.
const askingPace = 30 * time.Millisecond

// waitState waits until all CRs are in a state of docs/metrics.md.
func (a *arena) waitState(ctx context.Context, state string, all int) error {
	return harness.Poll(ctx, patienceFor(all), func(ctx context.Context) error {
		if err := pause(ctx, askingPace); err != nil {
			return err
		}
		metrics, err := a.operator.Scrape(ctx)
		if err != nil {
			return err
		}
		if n := int(metrics.Sum("teleport_operator_resources", "state", state)); n != all {
			return fmt.Errorf("%d of %d CRs are known to be %s", n, all, state)
		}
		return nil
	})
}

// atRest is the operator's memory when it has nothing to do.
func (a *arena) atRest(ctx context.Context) (memory, error) {
	if err := pause(ctx, settling); err != nil {
		return memory{}, err
	}
	resident, err := a.operator.ResidentBytes()
	if err != nil {
		return memory{}, err
	}
	anonymous, err := a.operator.AnonymousBytes()
	return memory{resident, anonymous}, err
}

// forgetPeak lets the operator's peak of memory begin at what it has now.
func (a *arena) forgetPeak() error {
	const peak = "5" // proc(5), clear_refs
	return os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", a.operator.Pid()), []byte(peak), 0)
}
