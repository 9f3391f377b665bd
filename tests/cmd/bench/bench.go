package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/teleport-operator-caf/tests/cluster"
	"github.com/teleport-operator-caf/tests/harness"
)

// patience is for what takes seconds on a quiet machine.
const patience = 2 * time.Minute

// patienceFor is for n CRs that somebody creates, edits or deletes.
func patienceFor(n int) time.Duration { return patience + time.Duration(n)*100*time.Millisecond }

// scenario is one measurement, or a few that belong together. Each has an operator, a namespace and
// a Teleport of its own, so that none inherits the memory or the CRs of another.
type scenario struct {
	name, title string
	do          func(*bench, context.Context) error
}

// scenarios in the order in which they run: what takes few CRs comes first.
func scenarios() []scenario {
	return []scenario{
		{"start", "the operator starts and rests", (*bench).start},
		{"single", "single roles, in turn on each side", (*bench).singles},
		{"edit", "all are edited, then all are deleted", (*bench).editAndDelete},
		{"mixed", "many kinds at once", (*bench).mixed},
		{"latency", "a slow Teleport", (*bench).slowTeleport},
		{"profile", "where the operator's CPU time goes while CRs are created", (*bench).profiled},
		{"outage", "cutting the way to Teleport, and Teleport down", (*bench).outages},
		{"sizes", "creation, memory and restart by the number of CRs", (*bench).sizes},
	}
}

func scenarioNames() []string {
	var names []string
	for _, each := range scenarios() {
		names = append(names, each.name)
	}
	return names
}

// bench is what all scenarios share.
type bench struct {
	opts    options
	dir     string
	cluster *cluster.Cluster
	arenas  int
	// operators is the CPU seconds that all operators so far have used.
	operators float64
	out       result
}

func run(ctx context.Context, opts options) (result, error) {
	dir, err := os.MkdirTemp("", "teleport-operator-bench-")
	if err != nil {
		return result{}, err
	}
	defer os.RemoveAll(dir)
	b := &bench{opts: opts, dir: dir, out: newResult()}
	err = b.measure(ctx)
	if b.cluster != nil {
		err = errors.Join(err, b.cluster.Stop())
	}
	return b.out, err
}

func (b *bench) measure(ctx context.Context) (err error) {
	say("starting a Kubernetes API")
	if b.cluster, err = cluster.Start(ctx, cluster.Options{Dir: filepath.Join(b.dir, "kubernetes")}); err != nil {
		return err
	}
	if err := harness.InstallCRDs(ctx, b.cluster); err != nil {
		return err
	}
	machine, err := startClock(b)
	if err != nil {
		return err
	}
	for _, each := range scenarios() {
		if !slices.Contains(b.opts.only, each.name) {
			continue
		}
		begun := time.Now()
		say("%s: %s", each.name, each.title)
		if err := each.do(b, ctx); err != nil {
			return fmt.Errorf("%s: %w", each.name, err)
		}
		say("%s: took %.0f s", each.name, time.Since(begun).Seconds())
	}
	b.out.Machine.OthersPercent, err = machine.others()
	b.out.Scenarios = b.opts.only
	return err
}

// say tells the person who waits.
func say(format string, args ...any) { fmt.Fprintf(os.Stderr, "bench: "+format+"\n", args...) }

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
