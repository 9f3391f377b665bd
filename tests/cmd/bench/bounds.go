package main

import "fmt"

// bound is what the project has set itself, and whether this run held it. Those that depend on no
// machine are tests elsewhere; these are ratios within one run, or CPU time, or memory.
type bound struct {
	what     string
	allowed  string
	measured string
	held     bool
}

func (r result) boundsTable() string {
	var rows [][]string
	for _, b := range r.bounds() {
		held := "yes"
		if !b.held {
			held = "**no**"
		}
		rows = append(rows, []string{b.what, b.allowed, b.measured, held})
	}
	return table([]string{"bound", "allowed", "measured", "held"}, rows)
}

// bounds that can be judged by what was measured.
func (r result) bounds() []bound {
	var all []bound
	for _, s := range r.Sizes {
		n := s.CRs - warmUps
		if c := r.named(createdName(n)); c != nil {
			all = append(all, c.atLeast(0.9), bound{
				c.Name + ": the operator's CPU, ms an object", "0.8",
				fmt.Sprintf("%.2f", c.Operator.CPU["operator"]), c.Operator.CPU["operator"] <= 0.8,
			})
		}
		all = append(all, s.bounds()...)
	}
	for _, c := range r.Comparisons {
		if c.Name == latencyName(c.Objects, slowest) {
			all = append(all, c.atLeast(0.8))
		}
	}
	return append(all, r.singleBounds()...)
}

func (r result) named(name string) *comparison {
	for i := range r.Comparisons {
		if r.Comparisons[i].Name == name {
			return &r.Comparisons[i]
		}
	}
	return nil
}

func (c comparison) atLeast(share float64) bound {
	return bound{
		c.Name + ": rate, of the API server's own", fmt.Sprintf("at least %.0f %%", 100*share),
		fmt.Sprintf("%.0f %%", 100*c.Ratio), c.Ratio >= share,
	}
}

// Pages of a list have so many objects at most, on each side.
const objectsAPage = 200

// tenThousand CRs may take so much; for fewer and for more there is no bound.
const (
	tenThousand       = 10000
	mostMiB           = 45
	mostInSyncSeconds = 5
)

func (s size) bounds() []bound {
	pages := (s.CRs + objectsAPage - 1) / objectsAPage
	restart := fmt.Sprintf("restart with %d in sync: ", s.CRs)
	all := []bound{
		{restart + "writes to CRs", "0", fmt.Sprint(s.Requests.CRWrites), s.Requests.CRWrites == 0},
		{
			restart + "pages of a kind's list, API server and Teleport", fmt.Sprintf("%d, %d", pages, pages),
			fmt.Sprintf("%d, %d", s.Requests.MostCRLists, s.Requests.MostOfOneMethod),
			s.Requests.MostCRLists <= pages && s.Requests.MostOfOneMethod <= pages,
		},
	}
	if s.CRs-warmUps != tenThousand {
		return all
	}
	most := max(s.AfterCreation.Resident, s.AfterRestart.Resident)
	return append(all,
		bound{restart + "all in sync, s", fmt.Sprint(mostInSyncSeconds), fmt.Sprintf("%.2f", s.InSyncSeconds), s.InSyncSeconds <= mostInSyncSeconds},
		bound{fmt.Sprintf("%d in sync: resident, MiB", s.CRs), fmt.Sprint(mostMiB), mib(most), mebibytes(most) <= mostMiB},
	)
}

// singleBounds: one finalizer patch and two Teleport calls, and then one status patch more, are what
// the bare client takes.
func (r result) singleBounds() []bound {
	if r.Singles == nil {
		return nil
	}
	const factor = 1.3
	ours, plain := r.Singles.Operator, r.Singles.Plain
	inTeleport := factor * plain.InTeleport.P50
	ready := inTeleport + plain.Ready.P50 - plain.InTeleport.P50
	return []bound{
		{
			fmt.Sprintf("a single role: Teleport has it, p50 ms (%.1f × the bare client's)", factor),
			fmt.Sprintf("%.1f", inTeleport), fmt.Sprintf("%.1f", ours.InTeleport.P50), ours.InTeleport.P50 <= inTeleport,
		},
		{
			"a single role: Ready, p50 ms (one status patch more)",
			fmt.Sprintf("%.1f", ready), fmt.Sprintf("%.1f", ours.Ready.P50), ours.Ready.P50 <= ready,
		},
	}
}
