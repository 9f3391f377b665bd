package teleport

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/tls"
	"net/http"
	"slices"
	"strings"
	"sync"

	"golang.org/x/crypto/ssh"

	"github.com/gravitational/teleport/api/client/proto"
	"github.com/gravitational/teleport/api/types"
)

// What a good client does and a real cluster does not insist on (facts/teleport-connection.md §11.5).
// A client that does not becomes an irregularity, which fails every test of the operator.

// checkFrontHello: where a connection to the proxy wants to go is said by exactly one list of
// protocols each, and by a server name that fits.
func (s *Server) checkFrontHello(hello *tls.ClientHelloInfo) {
	auth := alpnAuthPrefix + s.encodedName()
	internal := []string{s.encodedName(), internalName}
	names := append([]string{""}, webNames(s)...) // no name: an address
	lists := []struct{ alpn, names []string }{
		{[]string{auth, "h2"}, internal},
		{[]string{alpnProxyGRPC, "h2"}, names},
		{[]string{alpnTunnel}, names}, // the probe
		{[]string{"h2", "http/1.1"}, names},
		{[]string{"http/1.1"}, append(names, internal...)},
		{nil, names},
		{[]string{"h2"}, internal}, // an address that may be auth's is tried as such, too
	}
	for _, list := range lists {
		if !slices.Equal(list.alpn, hello.SupportedProtos) {
			continue
		}
		if !slices.Contains(list.names, hello.ServerName) {
			s.irregular("the proxy was dialled with the server name %q and the protocols %q",
				hello.ServerName, hello.SupportedProtos)
		}
		return
	}
	s.irregular("the proxy was dialled with the list of protocols %q, which is that of no way", hello.SupportedProtos)
}

// webNames are the names of the proxy that its web certificate has.
func webNames(s *Server) []string { return s.trust.webLeaf.Leaf.DNSNames }

// checkAuthHello: h2 alone straight to auth (http/1.1 for its HTTP API), the proxy's name before it
// through a proxy.
func (s *Server) checkAuthHello(hello *tls.ClientHelloInfo) {
	// Before anybody knows that it is auth it may be looked at as a proxy, by the doctor, or by a join
	// that did not succeed in the direct way.
	for _, look := range [][]string{{"h2", "http/1.1"}, {"http/1.1"}, {alpnTunnel}, {alpnProxyGRPC, "h2"}} {
		if slices.Equal(hello.SupportedProtos, look) && hello.ServerName != s.encodedName() {
			return
		}
	}
	if hello.ServerName != internalName && hello.ServerName != s.encodedName() {
		s.irregular("auth was dialled with the server name %q", hello.ServerName)
	}
	right := [][]string{{"h2"}, {"http/1.1"}}
	way := "straight"
	if _, through := s.forwarded.Load(hello.Conn.RemoteAddr().String()); through {
		right, way = [][]string{{alpnAuthPrefix + s.encodedName(), "h2"}}, "through the proxy"
	}
	for _, list := range right {
		if slices.Equal(list, hello.SupportedProtos) {
			return
		}
	}
	s.irregular("auth was dialled %s with the list of protocols %q", way, hello.SupportedProtos)
}

// checkNoClientCertificate is about a join through the proxy.
func (s *Server) checkNoClientCertificate(conn *tls.Conn) {
	if sent := conn.ConnectionState().PeerCertificates; len(sent) > 0 {
		s.irregular("%q came to the join on the proxy with a client certificate", sent[0].Subject.CommonName)
	}
}

// checkUpgradeRequest: the outer TLS offers at most HTTP/1.1, and the headers are those of §6.3.
func (s *Server) checkUpgradeRequest(r *http.Request) {
	if hello, ok := r.Context().Value(helloKey{}).(*tls.ClientHelloInfo); ok && hello != nil {
		if list := hello.SupportedProtos; len(list) > 0 && !slices.Equal(list, []string{"http/1.1"}) {
			s.irregular("a connection upgrade was asked for on a connection that offered the protocols %q", list)
		}
	}
	if !slices.ContainsFunc(listed(r.Header, "Connection"), func(name string) bool {
		return strings.EqualFold(name, "upgrade")
	}) {
		s.irregular("a connection upgrade was asked for without Connection: Upgrade")
	}
	offer := offerOf(r.Header)
	if r.Host != s.ProxyAddr() && !slices.Contains(webNames(s), strings.Split(r.Host, ":")[0]) {
		s.irregular("a connection upgrade was asked of the host %q", r.Host)
	}
	eaten := listed(r.Header, "X-Teleport-Upgrade")
	if len(offer.legacy) > 0 && (len(eaten) != 1 || known(eaten) == "") {
		s.irregular("a legacy upgrade was asked for with X-Teleport-Upgrade %q", eaten)
	}
	if key := r.Header.Get("Sec-WebSocket-Key"); key != "" && s.nonces.again(key) {
		s.irregular("a Sec-WebSocket-Key came a second time")
	}
}

