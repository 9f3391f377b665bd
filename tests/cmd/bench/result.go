package main

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
)

// burst is n CRs created at once: from the first create to the last that is seen to be Ready.
type burst struct {
	Seconds       float64 `json:"seconds"`
	CreateSeconds float64 `json:"create_seconds"` // until the last create was answered
	Rate          float64 `json:"objects_per_second"`
	// CPU milliseconds an object, by process. "bench" holds the creating client and the test Teleport.
	CPU map[string]float64 `json:"cpu_ms_per_object"`
}

// totalCPU is what all processes together spent on an object. On a machine where they share the
// cores it is what limits the rate, and unlike the rate it does not depend on who else is running.
func (b burst) totalCPU() float64 {
	total := 0.0
	for _, cpu := range b.CPU {
		total += cpu
	}
	return total
}

// memory that is in RAM; anonymous is the part that is not pages of files.
type memory struct {
	Resident  int64 `json:"resident_bytes"`
	Anonymous int64 `json:"anonymous_bytes"`
}

// result is everything that was measured. Units are in the JSON names.
type result struct {
	Machine struct {
		Cores int `json:"cores"`
	} `json:"machine"`
	Roles   int `json:"roles"`
	Singles struct {
		Count     int       `json:"count"`
		Operator  latencies `json:"operator"`
		APIServer latencies `json:"api_server_alone"`
	} `json:"singles"`
	Burst struct {
		Operator          burst    `json:"operator"`
		APIServer         []burst  `json:"api_server_alone"`
		Ratio             float64  `json:"ratio"`               // of the rates; to the mean of those
		CPURatio          float64  `json:"cpu_ratio"`           // the same by CPU time that an object takes in all
		PeakResidentBytes int64    `json:"peak_resident_bytes"` // since the burst began
		Requests          requests `json:"requests"`
	} `json:"burst"`
	Start struct {
		Kinds             int     `json:"kinds"`
		ReadySeconds      float64 `json:"ready_seconds"`
		PeakResidentBytes int64   `json:"peak_resident_bytes"`
		AtRest            memory  `json:"at_rest"`
		Connections       int     `json:"api_server_connections"`
	} `json:"start"`
	Restart struct {
		Objects       int      `json:"objects"`
		ReadySeconds  float64  `json:"ready_seconds"`
		InSyncSeconds float64  `json:"in_sync_seconds"`
		AtRest        memory   `json:"at_rest"`
		Requests      requests `json:"requests"`
	} `json:"restart"`
	Outage outage `json:"outage"`
}

func newResult(opts options) result {
	var r result
	r.Machine.Cores = runtime.NumCPU()
	r.Roles, r.Singles.Count = opts.roles, opts.singles
	return r
}

func (r result) printJSON(to io.Writer) error {
	encoder := json.NewEncoder(to)
	encoder.SetIndent("", "  ")
	return encoder.Encode(r)
}

func (r result) printTable(to io.Writer) error {
	table := fmt.Sprintf("%d roles, %d cores\n\n", r.Roles, r.Machine.Cores) +
		"| | operator | API server alone, same writes |\n| --- | --- | --- |\n"
	for _, row := range r.rows() {
		table += "| " + strings.Join(row[:], " | ") + " |\n"
	}
	_, err := io.WriteString(to, table)
	return err
}

func (r result) rows() [][3]string {
	alone := r.Burst.APIServer
	return [][3]string{
		{"**created at once**, objects/s", fmt.Sprintf("**%.0f** (%.0f %%)", r.Burst.Operator.Rate, 100*r.Burst.Ratio),
			fmt.Sprintf("%.0f before, %.0f after", alone[0].Rate, alone[1].Rate)},
		{"CPU of all, ms an object", fmt.Sprintf("%.1f (%.0f %%)", r.Burst.Operator.totalCPU(), 100*r.Burst.CPURatio),
			fmt.Sprintf("%.1f before, %.1f after", alone[0].totalCPU(), alone[1].totalCPU())},
		{"CPU of the operator, ms an object", fmt.Sprintf("%.2f", r.Burst.Operator.CPU["operator"]), "–"},
		{"CPU of the others, ms an object", others(r.Burst.Operator), others(alone[0])},
		{"writes to CRs, Events, Teleport calls", r.Burst.Requests.String(), "–"},
		{"peak memory, MiB", mib(r.Burst.PeakResidentBytes), "–"},
		{"**one after another**, create to Ready, p50 / p99 ms", r.Singles.Operator.String(), r.Singles.APIServer.String()},
		{fmt.Sprintf("**start** with %d kinds, no CR: ready, s", r.Start.Kinds), fmt.Sprintf("%.2f", r.Start.ReadySeconds), "–"},
		{"start: peak memory, MiB", mib(r.Start.PeakResidentBytes), "–"},
		{"idle: memory, MiB", r.Start.AtRest.String(), "–"},
		{"idle: connections to the API server", fmt.Sprint(r.Start.Connections), "–"},
		{fmt.Sprintf("**restart**, %d in sync: ready, all looked at, s", r.Restart.Objects),
			fmt.Sprintf("%.2f, %.2f", r.Restart.ReadySeconds, r.Restart.InSyncSeconds), "–"},
		{"restart: writes to CRs, Events, Teleport calls", r.Restart.Requests.String(), "–"},
		{"restart: memory at rest, MiB", r.Restart.AtRest.String(), "–"},
		{"**outage**: a new CR that waits at the start of the process: Ready, s", fmt.Sprintf("%.2f", r.Outage.FirstReadySeconds), "–"},
		{"a silent cut under traffic: noticed, s; after the return in sync, s",
			fmt.Sprintf("%.1f; %.2f", r.Outage.NoticedSeconds, r.Outage.ReturnSeconds), "–"},
		{fmt.Sprintf("%d edited while Teleport is down: %% of a core; after its return in sync, s", r.Outage.Objects),
			fmt.Sprintf("%.2f; %.1f", r.Outage.CorePercent, r.Outage.InSyncSeconds), "–"},
	}
}

func (l latencies) String() string { return fmt.Sprintf("%.1f / %.1f", l.P50, l.P99) }

func (m memory) String() string {
	return fmt.Sprintf("%s, of it %s anonymous", mib(m.Resident), mib(m.Anonymous))
}

func mib(bytes int64) string { return fmt.Sprintf("%.1f", float64(bytes)/(1<<20)) }

// others names the CPU time of everything but the operator.
func others(b burst) string {
	var words []string
	for name, cpu := range b.CPU {
		if name != "operator" {
			words = append(words, fmt.Sprintf("%s %.1f", name, cpu))
		}
	}
	slices.Sort(words)
	return strings.Join(words, ", ")
}
