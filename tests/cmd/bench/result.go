package main

import (
	"encoding/json"
	"io"
	"runtime"
)

// result is everything that was measured. Units are in the JSON names. What was not asked for is nil
// or empty.
type result struct {
	Machine struct {
		Cores         int     `json:"cores"`
		OthersPercent float64 `json:"others_percent"` // of all cores, by other programs and the kernel
	} `json:"machine"`
	Scenarios   []string     `json:"scenarios"`
	Start       *start       `json:"start,omitempty"`
	Singles     *singles     `json:"singles,omitempty"`
	Comparisons []comparison `json:"comparisons,omitempty"`
	Sizes       []size       `json:"sizes,omitempty"`
	Profile     *profile     `json:"profile,omitempty"`
	Outage      *outage      `json:"outage,omitempty"`
}

// burst is CRs that something is done to at once: from the first request to the last CR that is seen
// to be done.
type burst struct {
	Objects        int     `json:"objects"`
	Seconds        float64 `json:"seconds"`
	RequestSeconds float64 `json:"request_seconds"` // until the user's last request was answered
	Rate           float64 `json:"objects_per_second"`
	// CPU milliseconds an object, by process. "bench" holds the client that makes the requests, the
	// observer and the test Teleport.
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

// comparison is the operator beside the API server alone.
type comparison struct {
	Name              string   `json:"name"`
	Objects           int      `json:"objects"`
	Operator          burst    `json:"operator"`
	APIServer         []burst  `json:"api_server_alone"`    // before and after
	Ratio             float64  `json:"ratio"`               // of the rates; to the mean of those
	CPURatio          float64  `json:"cpu_ratio"`           // the same by CPU time that an object takes in all
	PeakResidentBytes int64    `json:"peak_resident_bytes"` // of the operator, since its part began
	Requests          requests `json:"requests"`
}

// memory that is in RAM; anonymous is the part that is not pages of files.
type memory struct {
	Resident  int64 `json:"resident_bytes"`
	Anonymous int64 `json:"anonymous_bytes"`
}

// start is an operator without CRs.
type start struct {
	Kinds             int     `json:"kinds"`
	ReadySeconds      float64 `json:"ready_seconds"`
	PeakResidentBytes int64   `json:"peak_resident_bytes"`
	AtRest            memory  `json:"at_rest"`
	Connections       int     `json:"api_server_connections"`
}

// size is memory and a restart with so many CRs in sync.
type size struct {
	CRs           int      `json:"crs"`
	AfterCreation memory   `json:"after_creation"`
	AfterRestart  memory   `json:"after_restart"`
	ReadySeconds  float64  `json:"restart_ready_seconds"`
	InSyncSeconds float64  `json:"restart_in_sync_seconds"` // until all were looked at
	CPUSeconds    float64  `json:"restart_cpu_seconds"`     // of the operator, until then
	Requests      requests `json:"restart_requests"`
}

// singles are CRs that are created one after another.
type singles struct {
	Count    int    `json:"count"`
	Operator single `json:"operator"`
	Plain    single `json:"plain_client"`
}

// single is from the answered create until Teleport has the role, and until the CR is seen Ready.
type single struct {
	InTeleport latencies `json:"in_teleport"`
	Ready      latencies `json:"ready"`
}

type latencies struct {
	P50 float64 `json:"p50_ms"`
	P99 float64 `json:"p99_ms"`
}

func newResult() result {
	var r result
	r.Machine.Cores = runtime.NumCPU()
	return r
}

func (r result) printJSON(to io.Writer) error {
	encoder := json.NewEncoder(to)
	encoder.SetIndent("", "  ")
	return encoder.Encode(r)
}
