package teleport

import (
	"context"
	"crypto/tls"
	"net"

	"google.golang.org/grpc/credentials"
)

// rawTLS is a client's TLS with exactly the given ALPN list: gRPC's own credentials would append
// h2 to it and insist on h2 being negotiated.
type rawTLS struct{ config *tls.Config }

func (r rawTLS) ClientHandshake(ctx context.Context, _ string, raw net.Conn) (net.Conn, credentials.AuthInfo, error) {
	conn := tls.Client(raw, r.config)
	if err := conn.HandshakeContext(ctx); err != nil {
		return nil, nil, err
	}
	return conn, credentials.TLSInfo{
		State:          conn.ConnectionState(),
		CommonAuthInfo: credentials.CommonAuthInfo{SecurityLevel: credentials.PrivacyAndIntegrity},
	}, nil
}

func (r rawTLS) ServerHandshake(net.Conn) (net.Conn, credentials.AuthInfo, error) {
	panic("a client's credentials")
}

func (r rawTLS) Info() credentials.ProtocolInfo {
	return credentials.ProtocolInfo{SecurityProtocol: "tls", ServerName: r.config.ServerName}
}

func (r rawTLS) Clone() credentials.TransportCredentials { return rawTLS{r.config.Clone()} }

func (r rawTLS) OverrideServerName(string) error { return nil }
