package teleport

import (
	"fmt"
	"sync"

	"github.com/google/uuid"
	"github.com/gravitational/trace"

	"github.com/gravitational/teleport/api/types"
)

// botRegistry remembers bot instances with their certificate generation. Servers before 16.2 have no
// instances: there the bot's user itself counts.
type botRegistry struct {
	mu         sync.Mutex
	generation map[string]uint64 // instance id or user name → that of its newest certificate
}

func newBotRegistry() *botRegistry {
	return &botRegistry{generation: map[string]uint64{}}
}

// counted is whose generation a certificate of the bot counts.
func counted(id *identity) string {
	if id.botInstance != "" {
		return id.botInstance
	}
	return id.user
}

// joined counts a join: a known instance goes on, everything else starts a new one. It fills the
// instance and the generation in.
func (s *Server) joined(id *identity, rejoin string) error {
	b := s.bots
	b.mu.Lock()
	defer b.mu.Unlock()
	if s.atLeast(firstWithBotInstances) {
		id.botInstance = rejoin
		if _, known := b.generation[rejoin]; !known {
			id.botInstance = uuid.NewString()
		}
	} else if id.renewable && b.generation[id.user] > 0 {
		return trace.BadParameter("user %q has already been issued a renewable certificate and cannot be issued another; consider deleting and recreating the bot", id.user)
	}
	b.generation[counted(id)]++
	id.generation = b.generation[counted(id)]
	return nil
}

// renewed counts a renewal of a renewable certificate. A generation that is not the stored one
// means that two parties use one identity: the bot is locked, for good.
func (s *Server) renewed(id *identity) (uint64, error) {
	b := s.bots
	b.mu.Lock()
	defer b.mu.Unlock()
	stored := b.generation[counted(id)]
	if stored == id.generation {
		b.generation[counted(id)]++
		return b.generation[counted(id)], nil
	}
	message := fmt.Sprintf("The bot user %q has been locked due to a certificate generation mismatch, possibly indicating a stolen certificate.", id.user)
	if err := s.lockTarget(types.LockTarget{User: id.user}, message); err != nil {
		return 0, err
	}
	of := ""
	if id.botInstance != "" {
		of = fmt.Sprintf(" for bot %s/%s", id.botName, id.botInstance)
	}
	return 0, trace.AccessDenied("renewable cert generation mismatch%s: stored=%d, presented=%d", of, stored, id.generation)
}

// UseElsewhere counts every identity of the bots as if a thief had renewed it, so that their own next
// renewal presents a generation too low.
func (s *Server) UseElsewhere() {
	s.bots.mu.Lock()
	defer s.bots.mu.Unlock()
	for who := range s.bots.generation {
		s.bots.generation[who]++
	}
}

// forget is what deleting a bot does to servers without instances: it may begin anew.
func (s *Server) forget(user string) {
	s.bots.mu.Lock()
	defer s.bots.mu.Unlock()
	delete(s.bots.generation, user)
}
