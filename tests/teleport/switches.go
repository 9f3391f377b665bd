package teleport

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Values of Switches.Down.
const (
	downNothing = ""
	downAuth    = "auth"
	downAll     = "all"
)

// Switches are lasting states of the whole cluster, each off at start.
type Switches struct {
	// Down is "auth" (the proxy still answers find) or "all": ports refuse, connections are cut.
	Down string `json:"down,omitempty"`
	// RefuseJoins refuses every join with this text.
	RefuseJoins string `json:"refuse_joins,omitempty"`
	// WithoutJoinService makes the join stream UNIMPLEMENTED, as servers up to 18.2 do.
	WithoutJoinService bool `json:"without_join_service,omitempty"`
	// JoinWithoutKubernetes ends the stream UNIMPLEMENTED after ServerInit, as early 18 does.
	JoinWithoutKubernetes bool `json:"join_without_kubernetes,omitempty"`
	// AuthPreferenceUnimplemented leaves only the older way to the signature suite.
	AuthPreferenceUnimplemented bool `json:"auth_preference_unimplemented,omitempty"`
	// Front is what stands where clients dial the proxy, one of the constants Front….
	Front string `json:"front,omitempty"`
	// Upgrade is which connection upgrades the proxy takes, one of the constants Upgrade….
	Upgrade string `json:"upgrade,omitempty"`
	// UpgradePingMS is how often it pings inside alpn-ping, in milliseconds. 0: every 30 s.
	UpgradePingMS int `json:"upgrade_ping_ms,omitempty"`
	// UpgradeFragments makes it send WebSocket messages in small fragments with pings between them,
	// which is unusual and right.
	UpgradeFragments bool `json:"upgrade_fragments,omitempty"`
	// BadAnswer spoils answers below the level of calls; BadAnswers() has the names.
	BadAnswer string `json:"bad_answer,omitempty"`
	// CertificateTTLSeconds cuts every certificate's life down to this.
	CertificateTTLSeconds int `json:"certificate_ttl_s,omitempty"`
	Troubles
}

type switchBoard struct {
	mu  sync.Mutex
	now Switches
}

func (b *switchBoard) get() Switches {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now
}

func (b *switchBoard) certificateTTL() time.Duration {
	return time.Duration(b.get().CertificateTTLSeconds) * time.Second
}

// Switches answers the present states.
func (s *Server) Switches() Switches { return s.switches.get() }

// SetSwitches replaces all states and makes them true before it returns.
func (s *Server) SetSwitches(next Switches) error {
	switch next.Down {
	case downNothing, downAuth, downAll:
	default:
		return fmt.Errorf("switch down: %q is none of \"\", \"auth\", \"all\"", next.Down)
	}
	if err := errors.Join(checkFront(next.Front), checkUpgrade(next.Upgrade), checkBadAnswer(next.BadAnswer)); err != nil {
		return err
	}
	s.switches.mu.Lock()
	s.switches.now = next
	s.switches.mu.Unlock()
	if err := s.auth.set(next.Down == downNothing); err != nil {
		return err
	}
	return s.proxy.set(next.Down != downAll)
}

// patchSwitches changes only the states that the JSON object names.
func (s *Server) patchSwitches(body []byte) error {
	next := s.switches.get()
	if err := json.Unmarshal(body, &next); err != nil {
		return fmt.Errorf("decoding switches: %w", err)
	}
	return s.SetSwitches(next)
}

// set opens or shuts the gate.
func (g *gate) set(open bool) error {
	if open {
		return g.open()
	}
	g.shut()
	return nil
}

// DropConnections cuts every connection at once; new ones are accepted.
func (s *Server) DropConnections() {
	s.proxy.cutAll()
	s.auth.cutAll()
}

// DropWatches ends every event stream with UNAVAILABLE; connections stay.
func (s *Server) DropWatches() {
	s.store.breakWatches(status.Error(codes.Unavailable, "watcher closed"))
}
