package teleport

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gobwas/ws"
	"google.golang.org/grpc"

	"github.com/gravitational/teleport/api/client/proto"
)

// outer is TLS to the proxy's address as a client of a balancer has it.
func (w *world) outer(t *testing.T, alpn ...string) (*tls.Conn, error) {
	t.Helper()
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(w.WebCA())
	conn, err := tls.DialWithDialer(&net.Dialer{Timeout: 10 * time.Second}, "tcp", w.ProxyAddr(), &tls.Config{RootCAs: pool, NextProtos: alpn, MinVersion: tls.VersionTLS12})
	if err == nil {
		t.Cleanup(func() { conn.Close() })
	}
	return conn, err
}

// webSocketClient is a client's end made with the library's own dialler and readers.
type webSocketClient struct {
	net.Conn
	read io.Reader // with what came along with the handshake
	left int64
	// pings counts those answered. fragments counts frames that were not a whole message.
	pings, fragments int
}

func (w *world) webSocket(t *testing.T, protocol string) (*webSocketClient, error) {
	t.Helper()
	conn, err := w.outer(t, "http/1.1")
	must(t, err)
	return w.webSocketOn(t, conn, protocol)
}

func (w *world) webSocketOn(t *testing.T, conn net.Conn, protocol string) (*webSocketClient, error) {
	t.Helper()
	dialer := ws.Dialer{Protocols: []string{protocol}, NetDial: func(context.Context, string, string) (net.Conn, error) {
		return conn, nil
	}}
	_, early, shake, err := dialer.Dial(t.Context(), "ws://"+w.ProxyAddr()+"/v1"+upgradePath)
	if err != nil {
		return nil, err
	}
	if shake.Protocol != protocol {
		return nil, fmt.Errorf("asked for %q, got %q", protocol, shake.Protocol)
	}
	client := &webSocketClient{Conn: conn, read: conn}
	if early != nil {
		client.read = early
	}
	return client, nil
}

func (c *webSocketClient) Read(p []byte) (int, error) {
	for c.left == 0 {
		head, err := ws.ReadHeader(c.read)
		if err != nil {
			return 0, err
		}
		if head.OpCode.IsControl() {
			payload := make([]byte, head.Length)
			if _, err := io.ReadFull(c.read, payload); err != nil {
				return 0, err
			}
			if head.OpCode == ws.OpClose {
				return 0, io.EOF
			}
			c.pings++
			if err := ws.WriteFrame(c.Conn, ws.MaskFrame(ws.NewPongFrame(payload))); err != nil {
				return 0, err
			}
			continue
		}
		if !head.Fin {
			c.fragments++
		}
		c.left = head.Length
	}
	n, err := c.read.Read(p[:min(int64(len(p)), c.left)])
	c.left -= int64(n)
	return n, err
}

func (c *webSocketClient) Write(p []byte) (int, error) {
	return len(p), ws.WriteFrame(c.Conn, ws.MaskFrame(ws.NewBinaryFrame(slices.Clone(p))))
}

// legacyUpgrade asks for a framing of old servers.
func (w *world) legacyUpgrade(t *testing.T, protocol string) (net.Conn, error) {
	t.Helper()
	conn, err := w.outer(t)
	must(t, err)
	fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: %s\r\nX-Teleport-Upgrade: %s\r\n\r\n",
		upgradePath, w.ProxyAddr(), protocol, protocol)
	reader := bufio.NewReader(conn)
	answer, err := http.ReadResponse(reader, nil)
	must(t, err)
	if answer.StatusCode != http.StatusSwitchingProtocols {
		return nil, errors.New(answer.Status)
	}
	if got := answer.Header.Get("Upgrade"); got != protocol {
		t.Errorf("asked for %q, got %q", protocol, got)
	}
	stream := bufferedConn{Conn: conn, reader: reader}
	if protocol == innerALPNPing {
		return &lengthPrefixed{Conn: stream}, nil
	}
	return stream, nil
}

// over is gRPC through an upgraded connection.
func over(t *testing.T, conn net.Conn, inner *tls.Config) *grpc.ClientConn {
	t.Helper()
	out, err := grpc.NewClient("passthrough:upgraded", grpc.WithTransportCredentials(rawTLS{inner}),
		grpc.WithContextDialer(func(context.Context, string) (net.Conn, error) { return conn, nil }))
	must(t, err)
	t.Cleanup(func() { out.Close() })
	return out
}

