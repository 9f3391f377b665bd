package teleport

import (
	"context"

	"github.com/gravitational/trace"

	"github.com/gravitational/teleport/api/client/proto"
	"github.com/gravitational/teleport/api/types"
)

// GenerateUserCerts turns a bot identity into an output identity, or renews a renewable one
// (facts/teleport-connection.md §5.2, §3.5).
func (a *authService) GenerateUserCerts(ctx context.Context, request *proto.UserCertsRequest) (*proto.Certs, error) {
	caller, err := a.authenticate(ctx)
	if err != nil {
		return nil, err
	}
	keys, err := a.keysOf(request)
	if err != nil {
		return nil, err
	}
	var next identity
	if request.UseRoleRequests {
		next, err = a.impersonation(caller, request)
	} else {
		next, err = a.renewal(caller, request)
	}
	if err != nil {
		return nil, err
	}
	issued, err := a.issue(next, keys, nonZero(&request.Expires))
	if err != nil {
		return nil, err
	}
	// Only the user CAs: a client that does not ask for the host CA cannot connect with this.
	return textCerts(issued, a.trust.userAuthorities()), nil
}

func (a *authService) keysOf(request *proto.UserCertsRequest) (clientKeys, error) {
	if !a.atLeast(firstWithSplitKeys) {
		return rsaOnly(keysFromOldField(request.PublicKey))
	}
	if len(request.TLSPublicKey) == 0 && len(request.SSHPublicKey) == 0 {
		return keysFromOldField(request.PublicKey)
	}
	return a.keysFromText(request.TLSPublicKey, request.SSHPublicKey)
}

// impersonation is the identity that carries exactly the requested roles and cannot be reissued.
func (a *authService) impersonation(caller *identity, request *proto.UserCertsRequest) (identity, error) {
	switch {
	case caller.disallowReissue:
		return identity{}, trace.AccessDenied("access denied: identity is not allowed to reissue certificates")
	case caller.impersonator != "":
		return identity{}, trace.AccessDenied("access denied: impersonated roles can not request other roles")
	case request.Username != caller.user:
		return identity{}, trace.AccessDenied("access denied")
	case len(request.RoleRequests) == 0:
		return identity{}, trace.BadParameter("at least one role request is required")
	}
	for _, role := range request.RoleRequests {
		if !a.store.has(types.KindRole, role) || !a.mayImpersonate(caller, role) {
			return identity{}, trace.AccessDenied("user %q has requested role impersonation for %q", caller.user, role)
		}
	}
	return identity{
		user:            caller.user,
		roles:           request.RoleRequests,
		impersonator:    caller.user,
		disallowReissue: true,
		botName:         caller.botName,
		botInstance:     caller.botInstance,
	}, nil
}

// renewal is the same identity one generation on.
func (a *authService) renewal(caller *identity, request *proto.UserCertsRequest) (identity, error) {
	if caller.disallowReissue || request.Username != caller.user || !caller.renewable {
		return identity{}, trace.AccessDenied("access denied: identity is not allowed to reissue certificates")
	}
	if caller.generation == 0 {
		return identity{}, trace.AccessDenied("a current identity generation must be provided")
	}
	next := *caller
	var err error
	if next.generation, err = a.renewed(caller); err != nil {
		return identity{}, err
	}
	return next, nil
}
