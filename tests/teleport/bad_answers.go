package teleport

import (
	"context"
	"crypto/tls"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
)

// badAnswer is one way in which a server, or what stands before it, goes wrong below the level of
// calls. Each spoils new connections at one place, as long as the switch BadAnswer has its name.
type badAnswer struct {
	// raw is spoken on every new connection to proxy and auth in place of TLS.
	raw func(net.Conn)
	// inside is spoken on a new connection to auth after TLS, in place of HTTP/2.
	inside func(net.Conn)
	// certificate is shown by the web address.
	certificate func(*Server) tls.Certificate
	// web answers every request to the web API but the upgrade.
	web func(http.ResponseWriter)
	// websocketHead changes the answer to a good WebSocket request, upgraded is spoken after it.
	websocketHead func(*websocketAnswer)
	upgraded      func(net.Conn)
	// midJoin ends the join stream after ServerInit.
	midJoin func(context.Context, *Server) error
}

var badAnswers = map[string]badAnswer{
	"tcp-closed":      {raw: hangUp},
	"tcp-silent":      {raw: swallow},
	"tls-garbage":     {raw: babble},
	"tls-alert":       {raw: sayOnce(tlsAlert)},
	"tls-plain-http":  {raw: sayOnce(plainHTTP)},
	"tls-ssh":         {raw: sayOnce(sshBanner)},
	"tls-half-record": {raw: sayOnce(halfRecord)},

	"certificate-other-host": {certificate: otherHost},
	"certificate-expired":    {certificate: expired},
	"certificate-other-ca":   {certificate: otherCA},

	"grpc-silent":      {inside: swallow},
	"grpc-garbage":     {inside: babble},
	"grpc-plain-http":  {inside: sayOnce(plainHTTP)},
	"grpc-huge-frame":  {inside: sayOnce(hugeHTTP2Frame)},
	"grpc-closed":      {inside: hangUp},
	"join-cut":         {midJoin: cutMidJoin},
	"join-silent":      {midJoin: silentMidJoin},
	"find-endless":     {web: endlessBody},
	"find-truncated":   {web: truncatedBody},
	"find-slow":        {web: drip("{\"proxy\": {", "\"a\":1,")},
	"find-html":        {web: htmlBody},
	"find-deep":        {web: deepBody},
	"find-wrong-types": {web: wrongTypes},
	"find-redirect":    {web: redirected},
	"find-no-body":     {web: noBody},

	"headers-endless":   {web: endlessHeaders},
	"headers-slow":      {web: dripHeaders},
	"headers-truncated": {web: truncatedHeaders},
	"headers-garbage":   {web: overConn(babble)},

	"websocket-wrong-accept":    {websocketHead: func(a *websocketAnswer) { a.accept = websocketAccept("another") }},
	"websocket-wrong-protocol":  {websocketHead: func(a *websocketAnswer) { a.protocol = "chat" }},
	"websocket-no-protocol":     {websocketHead: func(a *websocketAnswer) { a.protocol = "" }},
	"websocket-garbage":         {upgraded: babble},
	"websocket-silent":          {upgraded: swallow},
	"websocket-closed":          {upgraded: sayOnce(closeFrame)},
	"websocket-huge-frame":      {upgraded: sayAndBabble(hugeFrame)},
	"websocket-negative-length": {upgraded: sayAndBabble(negativeLength)},
	"websocket-reserved-bits":   {upgraded: sayOnce(reservedBits)},
	"websocket-masked":          {upgraded: sayOnce(maskedFrame)},
	"websocket-long-ping":       {upgraded: sayAndBabble(longPing)},
	"websocket-pings-only":      {upgraded: pingsForEver},
}

// BadAnswers are the names that Switches.BadAnswer may have, sorted.
func BadAnswers() []string { return slices.Sorted(maps.Keys(badAnswers)) }

func checkBadAnswer(name string) error {
	if _, is := badAnswers[name]; is || name == "" {
		return nil
	}
	return fmt.Errorf("switch bad_answer: %q is none of %q", name, BadAnswers())
}

// badAnswer is the one that is on; the zero value spoils nothing.
func (s *Server) badAnswer() badAnswer { return badAnswers[s.switches.get().BadAnswer] }

// instead speaks in place of the server, if that is what is wrong.
func (b badAnswer) instead(conn net.Conn) bool { return speak(b.raw, conn) }

func (b badAnswer) insteadOfUpgrade(conn net.Conn) bool { return speak(b.upgraded, conn) }

func speak(say func(net.Conn), conn net.Conn) bool {
	if say == nil {
		return false
	}
	defer conn.Close()
	say(conn)
	return true
}

// serveAuth handles a new connection to auth.
func (s *Server) serveAuth(conn net.Conn) {
	bad := s.badAnswer()
	switch {
	case bad.instead(conn):
	case bad.inside != nil:
		secure := tls.Server(conn, s.authTLS())
		if secure.Handshake() != nil {
			conn.Close()
			return
		}
		speak(bad.inside, secure)
	default:
		s.authConns.push(conn)
	}
}
