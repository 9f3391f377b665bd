package main

import (
	"context"

	"github.com/teleport-operator-caf/tests/cluster"
	"github.com/teleport-operator-caf/tests/harness"
)

// requests are what the operator asked of both sides.
type requests struct {
	CRWrites      int `json:"cr_writes"`
	Events        int `json:"events"` // created or counted up
	TeleportCalls int `json:"teleport_calls"`
	// Of reads: pages of lists of CRs, of all kinds and of the kind with the most of them; the same of
	// Teleport's calls by method.
	CRLists         int `json:"cr_list_pages"`
	MostCRLists     int `json:"most_cr_list_pages_of_a_kind"`
	MostOfOneMethod int `json:"most_teleport_calls_of_a_method"`
}

// counted counts the operator's requests while do runs. The plain side must rest meanwhile: it writes
// to CRs as the operator does. userWrites are this program's own edits and deletions in do.
func (a *arena) counted(ctx context.Context, userWrites int, do func() error) (requests, error) {
	before, err := a.cluster.RequestCounts(ctx)
	if err != nil {
		return requests{}, err
	}
	a.world.Teleport.ResetCounters()
	if err := do(); err != nil {
		return requests{}, err
	}
	var out requests
	for _, n := range a.world.ResourceCalls() {
		out.TeleportCalls += n
		out.MostOfOneMethod = max(out.MostOfOneMethod, n)
	}
	after, err := a.cluster.RequestCounts(ctx)
	moved := after.Since(before)
	out.CRWrites = moved.Of(writesCRs) - userWrites
	out.Events = moved.Of(func(request cluster.Request) bool {
		return request.Resource == "events" && writes(request)
	})
	for request, n := range moved {
		if request.Group == harness.Group && request.Verb == "LIST" {
			out.CRLists += n
			out.MostCRLists = max(out.MostCRLists, n)
		}
	}
	return out, err
}

func writes(request cluster.Request) bool {
	switch request.Verb {
	case "POST", "PUT", "PATCH", "APPLY", "DELETE":
		return true
	}
	return false
}

// writesCRs: only this program creates CRs.
func writesCRs(request cluster.Request) bool {
	return request.Group == harness.Group && writes(request) && request.Verb != "POST"
}
