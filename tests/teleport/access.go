package teleport

import (
	"context"
	"slices"

	"github.com/gravitational/trace"
	"google.golang.org/grpc"
	"google.golang.org/grpc/peer"

	"github.com/gravitational/teleport/api/types"
)

// authorize authenticates the caller and checks that its roles' rules grant every verb on the kind.
// Deny rules win. `where` clauses are not evaluated: the operator's role has none.
func (s *Server) authorize(ctx context.Context, kind string, verbs ...string) (writer, error) {
	id, err := s.authenticate(ctx)
	if err != nil {
		return writer{}, err
	}
	if err := s.allowed(id, kind, verbs...); err != nil {
		return writer{}, err
	}
	if s.mfaWanted(id, verbs) {
		return writer{}, trace.AccessDenied("admin-level API request requires MFA verification")
	}
	method, _ := grpc.Method(ctx)
	return writer{user: id.user, method: method, peer: s.peerOf(ctx)}, nil
}

// peerOf is the address that the caller's connection comes from: through the proxy that of its client.
func (s *Server) peerOf(ctx context.Context) string {
	p, ok := peer.FromContext(ctx)
	if !ok {
		return ""
	}
	addr := p.Addr.String()
	if client, through := s.forwarded.Load(addr); through {
		return client.(string)
	}
	return addr
}

func (s *Server) allowed(id *identity, kind string, verbs ...string) error {
	for _, verb := range verbs {
		if s.anyRule(id, types.Deny, kind, verb) || !s.anyRule(id, types.Allow, kind, verb) {
			return trace.AccessDenied("access denied to perform action %q on %q", verb, kind)
		}
	}
	return nil
}

func (s *Server) anyRule(id *identity, condition types.RoleConditionType, kind, verb string) bool {
	for _, role := range s.rolesOf(id) {
		for _, rule := range role.GetRules(condition) {
			if matches(rule, kind, verb) {
				return true
			}
		}
	}
	return false
}

func matches(rule types.Rule, kind, verb string) bool {
	resource := rule.HasResource(kind) || rule.HasResource(types.Wildcard)
	return resource && (rule.HasVerb(verb) || slices.Contains(rule.Verbs, types.Wildcard))
}

// rolesOf are the roles named in the certificate, as they are stored now.
func (s *Server) rolesOf(id *identity) []types.Role {
	roles := make([]types.Role, 0, len(id.roles))
	for _, name := range id.roles {
		if role, ok := s.store.get(types.KindRole, name).(types.Role); ok {
			roles = append(roles, role)
		}
	}
	return roles
}

// mayImpersonate says whether one of the identity's roles lists the role.
func (s *Server) mayImpersonate(id *identity, role string) bool {
	granted := false
	for _, own := range s.rolesOf(id) {
		denied := own.GetImpersonateConditions(types.Deny).Roles
		if slices.Contains(denied, role) || slices.Contains(denied, types.Wildcard) {
			return false
		}
		allow := own.GetImpersonateConditions(types.Allow).Roles
		granted = granted || slices.Contains(allow, role) || slices.Contains(allow, types.Wildcard)
	}
	return granted
}
