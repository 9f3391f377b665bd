package teleport

import (
	"context"
	"time"

	"github.com/gravitational/trace"

	"github.com/gravitational/teleport/api/client/proto"
	"github.com/gravitational/teleport/api/types"
)

// legacyJoinService is proto.JoinService: the older join, on auth. Its other methods, for the
// clouds' own ways to join, answer UNIMPLEMENTED.
type legacyJoinService struct {
	proto.UnimplementedJoinServiceServer
	*Server
}

// RegisterUsingToken joins a bot (facts/teleport-connection.md §2.3).
func (l *legacyJoinService) RegisterUsingToken(ctx context.Context, request *types.RegisterUsingTokenRequest) (*proto.Certs, error) {
	return l.registerUsingToken(request, l.rejoinInstance(callerOf(ctx)))
}

// registerUsingToken serves the gRPC call and the proxy's host/credentials alike.
func (s *Server) registerUsingToken(request *types.RegisterUsingTokenRequest, rejoin string) (*proto.Certs, error) {
	if err := request.CheckAndSetDefaults(); err != nil {
		return nil, trace.Wrap(err)
	}
	if err := s.admitJoin(); err != nil {
		return nil, err
	}
	token, err := s.provisionToken(request.Token)
	if err != nil {
		return nil, trace.AccessDenied("%q can not join the cluster with role %q, %v", request.NodeName, request.Role, err)
	}
	if request.Role != types.RoleBot || !token.GetRoles().Include(request.Role) {
		return nil, trace.BadParameter("node %q [%v] can not join the cluster, the token does not allow %q role",
			request.NodeName, request.HostID, request.Role)
	}
	switch method := token.GetJoinMethod(); method {
	case types.JoinMethodToken:
	case types.JoinMethodKubernetes:
		if request.IDToken == "" {
			return nil, trace.BadParameter("IDToken not provided for Kubernetes join request")
		}
	default:
		return nil, trace.AccessDenied("this token is only valid for the %s join method but the node has connected to the wrong endpoint, make sure your node is configured to use the %s join method", method, method)
	}
	keys, err := s.keysFromText(request.PublicTLSKey, request.PublicSSHKey)
	if err != nil {
		return nil, err
	}
	issued, err := s.join(token, joinRequest{
		rejoin:  rejoin,
		keys:    keys,
		idToken: request.IDToken,
		expires: nonZero(request.Expires),
	})
	if err != nil {
		return nil, err
	}
	return textCerts(issued, s.trust.joinAuthorities()), nil
}

// nonZero takes the zero time, which JSON and protobuf clients send for "unset", as unset.
func nonZero(t *time.Time) *time.Time {
	if t == nil || t.IsZero() {
		return nil
	}
	return t
}
