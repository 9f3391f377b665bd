// Package teleport is a test double of a Teleport cluster: its auth service and its proxy, on
// loopback, in memory, built on Teleport's official API module. It is made for the tests of the
// operator and never part of the product. README.md says what it follows and what it leaves out.
package teleport

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"

	"google.golang.org/grpc"
)

// Server is one running cluster. All methods may be called from any goroutine.
type Server struct {
	opts  Options
	trust *trust
	store *store
	bots  *botRegistry
	// heartbeats of bots.
	heartbeats heartbeats
	keys       seenKeys
	calls      callCounter
	oddities   oddities
	faults     faultSet
	switches   switchBoard
	features   features
	later      map[string]laterMethod
	// forwarded has the addresses from which the proxy itself dials auth, with those of its clients.
	forwarded sync.Map
	nonces    seenTexts // of WebSocket handshakes

	auth, proxy, admin *gate

	// Connections go from a gate through one of these to the server that speaks their protocol.
	authConns, authWebConns, proxyConns, webConns, adminConns *handover

	authServer, proxyServer *grpc.Server
	webServer, adminServer  *http.Server
	authWebServer           *http.Server
}

// Start runs a cluster until Stop.
func Start(opts Options) (*Server, error) {
	opts = opts.withDefaults()
	if majorOf(opts.ServerVersion) == 0 {
		return nil, fmt.Errorf("server version %q is not a semantic version", opts.ServerVersion)
	}
	authorities, err := newTrust(opts.ClusterName)
	if err != nil {
		return nil, fmt.Errorf("making the cluster's authorities: %w", err)
	}
	s := &Server{
		opts: opts, trust: authorities, store: newStore(), bots: newBotRegistry(),
		later:     map[string]laterMethod{},
		authConns: newHandover(), authWebConns: newHandover(), proxyConns: newHandover(),
		webConns: newHandover(), adminConns: newHandover(),
	}
	s.features.now.Store(opts.Features)
	s.store.revised = s.atLeast(firstWithRevisions)
	if err := s.writeFiles(); err != nil {
		return nil, err
	}
	if err := s.extend(); err != nil {
		return nil, fmt.Errorf("adding what is newer than the API module: %w", err)
	}
	if err := s.Apply(opts.Resources); err != nil {
		return nil, fmt.Errorf("storing the initial resources: %w", err)
	}
	if err := s.listen(); err != nil {
		s.Stop()
		return nil, err
	}
	return s, nil
}

func (s *Server) listen() error {
	var err error
	s.authServer, s.proxyServer = s.newAuthServer(), s.newProxyServer()
	s.webServer, s.adminServer = s.newWebServer(), s.newAdminServer()
	go func() { _ = s.authServer.Serve(s.authConns) }()
	s.authWebServer = s.newAuthWebServer()
	go func() { _ = s.authWebServer.Serve(s.authWebConns) }()
	go func() { _ = s.proxyServer.Serve(s.proxyConns) }()
	go func() { _ = s.webServer.Serve(s.webConns) }()
	go func() { _ = s.adminServer.Serve(s.adminConns) }()
	if s.auth, err = openGate(s.serveAuth); err != nil {
		return fmt.Errorf("auth: %w", err)
	}
	if s.proxy, err = openGate(s.serveFront); err != nil {
		return fmt.Errorf("proxy: %w", err)
	}
	if s.admin, err = openGate(s.adminConns.push); err != nil {
		return fmt.Errorf("admin: %w", err)
	}
	return nil
}

// Stop ends everything and cuts all connections. It may be called twice.
func (s *Server) Stop() {
	for _, g := range []*gate{s.auth, s.proxy, s.admin} {
		if g != nil {
			g.shut()
		}
	}
	for _, h := range []*handover{s.authConns, s.authWebConns, s.proxyConns, s.webConns, s.adminConns} {
		h.Close()
	}
	for _, server := range []*grpc.Server{s.authServer, s.proxyServer} {
		if server != nil {
			server.Stop()
		}
	}
	for _, server := range []*http.Server{s.webServer, s.adminServer, s.authWebServer} {
		if server != nil {
			server.Close()
		}
	}
}

// ClusterName is the logical name of the cluster.
func (s *Server) ClusterName() string { return s.opts.ClusterName }

// AuthAddr is host:port of auth; it stays the same over a Down and up again, as ProxyAddr does.
func (s *Server) AuthAddr() string { return s.auth.address() }

// ProxyAddr is host:port of the proxy's only port.
func (s *Server) ProxyAddr() string { return s.proxy.address() }

// AdminURL is where the admin API answers, plain HTTP.
func (s *Server) AdminURL() string { return "http://" + s.admin.address() }

// WebCA is the root of the proxy's web certificate, PEM. Clients get it as an extra system root.
func (s *Server) WebCA() []byte { return s.trust.web.pem() }

// HostCA is every trusted host CA, PEM.
func (s *Server) HostCA() []byte { return s.trust.hostPEM() }

// Files in Options.Dir.
const (
	webCAFile     = "web-ca.pem"
	hostCAFile    = "host-ca.pem"
	sshHostCAFile = "ssh-host-ca.pub"
)

// Files are the paths of what was written into Options.Dir, by role; empty without a directory.
func (s *Server) Files() map[string]string {
	if s.opts.Dir == "" {
		return map[string]string{}
	}
	return map[string]string{
		"web_ca":      filepath.Join(s.opts.Dir, webCAFile),
		"host_ca":     filepath.Join(s.opts.Dir, hostCAFile),
		"ssh_host_ca": filepath.Join(s.opts.Dir, sshHostCAFile),
	}
}

// writeFiles puts the public CAs into Options.Dir; no key is ever written.
func (s *Server) writeFiles() error {
	if s.opts.Dir == "" {
		return nil
	}
	var ssh []byte
	for _, ca := range s.trust.hostAuthorities() {
		ssh = append(ssh, ca.sshLine()...)
	}
	files := s.Files()
	return errors.Join(
		os.MkdirAll(s.opts.Dir, 0o755),
		os.WriteFile(files["web_ca"], s.WebCA(), 0o644),
		os.WriteFile(files["host_ca"], s.HostCA(), 0o644),
		os.WriteFile(files["ssh_host_ca"], ssh, 0o644),
	)
}
