package teleport

import (
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/gravitational/teleport/api/types"
)

// Troubles are lasting states that stand between a client and the cluster
// (facts/teleport-connection.md §10.2). They are part of Switches.
type Troubles struct {
	// ClockOffsetSeconds is how far the cluster's clock is ahead of the true time; negative: behind.
	ClockOffsetSeconds int `json:"clock_offset_s,omitempty"`
	// MinClientVersion refuses older clients, in place of the major version before the cluster's own.
	MinClientVersion string `json:"min_client_version,omitempty"`
	// RateLimited refuses every call, also those of the web API, with "too many requests".
	RateLimited bool `json:"rate_limited,omitempty"`
	// FromTheFuture answers fields, enum numbers and events that no client knows; always so from 19.
	FromTheFuture bool `json:"from_the_future,omitempty"`
	// AdminMFA asks everybody who is no bot for MFA before a write.
	AdminMFA bool `json:"admin_mfa,omitempty"`
}

const rateLimitText = "rate limit exceeded"

// refusal is the error that a call gets whatever it is about, nil for none.
func (s *Server) refusal() error {
	if s.switches.get().RateLimited {
		return status.Error(codes.ResourceExhausted, rateLimitText)
	}
	return nil
}

// mfaWanted says whether the caller must show MFA to do this. Bots are exempt.
func (s *Server) mfaWanted(id *identity, verbs []string) bool {
	if !s.switches.get().AdminMFA || id.botName != "" {
		return false
	}
	for _, verb := range verbs {
		switch verb {
		case types.VerbCreate, types.VerbUpdate, types.VerbDelete:
			return true
		}
	}
	return false
}

// minClient is the oldest version that is admitted.
func (s *Server) minClient() string {
	if version := s.switches.get().MinClientVersion; version != "" {
		return version
	}
	return minClientVersion(s.opts.ServerVersion)
}
