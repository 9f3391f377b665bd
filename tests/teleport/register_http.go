package teleport

import (
	"encoding/json"
	"net"
	"net/http"
	"time"

	"github.com/gravitational/trace"
	"google.golang.org/grpc/credentials"

	"github.com/gravitational/teleport/api/types"
)

// Auth's own HTTP API, as far as joining needs it: up to version 17 a client that negotiates http/1.1
// on auth's port, or nothing, gets here (facts/teleport-connection.md §0, §2.3).

// tokensRegister is the name under which calls and faults know the older join straight to auth.
const tokensRegister = "POST /v1/tokens/register"

// authProtocols are what auth negotiates.
func (s *Server) authProtocols() []string {
	if s.atLeast(firstWithoutTokenRegister) {
		return []string{"h2"}
	}
	return []string{"h2", "http/1.1"}
}

// newAuthWebServer serves auth's HTTP API; TLS is taken off already.
func (s *Server) newAuthWebServer() *http.Server {
	mux := http.NewServeMux()
	mux.HandleFunc(tokensRegister, s.counted(tokensRegister, s.registerOverHTTP))
	return &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second, ErrorLog: s.quietLog()}
}

// authCredentials end TLS for gRPC and keep what is not gRPC from it.
type authCredentials struct {
	credentials.TransportCredentials
	server *Server
}

// ServerHandshake hands a connection that is to speak HTTP/1.1 to the HTTP API.
func (c authCredentials) ServerHandshake(raw net.Conn) (net.Conn, credentials.AuthInfo, error) {
	conn, info, err := c.TransportCredentials.ServerHandshake(raw)
	if err != nil {
		return nil, nil, err
	}
	if secure, is := info.(credentials.TLSInfo); is && secure.State.NegotiatedProtocol == "http/1.1" {
		c.server.authWebConns.push(conn)
		return nil, nil, credentials.ErrConnDispatched
	}
	return conn, info, nil
}

// registerOverHTTP is the older join over JSON, through the proxy or on auth: without a client identity.
func (s *Server) registerOverHTTP(w http.ResponseWriter, r *http.Request) {
	var request types.RegisterUsingTokenRequest
	if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
		writeError(w, trace.BadParameter("decoding the request: %v", err))
		return
	}
	certs, err := s.registerUsingToken(&request, "")
	if err != nil {
		writeError(w, err)
		return
	}
	writeJSON(w, certs)
}
