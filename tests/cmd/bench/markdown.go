package main

import (
	"fmt"
	"strings"
)

// markdown is the result for people.
func (r result) markdown() string {
	text := fmt.Sprintf("%d cores, of which other programs and the kernel took %.0f %%.\n", r.Machine.Cores, r.Machine.OthersPercent)
	if len(r.Scenarios) < len(scenarios()) {
		text += fmt.Sprintf("Only the scenarios %s.\n", strings.Join(r.Scenarios, ", "))
	}
	for _, part := range []string{
		r.comparisonTable(), r.singlesTable(), r.sizesTable(), r.startTable(), r.outageTable(), r.profileTable(), r.boundsTable(),
	} {
		if part != "" {
			text += "\n" + part
		}
	}
	return text
}

// table is empty without rows.
func table(head []string, rows [][]string) string {
	if len(rows) == 0 {
		return ""
	}
	line := func(cells []string) string { return "| " + strings.Join(cells, " | ") + " |\n" }
	text := line(head) + "|" + strings.Repeat(" --- |", len(head)) + "\n"
	for _, row := range rows {
		text += line(row)
	}
	return text
}

func (r result) comparisonTable() string {
	var rows [][]string
	for _, c := range r.Comparisons {
		before, after := c.APIServer[0], c.APIServer[1]
		rows = append(rows, []string{
			c.Name,
			fmt.Sprintf("%.0f", c.Operator.Rate),
			fmt.Sprintf("%.0f, %.0f", before.Rate, after.Rate),
			fmt.Sprintf("**%.0f %%**", 100*c.Ratio),
			fmt.Sprintf("%.2f", c.Operator.CPU["operator"]),
			fmt.Sprintf("%.1f; %.1f, %.1f", c.Operator.totalCPU(), before.totalCPU(), after.totalCPU()),
			mib(c.PeakResidentBytes),
			fmt.Sprintf("%d, %d, %d", c.Requests.CRWrites, c.Requests.Events, c.Requests.TeleportCalls),
		})
	}
	return table([]string{
		"at once", "operator, objects/s", "API server alone, before and after", "ratio", "operator's CPU, ms an object",
		"CPU of all, ms an object: with the operator; without", "operator's peak, MiB", "its writes to CRs, Events, Teleport calls",
	}, rows)
}

func (r result) singlesTable() string {
	if r.Singles == nil {
		return ""
	}
	row := func(what string, ours, plain latencies) []string {
		return []string{what, ours.String(), plain.String(), fmt.Sprintf("%.2f", ours.P50/plain.P50)}
	}
	return table([]string{
		fmt.Sprintf("%d roles one after another, p50 / p99 ms from the answered create", r.Singles.Count),
		"operator", "a bare client that does the same by itself", "ratio of p50",
	}, [][]string{
		row("Teleport has it", r.Singles.Operator.InTeleport, r.Singles.Plain.InTeleport),
		row("seen Ready", r.Singles.Operator.Ready, r.Singles.Plain.Ready),
	})
}

func (r result) sizesTable() string {
	var rows [][]string
	for _, s := range r.Sizes {
		rows = append(rows, []string{
			fmt.Sprint(s.CRs),
			s.AfterCreation.String(),
			s.AfterRestart.String(),
			fmt.Sprintf("%.2f, %.2f", s.ReadySeconds, s.InSyncSeconds),
			fmt.Sprintf("%.2f", s.CPUSeconds),
			fmt.Sprintf("%d, %d, %d", s.Requests.CRWrites, s.Requests.Events, s.Requests.TeleportCalls),
			fmt.Sprintf("%d, %d", s.Requests.CRLists, s.Requests.MostCRLists),
		})
	}
	return table([]string{
		"CRs in sync", "at rest after their creation, MiB", "at rest after a restart, MiB", "restart: ready, all in sync, s", "CPU until then, s",
		"writes to CRs, Events, Teleport calls", "pages of lists from the API server: all kinds, most of a kind",
	}, rows)
}

func (r result) startTable() string {
	if r.Start == nil {
		return ""
	}
	return table([]string{fmt.Sprintf("operator with %d kinds and no CR", r.Start.Kinds), ""}, [][]string{
		{"ready, s", fmt.Sprintf("%.2f", r.Start.ReadySeconds)},
		{"peak at the start, MiB", mib(r.Start.PeakResidentBytes)},
		{"at rest, MiB", r.Start.AtRest.String()},
		{"connections to the API server", fmt.Sprint(r.Start.Connections)},
	})
}

func (r result) outageTable() string {
	if r.Outage == nil {
		return ""
	}
	return table([]string{"outage", ""}, [][]string{
		{"a new CR that waits when the process starts: Ready, s", fmt.Sprintf("%.2f", r.Outage.FirstReadySeconds)},
		{"a silent cut under traffic: noticed, s", fmt.Sprintf("%.1f", r.Outage.NoticedSeconds)},
		{"after its end: in sync, s", fmt.Sprintf("%.2f", r.Outage.ReturnSeconds)},
		{fmt.Sprintf("%d edited while Teleport is down: %% of a core", r.Outage.Objects), fmt.Sprintf("%.2f", r.Outage.CorePercent)},
		{"after its return: in sync, s", fmt.Sprintf("%.1f", r.Outage.InSyncSeconds)},
	})
}

func (r result) profileTable() string {
	if r.Profile == nil {
		return ""
	}
	columns := [][]share{r.Profile.Threads, r.Profile.Libraries, r.Profile.Functions}
	var rows [][]string
	for i := range max(len(columns[0]), len(columns[1]), len(columns[2])) {
		var row []string
		for _, shares := range columns {
			if i < len(shares) {
				row = append(row, "`"+shares[i].Name+"`", fmt.Sprintf("%.1f %%", shares[i].Percent))
			} else {
				row = append(row, "", "")
			}
		}
		rows = append(rows, row)
	}
	return table([]string{
		"the operator's CPU time by thread", "", "by program, library or kernel", "", "by function", "",
	}, rows)
}

func (l latencies) String() string { return fmt.Sprintf("%.1f / %.1f", l.P50, l.P99) }

func (m memory) String() string {
	return fmt.Sprintf("%s, of it %s anonymous", mib(m.Resident), mib(m.Anonymous))
}

func mebibytes(bytes int64) float64 { return float64(bytes) / (1 << 20) }

func mib(bytes int64) string { return fmt.Sprintf("%.1f", mebibytes(bytes)) }
