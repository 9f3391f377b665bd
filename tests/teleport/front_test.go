package teleport

import (
	"bufio"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/gravitational/teleport/api/client/proto"
)

func TestBalancersStripALPN(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	probe := func(front string) (string, error) {
		must(t, w.SetSwitches(Switches{Front: front}))
		conn, err := w.outer(t, alpnTunnel)
		if err != nil {
			return "", err
		}
		return conn.ConnectionState().NegotiatedProtocol, nil
	}
	if got, err := probe(FrontProxy); got != alpnTunnel || err != nil {
		t.Errorf("the proxy negotiates %q, %v", got, err)
	}
	if got, err := probe(FrontBalancer); got != "" || err != nil {
		t.Errorf("a balancer negotiates %q, %v", got, err)
	}
	// This is Go's name of alert 120.
	if _, err := probe(FrontBalancerAlert); err == nil || !strings.Contains(err.Error(), "no application protocol") {
		t.Errorf("a balancer of the other sort: %v", err)
	}
	// Go's client does notice, and says so.
	if _, err := probe(FrontBalancerH2); err == nil || !strings.Contains(err.Error(), "unadvertised") {
		t.Errorf("a balancer that picks unasked: %v", err)
	}
}

func TestBalancersPassOnlyHTTP1(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	must(t, w.SetSwitches(Switches{Front: FrontBalancer}))
	for name, first := range map[string]string{
		"HTTP/2": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "TLS": "\x16\x03\x01\x00\x05hello\r\n\r\n",
	} {
		conn, err := w.outer(t)
		must(t, err)
		must(t, conn.SetDeadline(time.Now().Add(5*time.Second)))
		_, err = io.WriteString(conn, first)
		must(t, err)
		answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil || answer.StatusCode != http.StatusBadRequest {
			t.Errorf("%s is answered with %v, %v", name, answer, err)
		}
	}
	auth := proto.NewAuthServiceClient(w.dial(t, w.throughProxy()))
	if _, err := auth.Ping(call(t), &proto.PingRequest{}); err == nil {
		t.Error("a balancer passes TLS routing on")
	}
}

func TestClusterWithoutTLSRouting(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	must(t, w.SetSwitches(Switches{Front: FrontNoTLSRouting}))
	if answer := w.proxyAnswer(); answer.Proxy.TLSRoutingEnabled || answer.Proxy.SSH.TunnelListenAddr != "127.0.0.1:3024" {
		t.Errorf("find says %+v", answer)
	}
	_, _, err := streamJoin(t, w.dial(t, w.proxyJoin()), kubeToken, w.kube.token(t, claims()))
	wantStatus(t, err, codes.Unimplemented, "404")
	_, err = proto.NewAuthServiceClient(w.dial(t, w.throughProxy())).Ping(call(t), &proto.PingRequest{})
	wantStatus(t, err, codes.Unavailable, "certificate")
	_, err = proto.NewAuthServiceClient(w.dial(t, w.direct())).Ping(call(t), &proto.PingRequest{})
	must(t, err)
}
