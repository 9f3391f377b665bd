package teleport

import (
	"context"
	"net"

	"github.com/gravitational/trace"
	"google.golang.org/grpc/peer"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/gravitational/teleport/api/client/proto"
	clusterconfigv1 "github.com/gravitational/teleport/api/gen/proto/go/teleport/clusterconfig/v1"
	"github.com/gravitational/teleport/api/types"
)

// authService is proto.AuthService; its methods are spread over this package by theme. What is not
// there answers UNIMPLEMENTED, as an older server would.
type authService struct {
	proto.UnimplementedAuthServiceServer
	*Server
}

// clusterConfigService is teleport.clusterconfig.v1.ClusterConfigService.
type clusterConfigService struct {
	clusterconfigv1.UnimplementedClusterConfigServiceServer
	*Server
}

// Ping answers anyone, without a client certificate too.
func (a *authService) Ping(ctx context.Context, _ *proto.PingRequest) (*proto.PingResponse, error) {
	remote := ""
	if p, ok := peer.FromContext(ctx); ok {
		remote, _, _ = net.SplitHostPort(p.Addr.String())
	}
	features := a.features.now.Load()
	if a.fromTheFuture() {
		features = futureFeatures(features)
	}
	return &proto.PingResponse{
		ClusterName:             a.opts.ClusterName,
		ServerVersion:           a.opts.ServerVersion,
		ServerFeatures:          features,
		ProxyPublicAddr:         a.ProxyAddr(),
		RemoteAddr:              remote,
		SignatureAlgorithmSuite: a.opts.SignatureSuite,
	}, nil
}

// GetClusterCACert answers anyone: all trusted host CAs, and only those.
func (a *authService) GetClusterCACert(context.Context, *emptypb.Empty) (*proto.GetClusterCACertResponse, error) {
	return &proto.GetClusterCACertResponse{TLSCA: a.trust.hostPEM()}, nil
}

// GetDomainName answers the cluster's name.
func (a *authService) GetDomainName(ctx context.Context, _ *emptypb.Empty) (*proto.GetDomainNameResponse, error) {
	if _, err := a.authenticate(ctx); err != nil {
		return nil, err
	}
	return &proto.GetDomainNameResponse{DomainName: a.opts.ClusterName}, nil
}

// GetAuthPreference is the older way to the signature suite.
func (a *authService) GetAuthPreference(ctx context.Context, _ *emptypb.Empty) (*types.AuthPreferenceV2, error) {
	return a.authPreference(ctx)
}

// GetAuthPreference names the signature suite. The switch makes it answer as older servers do.
func (c *clusterConfigService) GetAuthPreference(ctx context.Context, _ *clusterconfigv1.GetAuthPreferenceRequest) (*types.AuthPreferenceV2, error) {
	if c.switches.get().AuthPreferenceUnimplemented {
		return nil, trace.NotImplemented("unknown method GetAuthPreference for service teleport.clusterconfig.v1.ClusterConfigService")
	}
	return c.authPreference(ctx)
}

func (s *Server) authPreference(ctx context.Context) (*types.AuthPreferenceV2, error) {
	if _, err := s.authenticate(ctx); err != nil {
		return nil, err
	}
	preference := types.DefaultAuthPreference().(*types.AuthPreferenceV2)
	preference.Spec.SignatureAlgorithmSuite = s.opts.SignatureSuite
	return preference, nil
}
