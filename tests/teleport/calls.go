package teleport

import (
	"fmt"
	"io"
	"log"
	"maps"
	"strings"
	"sync"
)

// callCounter counts calls by full gRPC method, and web calls by "VERB /path".
type callCounter struct {
	mu       sync.Mutex
	count    map[string]int
	resource map[string]map[string]int // resource name → method → count
}

// add counts a call; resource is empty for one that is about no single resource.
func (c *callCounter) add(method, resource string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.count == nil {
		c.count, c.resource = map[string]int{}, map[string]map[string]int{}
	}
	c.count[method]++
	if resource == "" {
		return
	}
	if c.resource[resource] == nil {
		c.resource[resource] = map[string]int{}
	}
	c.resource[resource][method]++
}

// Calls is how often each method was called since the start or ResetCounters, refused calls included.
func (s *Server) Calls() map[string]int {
	s.calls.mu.Lock()
	defer s.calls.mu.Unlock()
	out := maps.Clone(s.calls.count)
	if out == nil {
		out = map[string]int{}
	}
	return out
}

// CallsOf is the count of one method, given in full or by its last part.
func (s *Server) CallsOf(method string) int {
	total := 0
	for name, count := range s.Calls() {
		if name == method || strings.HasSuffix(name, "/"+method) {
			total += count
		}
	}
	return total
}

// CallsAbout is how often each method was called about the resource of this name, of any kind.
func (s *Server) CallsAbout(resource string) map[string]int {
	s.calls.mu.Lock()
	defer s.calls.mu.Unlock()
	out := maps.Clone(s.calls.resource[resource])
	if out == nil {
		out = map[string]int{}
	}
	return out
}

// Audit is every write that took effect since the start or ResetCounters, in order.
func (s *Server) Audit() []WriteRecord { return s.store.writes() }

// Writes counts the writes to one resource by verb: "create", "update", "delete".
func (s *Server) Writes(kind, name string) map[string]int {
	out := map[string]int{}
	for _, record := range s.Audit() {
		if record.Kind == kind && record.Name == name {
			out[record.Verb]++
		}
	}
	return out
}

// ResetCounters forgets calls, writes and irregularities; what is stored stays.
func (s *Server) ResetCounters() {
	s.calls.mu.Lock()
	s.calls.count, s.calls.resource = nil, nil
	s.calls.mu.Unlock()
	s.store.forgetWrites()
	s.oddities.mu.Lock()
	s.oddities.list = nil
	s.oddities.mu.Unlock()
}

// oddities is what clients did that a real cluster tolerates and a good client does not do.
type oddities struct {
	mu   sync.Mutex
	list []string
}

func (s *Server) irregular(format string, args ...any) {
	s.oddities.mu.Lock()
	defer s.oddities.mu.Unlock()
	s.oddities.list = append(s.oddities.list, fmt.Sprintf(format, args...))
}

// Irregularities lists what clients did wrong without being refused; a test of a client expects none.
func (s *Server) Irregularities() []string {
	s.oddities.mu.Lock()
	defer s.oddities.mu.Unlock()
	return append([]string{}, s.oddities.list...)
}

// quietLog swallows net/http's own log: cut connections are the test's doing.
func (s *Server) quietLog() *log.Logger { return log.New(io.Discard, "", 0) }
