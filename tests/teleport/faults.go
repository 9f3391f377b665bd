package teleport

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Drop is the Code of a fault that cuts the caller's connection in place of an answer.
const Drop = "DROP"

// Fault changes the answer to calls. Faults are tried in the order in which they were set; the
// latencies of all that match add up, and the first that has a Code decides the error.
type Fault struct {
	// Method is "*", a full gRPC method ("/proto.AuthService/GetRole"), its last part ("GetRole"),
	// or the name of a web call ("GET /webapi/find", "POST /v1/webapi/host/credentials").
	Method string `json:"method"`
	// Resource narrows it to calls about the resource of this name. Empty: all.
	Resource string `json:"resource,omitempty"`
	// LatencyMS is waited before the call is looked at.
	LatencyMS int `json:"latency_ms,omitempty"`
	// Code is a gRPC code as "UNAVAILABLE", or Drop. Empty: the call is only slowed down.
	Code    string `json:"code,omitempty"`
	Message string `json:"message,omitempty"`
	// Count is how many calls it hits. 0: all, until the faults are reset.
	Count int `json:"count,omitempty"`
	// AfterEffect carries the call out first and then loses its answer.
	AfterEffect bool `json:"after_effect,omitempty"`
}

// faultSet holds the faults that are on.
type faultSet struct {
	mu     sync.Mutex
	active []*Fault
}

// SetFaults adds faults; see Fault for their order. It refuses a code that does not exist.
func (s *Server) SetFaults(faults ...Fault) error {
	for _, fault := range faults {
		if _, err := codeOf(fault.Code); err != nil {
			return err
		}
		if fault.Method == "" {
			return fmt.Errorf("fault without a method; use \"*\" for every call")
		}
	}
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	for _, fault := range faults {
		s.faults.active = append(s.faults.active, &fault)
	}
	return nil
}

// ClearFaults switches all faults off.
func (s *Server) ClearFaults() {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.active = nil
}

// Faults are those still on, with what is left of their counts.
func (s *Server) Faults() []Fault {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	out := make([]Fault, 0, len(s.faults.active))
	for _, fault := range s.faults.active {
		out = append(out, *fault)
	}
	return out
}

// verdict is what all matching faults together do to one call.
type verdict struct {
	Fault
	latency time.Duration
}

// take finds the faults for a call and uses up one of each one's count.
func (f *faultSet) take(method, resource string) verdict {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out verdict
	kept := make([]*Fault, 0, len(f.active))
	for _, fault := range f.active {
		hit := fault.hits(method, resource) && (fault.Code == "" || out.Code == "")
		if hit {
			out.latency += time.Duration(fault.LatencyMS) * time.Millisecond
			if fault.Code != "" {
				out.Fault = *fault
			}
		}
		if hit && fault.Count > 0 {
			fault.Count--
			if fault.Count == 0 {
				continue
			}
		}
		kept = append(kept, fault)
	}
	f.active = kept
	return out
}

func (f *Fault) hits(method, resource string) bool {
	if f.Resource != "" && f.Resource != resource {
		return false
	}
	return f.Method == "*" || f.Method == method || method[strings.LastIndexByte(method, '/')+1:] == f.Method
}

// wait spends the latency; its error is that the caller went away.
func (v verdict) wait(ctx context.Context) error {
	if v.latency <= 0 {
		return nil
	}
	timer := time.NewTimer(v.latency)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return status.FromContextError(ctx.Err()).Err()
	}
}

func (v verdict) drops() bool { return v.Code == Drop }

// failure is the error to answer, nil if the call is to be left alone.
func (v verdict) failure() error {
	if v.Code == "" {
		return nil
	}
	code, err := codeOf(v.Code)
	if err != nil {
		return err
	}
	message := v.Message
	if message == "" {
		message = "fault injected by the test"
	}
	return status.Error(code, message)
}

func codeOf(name string) (codes.Code, error) {
	switch name {
	case "":
		return codes.OK, nil
	case Drop:
		return codes.Unavailable, nil
	}
	var code codes.Code
	if err := code.UnmarshalJSON([]byte(`"` + name + `"`)); err != nil {
		return codes.Unknown, fmt.Errorf("fault code %q: %w", name, err)
	}
	return code, nil
}
