package teleport

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/keepalive"

	"github.com/gravitational/teleport/api/client/proto"
	accesslistv1 "github.com/gravitational/teleport/api/gen/proto/go/teleport/accesslist/v1"
	rulesv1 "github.com/gravitational/teleport/api/gen/proto/go/teleport/accessmonitoringrules/v1"
	autoupdatev1 "github.com/gravitational/teleport/api/gen/proto/go/teleport/autoupdate/v1"
	clusterconfigv1 "github.com/gravitational/teleport/api/gen/proto/go/teleport/clusterconfig/v1"
	loginrulev1 "github.com/gravitational/teleport/api/gen/proto/go/teleport/loginrule/v1"
	machineidv1 "github.com/gravitational/teleport/api/gen/proto/go/teleport/machineid/v1"
	oktav1 "github.com/gravitational/teleport/api/gen/proto/go/teleport/okta/v1"
	trustv1 "github.com/gravitational/teleport/api/gen/proto/go/teleport/trust/v1"
	usersv1 "github.com/gravitational/teleport/api/gen/proto/go/teleport/users/v1"
	workloadidentityv1 "github.com/gravitational/teleport/api/gen/proto/go/teleport/workloadidentity/v1"

	"github.com/teleport-operator-caf/tests/teleport/joinpb"
)

// authTLS is mutual TLS as auth does it: a client certificate is asked for, verified against the
// user CA if there is one, and must be a single leaf (facts/teleport-connection.md §6.0, §11.2).
func (s *Server) authTLS() *tls.Config {
	base := &tls.Config{
		MinVersion: tls.VersionTLS12,
		NextProtos: s.authProtocols(),
		ClientAuth: tls.VerifyClientCertIfGiven,
		VerifyPeerCertificate: func(raw [][]byte, _ [][]*x509.Certificate) error {
			if len(raw) > 1 {
				s.irregular("a client sent %d certificates where one leaf is right", len(raw))
				return errors.New("access denied: intermediaries are not supported")
			}
			return nil
		},
	}
	base.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		s.checkAuthHello(hello)
		config := base.Clone()
		config.GetConfigForClient = nil
		config.Certificates = []tls.Certificate{*s.trust.hostCertificate()}
		config.ClientCAs, config.Time = s.trust.userPool(), s.now
		return config, nil
	}
	return base
}

// newAuthServer has every service that auth offers, behind mutual TLS.
func (s *Server) newAuthServer() *grpc.Server {
	server := grpc.NewServer(append(s.commonServerOptions(),
		grpc.Creds(authCredentials{credentials.NewTLS(s.authTLS()), s}), grpc.UnknownServiceHandler(s.serveUnknown))...)
	proto.RegisterAuthServiceServer(server, &authService{Server: s})
	proto.RegisterJoinServiceServer(server, &legacyJoinService{Server: s})
	clusterconfigv1.RegisterClusterConfigServiceServer(server, &clusterConfigService{Server: s})
	joinpb.RegisterJoinServiceServer(server, &joinService{Server: s})
	s.registerResourceServices(server)
	return server
}

// registerResourceServices are those that serve kinds beside AuthService.
func (s *Server) registerResourceServices(server *grpc.Server) {
	usersv1.RegisterUsersServiceServer(server, &usersService{Server: s})
	machineidv1.RegisterBotInstanceServiceServer(server, &botInstanceService{Server: s})
	machineidv1.RegisterBotServiceServer(server, &botService{Server: s})
	loginrulev1.RegisterLoginRuleServiceServer(server, &loginRuleService{Server: s})
	oktav1.RegisterOktaServiceServer(server, &oktaService{Server: s})
	accesslistv1.RegisterAccessListServiceServer(server, &accessListService{Server: s})
	trustv1.RegisterTrustServiceServer(server, &trustService{Server: s})
	workloadidentityv1.RegisterWorkloadIdentityResourceServiceServer(server, &workloadIdentityService{Server: s})
	autoupdatev1.RegisterAutoUpdateServiceServer(server, &autoUpdateService{Server: s})
	rulesv1.RegisterAccessMonitoringRulesServiceServer(server, &accessMonitoringService{Server: s})
}

// newProxyServer has the join only. Its connections come with TLS already taken off.
func (s *Server) newProxyServer() *grpc.Server {
	server := grpc.NewServer(append(s.commonServerOptions(),
		grpc.KeepaliveParams(keepalive.ServerParameters{MaxConnectionIdle: 10 * time.Second}))...)
	joinpb.RegisterJoinServiceServer(server, &joinService{Server: s, viaProxy: true})
	return server
}

func (s *Server) commonServerOptions() []grpc.ServerOption {
	return []grpc.ServerOption{
		grpc.ForceServerCodecV2(s.codec()),
		grpc.UnaryInterceptor(s.interceptUnary),
		grpc.StreamInterceptor(s.interceptStream),
		grpc.MaxConcurrentStreams(1000),
		// A client that pings more often than each minute is sent away with too_many_pings.
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{
			MinTime: time.Minute, PermitWithoutStream: true,
		}),
	}
}
