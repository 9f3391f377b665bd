package teleport

import (
	"crypto/tls"
	"fmt"
	"net"
	"slices"
)

// Values of Switches.Front: what stands where clients dial the proxy.
const (
	// FrontProxy is the proxy itself, with TLS routing.
	FrontProxy = ""
	// FrontBalancer is an L7 load balancer: it ends TLS with the web certificate, negotiates no
	// protocol, and passes HTTP/1.1 on. Whatever else comes in is answered with 400.
	FrontBalancer = "balancer"
	// FrontBalancerAlert is one that refuses protocols it does not know with the alert 120.
	FrontBalancerAlert = "balancer-alert"
	// FrontBalancerH2 is one that picks h2, whether it was offered or not.
	FrontBalancerH2 = "balancer-h2"
	// FrontNoTLSRouting is the proxy of a cluster without TLS routing: a web API, and no way to auth.
	FrontNoTLSRouting = "no-tls-routing"
)

var fronts = []string{FrontProxy, FrontBalancer, FrontBalancerAlert, FrontBalancerH2, FrontNoTLSRouting}

func checkFront(name string) error {
	if slices.Contains(fronts, name) {
		return nil
	}
	return fmt.Errorf("switch front: %q is none of %q", name, fronts)
}

// serveFront handles a new connection to the proxy's address.
func (s *Server) serveFront(conn net.Conn) {
	if s.badAnswer().instead(conn) {
		return
	}
	front := s.switches.get().Front
	if front == FrontProxy {
		s.serveProxy(conn, s.webLeaf)
		return
	}
	hello, replay, err := peekHello(conn)
	if err != nil {
		conn.Close()
		return
	}
	s.checkFrontHello(hello)
	secure := tls.Server(replay, s.webOnlyTLS(front))
	if err := secure.Handshake(); err != nil {
		conn.Close()
		return
	}
	s.webConns.push(secure)
}

// webOnlyTLS is that of fronts which know nothing of Teleport's protocol names.
func (s *Server) webOnlyTLS(front string) *tls.Config {
	config := &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{s.webLeaf()}}
	switch front {
	case FrontBalancerAlert:
		config.NextProtos = []string{"http/1.1"}
	case FrontNoTLSRouting:
		config.NextProtos = []string{"h2", "http/1.1"}
	case FrontBalancerH2:
		config.NextProtos = []string{"h2", "http/1.1"}
		// crypto/tls picks only what was offered. It chooses from this very list, though, and takes
		// the transcript from the bytes received: so the list is made to offer h2.
		config.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
			known := slices.ContainsFunc(hello.SupportedProtos, func(name string) bool {
				return slices.Contains(config.NextProtos, name)
			})
			if len(hello.SupportedProtos) > 0 && !known {
				hello.SupportedProtos[0] = "h2"
			}
			return nil, nil
		}
	}
	return config
}

// webLeaf is the certificate that the web address shows, which a bad answer may spoil.
func (s *Server) webLeaf() tls.Certificate {
	if spoilt := s.badAnswer().certificate; spoilt != nil {
		return spoilt(s)
	}
	return s.trust.webLeaf
}

// hostLeaf is the proxy's own certificate from the host CA. It shows it for what it ends itself
// behind a connection upgrade, where it takes a balancer to stand before it
// (facts/teleport-connection.md §6.3).
func (s *Server) hostLeaf() tls.Certificate { return *s.trust.hostCertificate() }