// open opens an upgraded connection by framing and protocol.
func (w *world) open(t *testing.T, framing, protocol string) (net.Conn, error) {
	t.Helper()
	if framing == "websocket" {
		return w.webSocket(t, protocol)
	}
	return w.legacyUpgrade(t, protocol)
}

// The whole way of a bot behind a balancer: join, then auth, each in an upgraded connection.
func TestBalancedBotJoinsAndWorks(t *testing.T) {
	t.Parallel()
	for _, framing := range []string{"websocket", "legacy"} {
		for _, protocol := range innerProtocols {
			t.Run(framing+" "+protocol, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, Options{})
				must(t, w.SetSwitches(Switches{Front: FrontBalancer, UpgradeFragments: true}))
				join, err := w.open(t, framing, protocol)
				must(t, err)
				inner := w.proxyJoin()
				inner.roots, inner.name = w.HostCA(), internalName // behind a balancer it is the host's
				bot, _, err := streamJoin(t, over(t, join, inner.tls()), kubeToken, w.kube.token(t, claims()))
				must(t, err)
				work, err := w.open(t, framing, protocol)
				must(t, err)
				auth := proto.NewAuthServiceClient(over(t, work, w.throughProxy().tls(bot)))
				if _, err := auth.GetDomainName(call(t), empty); err != nil {
					t.Error(err)
				}
				if odd := w.Irregularities(); len(odd) > 0 && !strings.Contains(odd[0], "server name") {
					t.Error(odd)
				}
			})
		}
	}
}

func TestVersionDecidesTheUpgrades(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		version           string
		mode              string
		websocket, legacy bool
	}{
		{"14.3.0", UpgradeByVersion, false, true},
		{"15.0.0", UpgradeByVersion, true, true},
		{"18.8.0", UpgradeByVersion, true, true},
		{"19.0.0", UpgradeByVersion, true, false},
		{"18.8.0", UpgradeWebSocket, true, false},
		{"18.8.0", UpgradeLegacy, false, true},
		{"14.3.0", UpgradeBoth, true, true},
		{"18.8.0", UpgradeNone, false, false},
	} {
		w := newWorld(t, Options{ServerVersion: test.version})
		must(t, w.SetSwitches(Switches{Upgrade: test.mode}))
		_, err := w.webSocket(t, innerALPN)
		if (err == nil) != test.websocket {
			t.Errorf("%s %q: WebSocket: %v", test.version, test.mode, err)
		}
		_, err = w.legacyUpgrade(t, innerALPN)
		if (err == nil) != test.legacy || (err != nil && !strings.HasPrefix(err.Error(), "404")) {
			t.Errorf("%s %q: legacy: %v", test.version, test.mode, err)
		}
	}
}

func TestUpgradedConnectionsArePinged(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	must(t, w.SetSwitches(Switches{UpgradePingMS: 5}))
	client, err := w.webSocket(t, innerALPNPing)
	must(t, err)
	must(t, client.SetReadDeadline(time.Now().Add(10*time.Second)))
	go func() { _, _ = client.Read(make([]byte, 1)) }()
	end := time.After(10 * time.Second)
	for look := time.Tick(time.Millisecond); w.CallsOf("upgrade pong") < 3; {
		select {
		case <-look:
		case <-end:
			t.Fatal("no pings, or pongs that are not heard")
		}
	}
	legacy, err := w.legacyUpgrade(t, innerALPNPing)
	must(t, err)
	var length [4]byte
	if _, err := io.ReadFull(legacy.(*lengthPrefixed).Conn, length[:]); err != nil || binary.BigEndian.Uint32(length[:]) != 0 {
		t.Errorf("a ping of legacy framing is %v, %v", length, err)
	}
}

func TestBrokenFramesEndTheWebSocket(t *testing.T) {
	t.Parallel()
	for name, frame := range map[string]ws.Frame{
		"unmasked":     ws.NewBinaryFrame([]byte("x")),
		"reserved":     ws.MaskFrame(ws.Frame{Header: ws.Header{Fin: true, Rsv: 4, OpCode: ws.OpBinary, Length: 1}, Payload: []byte("x")}),
		"continuation": ws.MaskFrame(ws.NewFrame(ws.OpContinuation, true, []byte("x"))),
	} {
		w := newWorld(t, Options{})
		client, err := w.webSocket(t, innerALPN)
		must(t, err)
		must(t, ws.WriteFrame(client.Conn, frame))
		if _, err := client.Read(make([]byte, 1)); err == nil {
			t.Errorf("%s: the server goes on", name)
		}
		if odd := w.Irregularities(); len(odd) != 1 {
			t.Errorf("%s: irregularities %q", name, odd)
		}
	}
}
