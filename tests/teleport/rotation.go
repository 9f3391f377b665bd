package teleport

import (
	"fmt"

	"github.com/gravitational/trace"

	"github.com/gravitational/teleport/api/types"
)

// Phases of a CA rotation (facts/teleport-connection.md §10.1).
const (
	phaseStandby       = "standby"
	phaseInit          = "init"
	phaseUpdateClients = "update_clients"
	phaseUpdateServers = "update_servers"
	phaseRollback      = "rollback"
)

// RotationPhases lead from one host or user CA to the next.
var RotationPhases = []string{phaseInit, phaseUpdateClients, phaseUpdateServers, phaseStandby}

// rotating is one kind of CA and how far its rotation is.
type rotating struct {
	// keys[0] signs, the others are trusted beside it during a rotation.
	keys  []*authority
	phase string
}

// step goes to the phase; it refuses one that does not follow from the present one. A rotation ends
// with "standby", after "rollback" too, which makes the old CA the active one again.
func (r *rotating) step(phase string, make func() (*authority, error)) error {
	switch from := r.phase; {
	case phase == phaseInit && from == phaseStandby:
		next, err := make()
		if err != nil {
			return err
		}
		r.keys = append(r.keys, next)
	case phase == phaseUpdateClients && from == phaseInit:
		r.keys[0], r.keys[1] = r.keys[1], r.keys[0]
	case phase == phaseUpdateServers && from == phaseUpdateClients:
	case phase == phaseRollback && from == phaseInit:
	case phase == phaseRollback && (from == phaseUpdateClients || from == phaseUpdateServers):
		r.keys[0], r.keys[1] = r.keys[1], r.keys[0]
	case phase == phaseStandby && (from == phaseUpdateServers || from == phaseRollback):
		r.keys = r.keys[:1]
	default:
		return trace.BadParameter("a CA rotation cannot go from %q to %q", from, phase)
	}
	r.phase = phase
	return nil
}

// RotateHostCA is RotateCA of the host CA.
func (s *Server) RotateHostCA(phase string) error { return s.RotateCA(types.HostCA, phase) }

// RotateCA moves the host or the user CA one phase on: init, update_clients, update_servers, standby;
// rollback leads back from the first three. Watchers get the CA's event.
func (s *Server) RotateCA(kind types.CertAuthType, phase string) error {
	if err := s.trust.rotate(kind, phase); err != nil {
		return err
	}
	if err := s.writeFiles(); err != nil {
		return err
	}
	s.store.announce(types.OpPut, s.authorityResource(kind))
	return nil
}

func (t *trust) rotate(kind types.CertAuthType, phase string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	ca, known := map[types.CertAuthType]*rotating{types.HostCA: &t.host, types.UserCA: &t.user}[kind]
	if !known {
		return trace.BadParameter("the CA %q is not rotated here", kind)
	}
	if err := ca.step(phase, func() (*authority, error) {
		return newAuthority(t.clusterName, t.clusterName)
	}); err != nil {
		return err
	}
	if kind != types.HostCA || (phase != phaseUpdateServers && phase != phaseRollback) {
		return nil
	}
	leaf, err := serverLeaf(t.host.keys[0], t.clusterName, []string{internalWildcard, internalName})
	if err != nil {
		return fmt.Errorf("certificate of auth: %w", err)
	}
	t.hostLeaf = leaf
	return nil
}

// authorityResource is a CA as clients see it, without secrets.
func (s *Server) authorityResource(kind types.CertAuthType) *types.CertAuthorityV2 {
	s.trust.mu.RLock()
	defer s.trust.mu.RUnlock()
	ca := s.trust.host
	if kind == types.UserCA {
		ca = s.trust.user
	}
	state := types.RotationStateInProgress
	if ca.phase == phaseStandby {
		state = types.RotationStateStandby
	}
	return &types.CertAuthorityV2{
		Kind:     types.KindCertAuthority,
		SubKind:  string(kind),
		Version:  types.V2,
		Metadata: types.Metadata{Name: s.opts.ClusterName, Namespace: "default"},
		Spec: types.CertAuthoritySpecV2{
			Type:                  kind,
			ClusterName:           s.opts.ClusterName,
			ActiveKeys:            keySet(ca.keys[:1]),
			AdditionalTrustedKeys: keySet(ca.keys[1:]),
			Rotation:              &types.Rotation{State: state, Phase: ca.phase},
		},
	}
}

func keySet(authorities []*authority) types.CAKeySet {
	var set types.CAKeySet
	for _, ca := range authorities {
		set.TLS = append(set.TLS, &types.TLSKeyPair{Cert: ca.pem()})
		set.SSH = append(set.SSH, &types.SSHKeyPair{PublicKey: ca.sshLine()})
	}
	return set
}
