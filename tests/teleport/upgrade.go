package teleport

import (
	"bufio"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// upgradePath is where a connection is upgraded (facts/teleport-connection.md §6.3).
const upgradePath = "/webapi/connectionupgrade"

// usualUpgradePing is how often the proxy pings inside alpn-ping.
const usualUpgradePing = 30 * time.Second

// websocketGUID is appended to a client's key for the answer (RFC 6455 §1.3).
const websocketGUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

// upgradeConnection turns a request into a stream of bytes, and takes the stream as a new connection
// to the proxy, from behind a balancer. Of both framings it prefers WebSocket.
func (s *Server) upgradeConnection(w http.ResponseWriter, r *http.Request) {
	websocket, legacy := s.takenUpgrades()
	if !websocket && !legacy {
		http.NotFound(w, r)
		return
	}
	s.checkUpgradeRequest(r)
	offer := offerOf(r.Header)
	if websocket && offer.websocket {
		s.upgradeToWebSocket(w, r, known(offer.subs))
		return
	}
	if protocol := known(offer.legacy); legacy && protocol != "" {
		s.upgradeToLegacy(w, protocol)
		return
	}
	http.Error(w, fmt.Sprintf("unsupported upgrade types: %q", listed(r.Header, "Upgrade")), http.StatusNotFound)
}

func (s *Server) upgradeToWebSocket(w http.ResponseWriter, r *http.Request, protocol string) {
	key := r.Header.Get("Sec-WebSocket-Key")
	if problem := websocketProblem(r, protocol, key); problem != "" {
		s.irregular("asked for a WebSocket %s", problem)
		http.Error(w, problem, http.StatusBadRequest)
		return
	}
	answer := websocketAnswer{accept: websocketAccept(key), protocol: protocol}
	bad := s.badAnswer()
	if bad.websocketHead != nil {
		bad.websocketHead(&answer)
	}
	stream, err := hijack(w, answer.text())
	if err != nil || bad.insteadOfUpgrade(stream) {
		return
	}
	conn := newWebSocketConn(stream, s)
	s.serveUpgraded(conn, conn, protocol)
}

func (s *Server) upgradeToLegacy(w http.ResponseWriter, protocol string) {
	stream, err := hijack(w, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: "+protocol+"\r\n\r\n")
	if err != nil || s.badAnswer().insteadOfUpgrade(stream) {
		return
	}
	if protocol == innerALPN {
		s.serveUpgraded(stream, nil, protocol)
		return
	}
	conn := &lengthPrefixed{Conn: stream}
	s.serveUpgraded(conn, conn, protocol)
}

// pinger is a framing that can be kept alive.
type pinger interface{ ping() error }

func (s *Server) serveUpgraded(conn net.Conn, pings pinger, protocol string) {
	s.calls.add("upgrade "+framingOf(pings)+" "+protocol, "")
	tracked := &closeNotice{Conn: conn, closed: make(chan struct{})}
	if protocol == innerALPNPing && pings != nil {
		go keepAlive(pings, s.switches.upgradePing(), tracked.closed)
	}
	if s.switches.get().Front == FrontNoTLSRouting {
		tracked.Close()
		return
	}
	s.serveProxy(tracked, s.hostLeaf)
}

func framingOf(pings pinger) string {
	if _, is := pings.(*webSocketConn); is {
		return "websocket"
	}
	return "legacy"
}

func keepAlive(pings pinger, every time.Duration, done <-chan struct{}) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			if pings.ping() != nil {
				return
			}
		case <-done:
			return
		}
	}
}

func (b *switchBoard) upgradePing() time.Duration {
	if ms := b.get().UpgradePingMS; ms > 0 {
		return time.Duration(ms) * time.Millisecond
	}
	return usualUpgradePing
}

// websocketProblem is what RFC 6455 has against the request, "" for nothing.
func websocketProblem(r *http.Request, protocol, key string) string {
	raw, err := base64.StdEncoding.DecodeString(key)
	switch {
	case r.Header.Get("Sec-WebSocket-Version") != "13":
		return "without Sec-WebSocket-Version 13"
	case err != nil || len(raw) != 16:
		return "without a Sec-WebSocket-Key of 16 bytes"
	case protocol == "":
		return "without a Sec-WebSocket-Protocol that is known"
	}
	return ""
}

func websocketAccept(key string) string {
	sum := sha1.Sum([]byte(key + websocketGUID))
	return base64.StdEncoding.EncodeToString(sum[:])
}

type websocketAnswer struct{ accept, protocol string }

func (a websocketAnswer) text() string {
	var out strings.Builder
	out.WriteString("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n")
	fmt.Fprintf(&out, "Sec-WebSocket-Accept: %s\r\n", a.accept)
	if a.protocol != "" {
		fmt.Fprintf(&out, "Sec-WebSocket-Protocol: %s\r\n", a.protocol)
	}
	out.WriteString("\r\n")
	return out.String()
}

// hijack takes the connection from the HTTP server, answers with the head, and gives what follows.
func hijack(w http.ResponseWriter, head string) (net.Conn, error) {
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, "the connection cannot be upgraded", http.StatusBadRequest)
		return nil, err
	}
	if err := conn.SetDeadline(time.Time{}); err != nil {
		conn.Close()
		return nil, err
	}
	if _, err := io.WriteString(conn, head); err != nil {
		conn.Close()
		return nil, err
	}
	return bufferedConn{Conn: conn, reader: buffered.Reader}, nil
}

// bufferedConn reads what the HTTP server had read ahead, then the rest.
type bufferedConn struct {
	net.Conn
	reader *bufio.Reader
}

func (c bufferedConn) Read(p []byte) (int, error) { return c.reader.Read(p) }
