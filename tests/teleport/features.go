package teleport

import (
	"encoding/json"
	"slices"
	"sync/atomic"

	"github.com/gravitational/trace"

	"github.com/gravitational/teleport/api/client/proto"
)

// features is what Ping announces at the moment.
type features struct {
	now atomic.Pointer[proto.Features]
}

// SetFeatures replaces what Ping and find announce from now on, as a new licence does. FeaturesOf
// makes one from a list of entitlements.
func (s *Server) SetFeatures(next *proto.Features) { s.features.now.Store(next) }

// Entitlements are those that are enabled now, sorted.
func (s *Server) Entitlements() []string {
	out := []string{}
	for name, info := range s.features.now.Load().Entitlements {
		if info.Enabled {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// putFeatures takes a JSON list, as FeaturesOf does.
func (s *Server) putFeatures(body []byte) error {
	var entitlements []string
	if err := json.Unmarshal(body, &entitlements); err != nil {
		return trace.BadParameter("decoding a list of entitlements: %v", err)
	}
	s.SetFeatures(FeaturesOf(entitlements...))
	return nil
}