// seenTexts remembers what must not come twice.
type seenTexts struct {
	mu   sync.Mutex
	seen map[string]bool
}

// again reports whether the text came before, and remembers it.
func (t *seenTexts) again(text string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.seen == nil {
		t.seen = map[string]bool{}
	}
	before := t.seen[text]
	t.seen[text] = true
	return before
}

// checkKeys: one key for TLS and SSH, of the type that the signature suite wants (§3.1).
func (s *Server) checkKeys(keys clientKeys) {
	want := "an ECDSA P-256 key"
	var right bool
	switch key := keys.tls.(type) {
	case *ecdsa.PublicKey:
		right = !s.wantsRSA() && key.Curve == elliptic.P256()
	case *rsa.PublicKey:
		right = s.wantsRSA() && key.N.BitLen() == 2048
	}
	if s.wantsRSA() {
		want = "an RSA key of 2048 bits"
	}
	if !right {
		s.irregular("a %T was sent for certification where the suite %q wants %s", keys.tls, s.suiteText(), want)
	}
	own, comparable := keys.tls.(interface{ Equal(crypto.PublicKey) bool })
	if holder, ok := keys.ssh.(ssh.CryptoPublicKey); ok && comparable && !own.Equal(holder.CryptoPublicKey()) {
		s.irregular("one identity was asked for with two keys")
	}
}

func (s *Server) wantsRSA() bool {
	return s.opts.SignatureSuite <= types.SignatureAlgorithmSuite_SIGNATURE_ALGORITHM_SUITE_LEGACY
}

// Calls that are a bot identity's own, and of those the ones that are nobody else's (§5.3).
var (
	callsOfBots = []string{
		"Ping", "GetClusterCACert", "GetDomainName", "GetRole", "GenerateUserCerts", "WatchEvents",
		"GetAuthPreference", "SubmitHeartbeat", "Join", "RegisterUsingToken",
		"GetCertAuthority", "GetCertAuthorities",
	}
	callsOfBotsOnly = []string{"GenerateUserCerts", "GetAuthPreference", "SubmitHeartbeat"}
)

// checkCaller: resources are the output identity's business, everything about identities the bot's.
func (s *Server) checkCaller(ctx context.Context, fullMethod string, request any) {
	caller := callerOf(ctx)
	if caller == nil {
		return
	}
	method := fullMethod[strings.LastIndexByte(fullMethod, '/')+1:]
	bot := caller.botName != "" && caller.impersonator == ""
	output := caller.impersonator != ""
	own := false
	if get, is := request.(*proto.GetRoleRequest); is {
		own = get.GetName() == caller.user
	}
	switch {
	case bot && !slices.Contains(callsOfBots, method), bot && method == "GetRole" && !own:
		s.irregular("%s was called with the bot identity of %q", fullMethod, caller.user)
	case output && slices.Contains(callsOfBotsOnly, method), output && own:
		s.irregular("%s was called with the output identity of %q", fullMethod, caller.user)
	}
}

// checkWatch: authorities are watched with the bot identity, resources with the output identity.
func (s *Server) checkWatch(caller *identity, kinds []types.WatchKind) {
	authorities := slices.ContainsFunc(kinds, func(kind types.WatchKind) bool {
		return kind.Kind == types.KindCertAuthority
	})
	switch output := caller.impersonator != ""; {
	case output && authorities:
		s.irregular("authorities were watched with the output identity of %q", caller.user)
	case !output && caller.botName != "" && (!authorities || len(kinds) > 1):
		s.irregular("resources were watched with the bot identity of %q", caller.user)
	}
}
