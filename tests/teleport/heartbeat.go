package teleport

import (
	"context"
	"sync"

	"github.com/gravitational/trace"

	machineidv1 "github.com/gravitational/teleport/api/gen/proto/go/teleport/machineid/v1"
)

// botInstanceService is teleport.machineid.v1.BotInstanceService, as far as bots themselves call it.
type botInstanceService struct {
	machineidv1.UnimplementedBotInstanceServiceServer
	*Server
}

// heartbeats are what bots said of themselves, in order.
type heartbeats struct {
	mu   sync.Mutex
	list []Heartbeat
}

// Heartbeat is one that a bot sent.
type Heartbeat struct {
	Bot, Instance string
	*machineidv1.BotInstanceStatusHeartbeat
}

// SubmitHeartbeat takes one from a bot identity, and from nobody else.
func (b *botInstanceService) SubmitHeartbeat(ctx context.Context, request *machineidv1.SubmitHeartbeatRequest) (*machineidv1.SubmitHeartbeatResponse, error) {
	caller, err := b.authenticate(ctx)
	if err != nil {
		return nil, err
	}
	switch {
	case caller.botName == "" || caller.botInstance == "" || caller.impersonator != "":
		return nil, trace.AccessDenied("only bots can submit heartbeats")
	case request.GetHeartbeat().GetRecordedAt() == nil:
		return nil, trace.BadParameter("heartbeat.recorded_at: must be non-nil")
	}
	b.heartbeats.mu.Lock()
	defer b.heartbeats.mu.Unlock()
	b.heartbeats.list = append(b.heartbeats.list,
		Heartbeat{Bot: caller.botName, Instance: caller.botInstance, BotInstanceStatusHeartbeat: request.Heartbeat})
	return &machineidv1.SubmitHeartbeatResponse{}, nil
}

// Heartbeats are those since the start, in order.
func (s *Server) Heartbeats() []Heartbeat {
	s.heartbeats.mu.Lock()
	defer s.heartbeats.mu.Unlock()
	return append([]Heartbeat(nil), s.heartbeats.list...)
}
