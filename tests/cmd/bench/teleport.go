package main

import (
	"context"
	"crypto/tls"
	"encoding/hex"
	"net"
	"time"

	"github.com/gravitational/teleport/api/client"
	"github.com/gravitational/teleport/api/client/proto"
	"github.com/gravitational/teleport/api/types"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/teleport-operator-caf/tests/harness"
	testteleport "github.com/teleport-operator-caf/tests/teleport"
)

// plainTeleport does the two calls that a new role takes, over one connection through the proxy, as
// the operator has it.
type plainTeleport struct {
	connection *grpc.ClientConn
	auth       proto.AuthServiceClient
}

func newPlainTeleport(w *harness.World) (*plainTeleport, error) {
	identity, err := w.Teleport.IdentityFile("bot-"+harness.BotName, []string{harness.OperatorRole}, time.Hour)
	if err != nil {
		return nil, err
	}
	config, err := client.LoadIdentityFileFromString(string(identity)).TLSConfig()
	if err != nil {
		return nil, err
	}
	// The proxy passes on what asks for the auth service (facts/teleport-connection.md §2).
	cluster := hex.EncodeToString([]byte(w.Teleport.ClusterName())) + ".teleport.cluster.local"
	config.ServerName = cluster
	config.NextProtos = []string{"teleport-auth@" + cluster, "h2"}
	dial := func(ctx context.Context, _ string) (net.Conn, error) {
		return (&tls.Dialer{Config: config}).DialContext(ctx, "tcp", w.Teleport.ProxyAddr())
	}
	connection, err := grpc.NewClient("passthrough:auth", grpc.WithContextDialer(dial),
		grpc.WithTransportCredentials(insecure.NewCredentials())) // TLS is the dialer's
	if err != nil {
		return nil, err
	}
	return &plainTeleport{connection, proto.NewAuthServiceClient(connection)}, nil
}

func (p *plainTeleport) close() { _ = p.connection.Close() }

// put looks for a role and then creates it.
func (p *plainTeleport) put(ctx context.Context, wanted *types.RoleV6) error {
	ctx = metadata.AppendToOutgoingContext(ctx, "version", testteleport.DefaultServerVersion)
	_, err := p.auth.GetRole(ctx, &proto.GetRoleRequest{Name: wanted.GetName()})
	if status.Code(err) != codes.NotFound {
		return err
	}
	_, err = p.auth.CreateRole(ctx, &proto.CreateRoleRequest{Role: wanted})
	return err
}

// wantedRole is the role of a CR of the kind role.
func wantedRole(name string) *types.RoleV6 {
	return &types.RoleV6{
		Kind: types.KindRole, Version: types.V7,
		Metadata: types.Metadata{Name: name, Labels: map[string]string{harness.OriginLabel: harness.OriginKubernetes}},
		Spec: types.RoleSpecV6{
			Options: types.RoleOptions{MaxSessionTTL: types.Duration(8 * time.Hour)},
			Allow: types.RoleConditions{
				Logins:     []string{"login-00000", "{{internal.logins}}"},
				NodeLabels: types.Labels{"env": {"staging", "test"}, "team": {"platform"}},
				KubeGroups: []string{"viewers"},
				Rules:      []types.Rule{types.NewRule(types.KindSession, []string{"list", "read"})},
			},
		},
	}
}
