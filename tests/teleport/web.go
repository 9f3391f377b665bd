package teleport

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/gravitational/trace"

	"github.com/gravitational/teleport/api/trail"
)

// hostCredentials is the name under which calls and faults know the join through the web API.
const hostCredentials = "POST /v1/webapi/host/credentials"

// newWebServer is the proxy's web API. Every path is known with and without /v1 in front.
func (s *Server) newWebServer() *http.Server {
	mux := http.NewServeMux()
	for _, prefix := range []string{"", "/v1"} {
		mux.HandleFunc("GET "+prefix+"/webapi/find", s.counted("GET /webapi/find", s.find))
		mux.HandleFunc("GET "+prefix+"/webapi/ping", s.counted("GET /webapi/ping", s.webPing))
		mux.HandleFunc("GET "+prefix+"/webapi/ping/{connector}", s.counted("GET /webapi/ping", s.webPing))
		mux.HandleFunc("POST "+prefix+"/webapi/host/credentials", s.counted(hostCredentials, s.registerOverHTTP))
		mux.HandleFunc("GET "+prefix+upgradePath, s.counted("GET "+upgradePath, s.upgradeConnection))
	}
	return &http.Server{
		Handler: s.webFront(mux), ReadHeaderTimeout: 10 * time.Second, ErrorLog: s.quietLog(),
		ConnContext: func(ctx context.Context, conn net.Conn) context.Context {
			return context.WithValue(ctx, helloKey{}, helloOf(conn))
		},
	}
}

// helloKey is where a request's context has the ClientHello of its connection.
type helloKey struct{}

// webFront is before every path: HTTP/2 that was not negotiated is no request, and a bad answer takes
// the place of every good one but that of the upgrade, which has its own.
func (s *Server) webFront(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 1 && r.TLS.NegotiatedProtocol != "h2" {
			http.Error(w, "this speaks HTTP/1.1", http.StatusBadRequest)
			return
		}
		if bad := s.badAnswer().web; bad != nil && !strings.HasSuffix(r.URL.Path, upgradePath) {
			bad(w)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// counted counts the call and lets faults have their way with it.
func (s *Server) counted(name string, handler http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.calls.add(name, "")
		if err := trail.FromGRPC(s.refusal()); err != nil {
			writeError(w, err)
			return
		}
		fault := s.faults.take(name, "")
		if fault.wait(r.Context()) != nil {
			return
		}
		if err := trail.FromGRPC(fault.failure()); err != nil {
			if fault.AfterEffect {
				handler(discard{http.Header{}}, r)
			}
			if fault.drops() {
				panic(http.ErrAbortHandler)
			}
			writeError(w, err)
			return
		}
		handler(w, r)
	}
}

// discard is a response that nobody gets.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(int)             {}

// webPingResponse is the object of find and of ping (facts/teleport-connection.md §1.2).
type webPingResponse struct {
	ServerVersion    string       `json:"server_version"`
	MinClientVersion string       `json:"min_client_version"`
	ClusterName      string       `json:"cluster_name"`
	Edition          string       `json:"edition"`
	FIPS             bool         `json:"fips"`
	Proxy            proxySection `json:"proxy"`
	Auth             *authSection `json:"auth,omitempty"`
}

type proxySection struct {
	TLSRoutingEnabled bool       `json:"tls_routing_enabled"`
	SSH               sshSection `json:"ssh"`
}

type sshSection struct {
	ListenAddr       string        `json:"listen_addr"`
	TunnelListenAddr string        `json:"tunnel_listen_addr"`
	WebListenAddr    string        `json:"web_listen_addr"`
	PublicAddr       string        `json:"public_addr"`
	DialTimeout      time.Duration `json:"dial_timeout"`
}

type authSection struct {
	Type                    string `json:"type"`
	SecondFactor            string `json:"second_factor"`
	SignatureAlgorithmSuite string `json:"signature_algorithm_suite"`
}

func (s *Server) proxyAnswer() webPingResponse {
	edition := "oss"
	if features := s.features.now.Load(); features.AdvancedAccessWorkflows || features.OIDC || features.SAML {
		edition = "ent"
	}
	return webPingResponse{
		ServerVersion:    s.opts.ServerVersion,
		MinClientVersion: s.minClient(),
		ClusterName:      s.opts.ClusterName,
		Edition:          edition,
		Proxy: proxySection{
			TLSRoutingEnabled: s.switches.get().Front != FrontNoTLSRouting,
			SSH:               s.sshAnswer(),
		},
	}
}

// sshAnswer names the listeners: all one with TLS routing, else the usual ports of their own, where
// nothing listens here.
func (s *Server) sshAnswer() sshSection {
	address := s.ProxyAddr()
	answer := sshSection{
		ListenAddr: address, TunnelListenAddr: address, WebListenAddr: address,
		PublicAddr: address, DialTimeout: 30 * time.Second,
	}
	if s.switches.get().Front == FrontNoTLSRouting {
		host, _, _ := net.SplitHostPort(address)
		answer.ListenAddr = net.JoinHostPort(host, "3023")
		answer.TunnelListenAddr = net.JoinHostPort(host, "3024")
	}
	return answer
}

func (s *Server) find(w http.ResponseWriter, _ *http.Request) { writeJSON(w, s.proxyAnswer()) }

// webPing asks auth too, so it fails where find still answers.
func (s *Server) webPing(w http.ResponseWriter, _ *http.Request) {
	if s.switches.get().Down == downAuth {
		writeError(w, trace.ConnectionProblem(nil, "auth server is not available"))
		return
	}
	answer := s.proxyAnswer()
	answer.Auth = &authSection{Type: "local", SecondFactor: "on", SignatureAlgorithmSuite: s.suiteText()}
	writeJSON(w, answer)
}

func writeJSON(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(value)
}

// writeError gives the class of the error as status and its text as error.message.
func writeError(w http.ResponseWriter, err error) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(trace.ErrorToCode(err))
	text := trace.UserMessage(err)
	_ = json.NewEncoder(w).Encode(map[string]any{
		"error": map[string]string{"message": text}, "message": text,
	})
}
