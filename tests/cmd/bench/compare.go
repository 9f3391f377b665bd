package main

import (
	"context"
	"fmt"
)

// mostAlone is how many CRs one of the two measurements of the API server alone takes at most: its
// rate does not depend on more.
const mostAlone = 5000

// compare does an act to n CRs of the operator's side, and before and after that to half as many of
// the other side: the machine may get slower or faster meanwhile, and the store gets fuller, which
// hits both the same.
func (a *arena) compare(ctx context.Context, name string, what act, prefix string, n int) (comparison, error) {
	out := comparison{Name: name, Objects: n}
	half := halfOf(n)
	before, err := a.metered(ctx, a.plain, what, batch{prefix, 0, half})
	if err != nil {
		return out, err
	}
	if err := a.forgetPeak(); err != nil {
		return out, err
	}
	if out.Requests, err = a.counted(ctx, what.userWrites*n, func() error {
		out.Operator, err = a.metered(ctx, a.ours, what, batch{prefix, 0, n})
		return err
	}); err != nil {
		return out, err
	}
	if out.PeakResidentBytes, err = a.operator.PeakResidentBytes(); err != nil {
		return out, err
	}
	after, err := a.metered(ctx, a.plain, what, batch{prefix, half, 2 * half})
	if err != nil {
		return out, err
	}
	out.APIServer = []burst{before, after}
	out.Ratio = out.Operator.Rate / mean(before.Rate, after.Rate)
	out.CPURatio = mean(before.totalCPU(), after.totalCPU()) / out.Operator.totalCPU()
	say("%s: %.0f objects/s, %.0f %% of the API server alone (%.0f, %.0f); operator %.2f ms CPU an object",
		name, out.Operator.Rate, 100*out.Ratio, before.Rate, after.Rate, out.Operator.CPU["operator"])
	return out, nil
}

func halfOf(n int) int { return min((n+1)/2, mostAlone) }

func mean(a, b float64) float64 { return (a + b) / 2 }

// add compares and keeps the result.
func (a *arena) add(ctx context.Context, name string, what act, prefix string, n int) error {
	measured, err := a.compare(ctx, name, what, prefix, n)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	a.out.Comparisons = append(a.out.Comparisons, measured)
	return nil
}

// metered is an act with the CPU time that everything takes for it.
func (a *arena) metered(ctx context.Context, on *side, what act, which batch) (burst, error) {
	before, err := a.cpuTimes()
	if err != nil {
		return burst{}, err
	}
	done, err := on.perform(ctx, what, which)
	if err != nil {
		return burst{}, err
	}
	after, err := a.cpuTimes()
	done.CPU = after.since(before, which.size())
	return done, err
}
