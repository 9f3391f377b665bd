package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/teleport-operator-caf/tests/workload"
)

// profile says where the operator's CPU time goes, by samples of perf.
type profile struct {
	CRs       int     `json:"crs"`
	Threads   []share `json:"threads"`   // by name; a thread without one has that of its parent
	Libraries []share `json:"libraries"` // the program, its libraries, the kernel
	Functions []share `json:"functions"` // the first of them, of all libraries
}

type share struct {
	Name    string  `json:"name"`
	Percent float64 `json:"percent"`
}

// profiled creates roles while perf looks. It is a scenario of its own, since looking takes time too.
func (b *bench) profiled(ctx context.Context) error {
	if _, err := exec.LookPath("perf"); err != nil {
		say("no profile: there is no perf on this machine")
		return nil
	}
	file := b.opts.perf
	if file == "" {
		file = filepath.Join(b.dir, "perf.data")
	}
	return b.in(ctx, []workload.Kind{role}, func(ctx context.Context, a *arena) error {
		if _, err := a.ours.perform(ctx, created, warmUp(warmUps)); err != nil {
			return err
		}
		stop, err := a.record(ctx, file)
		if err != nil {
			return err
		}
		_, err = a.ours.perform(ctx, created, batch{"new", 0, a.opts.roles})
		stop()
		if err != nil {
			return err
		}
		out := &profile{CRs: a.opts.roles}
		if out.Threads, err = shares(ctx, file, "comm"); err != nil {
			return err
		}
		if out.Libraries, err = shares(ctx, file, "dso"); err != nil {
			return err
		}
		out.Functions, err = shares(ctx, file, "symbol")
		a.out.Profile = out
		return err
	})
}

// record has perf write samples of the operator's stacks into a file until the answer is called.
func (a *arena) record(ctx context.Context, file string) (stop func(), err error) {
	command := exec.CommandContext(ctx, "perf", "record", "-e", "cpu-clock", "-F", "999", "-g",
		"-p", strconv.Itoa(a.operator.Pid()), "-o", file)
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("perf record: %w", err)
	}
	return func() {
		_ = command.Process.Signal(os.Interrupt) // it writes the file's end then
		_ = command.Wait()                       // and ends with the signal
	}, nil
}

// shares are the largest parts, by "comm" (thread), "dso" or "symbol".
func shares(ctx context.Context, file, by string) ([]share, error) {
	const most, longest = 15, 60
	text, err := exec.CommandContext(ctx, "perf", "report", "--stdio", "--no-children", "-g", "none",
		"-F", "overhead,"+by, "--sort", by, "-t", ";", "-i", file).Output()
	if err != nil {
		return nil, fmt.Errorf("perf report: %w", err)
	}
	var all []share
	for line := range strings.SplitSeq(string(text), "\n") {
		percent, name, is := strings.Cut(strings.TrimSpace(line), ";")
		value, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(percent), "%"), 64)
		if !is || err != nil {
			continue // headings
		}
		name, _, _ = strings.Cut(strings.TrimSpace(name), "  ") // more columns may follow
		if len(name) > longest {
			name = name[:longest] + "…"
		}
		all = append(all, share{strings.ReplaceAll(name, "|", "/"), value})
	}
	slices.SortStableFunc(all, func(a, b share) int { return cmp.Compare(b.Percent, a.Percent) })
	return all[:min(most, len(all))], nil
}
