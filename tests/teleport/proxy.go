package teleport

import (
	"crypto/tls"
	"encoding/hex"
	"io"
	"net"
	"strings"
	"time"
)

// ALPN names that the proxy routes by (facts/teleport-connection.md §6.2).
const (
	alpnAuthPrefix = "teleport-auth@"
	alpnProxyGRPC  = "teleport-proxy-grpc"
	alpnTunnel     = "teleport-reversetunnel"
)

// encodedName is the cluster's name as a server name: hex, under the internal domain.
func (s *Server) encodedName() string {
	return hex.EncodeToString([]byte(s.opts.ClusterName)) + "." + internalName
}

// serveProxy looks at the ClientHello of a new connection without answering it, and either passes
// the bytes on to auth, or ends TLS here with that certificate and hands the connection to the join
// or to the web API.
func (s *Server) serveProxy(conn net.Conn, leaf func() tls.Certificate) {
	hello, replay, err := peekHello(conn)
	if err != nil {
		conn.Close()
		return
	}
	s.checkFrontHello(hello)
	wanted := ""
	if len(hello.SupportedProtos) > 0 {
		wanted = hello.SupportedProtos[0]
	}
	if cluster, ok := strings.CutPrefix(wanted, alpnAuthPrefix); ok {
		s.forwardToAuth(replay, cluster)
		return
	}
	secure := tls.Server(replay, s.proxyTLS(leaf()))
	if err := secure.Handshake(); err != nil {
		conn.Close()
		return
	}
	switch wanted {
	case alpnProxyGRPC:
		s.checkNoClientCertificate(secure)
		s.proxyConns.push(secure)
	case alpnTunnel:
		// Negotiable so that probing clients see that nobody strips ALPN; there is no tunnel.
		secure.Close()
	default:
		s.webConns.push(secure)
	}
}

// proxyTLS is that of a proxy with TLS routing. It prefers h2, which a list with teleport-proxy-grpc
// in front of h2 therefore gets; the route is decided by the list's first name all the same. It asks
// for a client certificate only to see that a joining client sends none.
func (s *Server) proxyTLS(leaf tls.Certificate) *tls.Config {
	return &tls.Config{
		MinVersion:   tls.VersionTLS12,
		Certificates: []tls.Certificate{leaf},
		NextProtos:   []string{"h2", "http/1.1", alpnProxyGRPC, alpnTunnel},
		ClientAuth:   tls.RequestClientCert,
	}
}

// forwardToAuth couples the client with auth: one TLS session end to end, not read here.
func (s *Server) forwardToAuth(client net.Conn, clusterName string) {
	defer client.Close()
	if clusterName != s.encodedName() {
		s.irregular("the proxy was asked for auth of the unknown cluster %q", clusterName)
		return
	}
	auth, err := net.Dial("tcp", s.AuthAddr())
	if err != nil {
		return
	}
	defer auth.Close()
	own := auth.LocalAddr().String()
	s.forwarded.Store(own, client.RemoteAddr().String())
	defer s.forwarded.Delete(own)
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		_, _ = io.Copy(client, auth)
		client.Close()
	}()
	_, _ = io.Copy(auth, client)
	// Auth may only now look at what the client has said: it is known as forwarded until auth ends.
	_ = auth.(*net.TCPConn).CloseWrite()
	_ = auth.SetReadDeadline(time.Now().Add(helloTimeout))
	<-answered
}
