package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/teleport-operator-caf/tests/cluster"
	"github.com/teleport-operator-caf/tests/harness"
	testteleport "github.com/teleport-operator-caf/tests/teleport"
)

const (
	patience = 2 * time.Minute
	warmUps  = 100
)

type options struct {
	roles, singles int
	log            string // path; "": the operator's log is shown only after a failure
}

// bench is what is up: the operator's namespace, and one where only the API server works.
type bench struct {
	opts     options
	cluster  *cluster.Cluster
	world    *harness.World
	operator *harness.Operator
	ours     *side // the operator writes finalizer and status
	plain    *side // a bare client writes the same
	out      result
}

func run(ctx context.Context, opts options) (result, error) {
	dir, err := os.MkdirTemp("", "teleport-operator-bench-")
	if err != nil {
		return result{}, err
	}
	defer os.RemoveAll(dir)
	b := &bench{opts: opts, out: newResult(opts)}
	err = errors.Join(b.measure(ctx, dir), b.close())
	return b.out, err
}

func (b *bench) measure(ctx context.Context, dir string) error {
	steps := []struct {
		title string
		do    func(context.Context) error
	}{
		{"starting a Kubernetes API and the test Teleport", func(ctx context.Context) error { return b.start(ctx, dir) }},
		{"starting the operator", b.startOperator},
		{fmt.Sprintf("warming up: %d roles on each side", warmUps), b.warmUp},
		{fmt.Sprintf("%d roles one after another, on each side", b.opts.singles), b.singles},
		{fmt.Sprintf("%d roles at once: the API server alone, the operator, the API server alone", b.opts.roles), b.bursts},
		{"restarting the operator with all in sync", b.restart},
		{"cutting the way to Teleport, and Teleport down", b.outages},
	}
	for _, step := range steps {
		begun := time.Now()
		fmt.Fprintf(os.Stderr, "bench: %s …", step.title)
		if err := step.do(ctx); err != nil {
			fmt.Fprintln(os.Stderr)
			if b.operator != nil {
				fmt.Fprintln(os.Stderr, b.operator.Output.Tail(20))
			}
			return fmt.Errorf("%s: %w", step.title, err)
		}
		fmt.Fprintf(os.Stderr, " %.1f s\n", time.Since(begun).Seconds())
	}
	return nil
}

func (b *bench) start(ctx context.Context, dir string) (err error) {
	if b.cluster, err = cluster.Start(ctx, cluster.Options{Dir: filepath.Join(dir, "kubernetes")}); err != nil {
		return err
	}
	if err := harness.InstallCRDs(ctx, b.cluster); err != nil {
		return err
	}
	b.world, err = b.buildWorld(ctx, dir, "bench-operator")
	if err != nil {
		return err
	}
	b.ours = newSide(b.world, nil)
	// The plain client writes as an account with the same rights, in a namespace that nobody watches
	// but this program.
	alone, err := b.buildWorld(ctx, dir, "bench-alone")
	if err != nil {
		return err
	}
	defer alone.Close()
	client, err := newPlainClient(alone)
	if err != nil {
		return err
	}
	b.plain = newSide(alone, client)
	return nil
}

func (b *bench) buildWorld(ctx context.Context, dir, namespace string) (*harness.World, error) {
	inside := filepath.Join(dir, namespace)
	if err := os.Mkdir(inside, 0o700); err != nil {
		return nil, err
	}
	return harness.BuildWorldIn(ctx, b.cluster, namespace, inside, testteleport.Options{})
}

// warmUp lets both sides open their connections and the API server compile what it compiles once.
// The plain client learns here what the operator writes.
func (b *bench) warmUp(ctx context.Context) error {
	if _, err := b.ours.burst(ctx, "warm", warmUps); err != nil {
		return err
	}
	status, err := b.ours.statusOf(ctx, "warm-0")
	if err != nil {
		return err
	}
	b.plain.client.useStatus(status)
	_, err = b.plain.burst(ctx, "warm", warmUps)
	return err
}

func (b *bench) singles(ctx context.Context) (err error) {
	if b.out.Singles.APIServer, err = b.plain.oneByOne(ctx, "single", b.opts.singles); err != nil {
		return err
	}
	b.out.Singles.Operator, err = b.ours.oneByOne(ctx, "single", b.opts.singles)
	return err
}

// bursts measures the API server alone before and after the operator: the machine may get slower or
// faster meanwhile, and the store gets fuller.
func (b *bench) bursts(ctx context.Context) error {
	before, err := b.metered(ctx, b.plain, "before")
	if err != nil {
		return err
	}
	if err := b.forgetPeak(); err != nil {
		return err
	}
	if b.out.Burst.Requests, err = b.counted(ctx, func() error {
		b.out.Burst.Operator, err = b.metered(ctx, b.ours, "burst")
		return err
	}); err != nil {
		return err
	}
	after, err := b.metered(ctx, b.plain, "after")
	if err != nil {
		return err
	}
	b.out.Burst.APIServer = []burst{before, after}
	b.out.Burst.Ratio = b.out.Burst.Operator.Rate / ((before.Rate + after.Rate) / 2)
	b.out.Burst.CPURatio = (before.totalCPU() + after.totalCPU()) / 2 / b.out.Burst.Operator.totalCPU()
	b.out.Burst.PeakResidentBytes, err = b.operator.PeakResidentBytes()
	return err
}

func (b *bench) metered(ctx context.Context, on *side, name string) (burst, error) {
	before, err := b.cpuTimes()
	if err != nil {
		return burst{}, err
	}
	done, err := on.burst(ctx, name, b.opts.roles)
	if err != nil {
		return burst{}, err
	}
	after, err := b.cpuTimes()
	done.CPU = after.since(before, b.opts.roles)
	return done, err
}

func (b *bench) stopOperator() error {
	err := b.operator.Stop()
	if b.opts.log != "" {
		err = errors.Join(err, appendTo(b.opts.log, b.operator.Output.Text()))
	}
	b.operator = nil
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

func (b *bench) close() error {
	var errs []error
	if b.operator != nil {
		errs = append(errs, b.stopOperator())
	}
	if b.world != nil {
		b.world.Close()
	}
	if b.cluster != nil {
		errs = append(errs, b.cluster.Stop())
	}
	return errors.Join(errs...)
}
