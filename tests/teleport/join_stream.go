package teleport

import (
	"fmt"

	"github.com/gravitational/trace"
	"golang.org/x/crypto/ssh"

	"github.com/gravitational/teleport/api/types"

	"github.com/teleport-operator-caf/tests/teleport/joinpb"
)

// joinService is teleport.join.v1.JoinService (facts/teleport-connection.md §2.1). One instance
// serves on auth; another, with viaProxy, on the proxy, where client identities do not count.
type joinService struct {
	joinpb.UnimplementedJoinServiceServer
	*Server
	viaProxy bool
}

// Join leads one client through ClientInit, ServerInit, TokenInit or OIDCInit, Result.
func (j *joinService) Join(stream joinpb.JoinService_JoinServer) error {
	first, err := stream.Recv()
	if err != nil {
		return err
	}
	token, err := j.clientInit(first.GetClientInit())
	if err != nil {
		return err
	}
	if err := stream.Send(&joinpb.JoinResponse{Payload: &joinpb.JoinResponse_Init{
		Init: &joinpb.ServerInit{
			JoinMethod:              string(token.GetJoinMethod()),
			SignatureAlgorithmSuite: j.suiteText(),
		},
	}}); err != nil {
		return err
	}
	if err := j.methodImplemented(token.GetJoinMethod()); err != nil {
		return err
	}
	if bad := j.badAnswer().midJoin; bad != nil {
		return bad(stream.Context(), j.Server)
	}
	second, err := stream.Recv()
	if err != nil {
		return err
	}
	if giving := second.GetGivingUp(); giving != nil {
		return trace.AccessDenied("client gave up: %s", giving.GetMsg())
	}
	request, err := methodInit(token.GetJoinMethod(), second)
	if err != nil {
		return err
	}
	if !j.viaProxy {
		request.rejoin = j.rejoinInstance(callerOf(stream.Context()))
	}
	issued, err := j.join(token, request)
	if err != nil {
		return err
	}
	return stream.Send(j.result(issued))
}

// clientInit makes the checks that come before ServerInit, in the real order.
func (j *joinService) clientInit(init *joinpb.ClientInit) (*types.ProvisionTokenV2, error) {
	if init == nil {
		return nil, trace.BadParameter("expected ClientInit as the first message")
	}
	if init.GetTokenName() == "" {
		return nil, trace.BadParameter("TokenName is required")
	}
	if init.GetSystemRole() == "" {
		return nil, trace.BadParameter("SystemRole is required")
	}
	if init.GetProxySuppliedParameters() != nil {
		return nil, trace.AccessDenied("client set ProxySuppliedParameters but did not authenticate as a proxy")
	}
	if err := j.admitJoin(); err != nil {
		return nil, err
	}
	token, err := j.provisionToken(init.GetTokenName())
	if err != nil {
		return nil, err
	}
	method := string(token.GetJoinMethod())
	if init.JoinMethod != nil && init.GetJoinMethod() != method {
		return nil, trace.BadParameter("client requested join method %s, provision token only supports method %s",
			init.GetJoinMethod(), method)
	}
	role := types.SystemRole(init.GetSystemRole())
	if role != types.RoleBot || !token.GetRoles().Include(role) {
		return nil, trace.BadParameter("can not join the cluster, the token does not allow role %s", role)
	}
	return token, nil
}

// methodImplemented is about early releases of this service, which knew "token" only.
func (j *joinService) methodImplemented(method types.JoinMethod) error {
	known := method == types.JoinMethodToken ||
		(method == types.JoinMethodKubernetes && j.servesKubernetesStream())
	if known {
		return nil
	}
	return trace.NotImplemented("join method %s is not yet implemented by the new join service", method)
}

// methodInit reads the second message: the one that belongs to the method, or none.
func methodInit(method types.JoinMethod, message *joinpb.JoinRequest) (joinRequest, error) {
	var params *joinpb.ClientParams
	var request joinRequest
	if method == types.JoinMethodKubernetes {
		init := message.GetOidcInit()
		if init == nil {
			return joinRequest{}, trace.BadParameter("expected OIDCInit, got %T", message.GetPayload())
		}
		if len(init.GetIdToken()) == 0 {
			return joinRequest{}, trace.BadParameter("IDToken is required")
		}
		params, request.idToken = init.GetClientParams(), string(init.GetIdToken())
	} else {
		init := message.GetTokenInit()
		if init == nil {
			return joinRequest{}, trace.BadParameter("expected TokenInit, got %T", message.GetPayload())
		}
		params = init.GetClientParams()
	}
	bot := params.GetBotParams()
	if bot == nil {
		return joinRequest{}, trace.BadParameter("BotParams is required to join as a Bot")
	}
	if bot.GetExpires() == nil {
		return joinRequest{}, trace.BadParameter("Expires is required")
	}
	expires := bot.GetExpires().AsTime()
	request.expires = &expires
	var err error
	request.keys, err = keysFromWire(bot.GetPublicKeys().GetPublicTlsKey(), bot.GetPublicKeys().GetPublicSshKey())
	return request, err
}

func (j *joinService) result(issued *certificates) *joinpb.JoinResponse {
	out := &joinpb.Certificates{TlsCert: issued.tls, SshCert: issued.ssh.Marshal()}
	for _, ca := range j.trust.joinAuthorities() {
		out.TlsCaCerts = append(out.TlsCaCerts, ca.cert.Raw)
		out.SshCaKeys = append(out.SshCaKeys, sshWire(ca.ssh))
	}
	return &joinpb.JoinResponse{Payload: &joinpb.JoinResponse_Result{
		Result: &joinpb.Result{Payload: &joinpb.Result_BotResult{
			BotResult: &joinpb.BotResult{Certificates: out},
		}},
	}}
}

func sshWire(signer ssh.Signer) []byte { return signer.PublicKey().Marshal() }

// suiteText is the suite's text form, "balanced-v1" and the like.
func (s *Server) suiteText() string {
	text, err := s.opts.SignatureSuite.MarshalText()
	if err != nil {
		return fmt.Sprint(int32(s.opts.SignatureSuite))
	}
	return string(text)
}
