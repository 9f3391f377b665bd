package main

import (
	"context"
	"fmt"

	"github.com/teleport-operator-caf/tests/cluster"
	"github.com/teleport-operator-caf/tests/harness"
)

// requests are what the operator asked of both sides.
type requests struct {
	CRWrites      int `json:"cr_writes"`
	Events        int `json:"events"` // created or counted up
	TeleportCalls int `json:"teleport_calls"`
}

// counted counts the operator's requests while do runs. The plain side must rest meanwhile: it
// writes to CRs as the operator does.
func (b *bench) counted(ctx context.Context, do func() error) (requests, error) {
	before, err := b.cluster.WriteCounts(ctx)
	if err != nil {
		return requests{}, err
	}
	b.world.Teleport.ResetCounters()
	if err := do(); err != nil {
		return requests{}, err
	}
	var counted requests
	for _, n := range b.world.ResourceCalls() {
		counted.TeleportCalls += n
	}
	after, err := b.cluster.WriteCounts(ctx)
	moved := after.Since(before)
	counted.CRWrites = moved.Of(toCRs)
	counted.Events = moved.Of(func(request cluster.Request) bool { return request.Resource == "events" })
	return counted, err
}

// toCRs: this program creates CRs and does nothing else to them while it counts.
func toCRs(request cluster.Request) bool {
	return request.Group == harness.Group && request.Verb != "POST"
}

func (r requests) String() string {
	return fmt.Sprintf("%d, %d, %d", r.CRWrites, r.Events, r.TeleportCalls)
}
