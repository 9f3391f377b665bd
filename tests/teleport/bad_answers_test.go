package teleport

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"testing"
	"time"

	"google.golang.org/grpc/metadata"

	"github.com/gravitational/teleport/api/client/proto"

	"github.com/teleport-operator-caf/tests/teleport/joinpb"
)

// Each bad answer spoils something for a good client, and nothing is left of it afterwards.
func TestEachBadAnswerIsBad(t *testing.T) {
	t.Parallel()
	for _, name := range BadAnswers() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, Options{})
			must(t, w.SetSwitches(Switches{BadAnswer: name}))
			if err := w.wholeWay(t, 500*time.Millisecond); err == nil {
				t.Error("a good client notices nothing")
			}
			must(t, w.SetSwitches(Switches{}))
			must(t, w.wholeWay(t, 10*time.Second))
		})
	}
	if err := checkBadAnswer("no such"); err == nil {
		t.Error("a name that does not exist is taken")
	}
}

// wholeWay asks find, begins a join, pings auth and upgrades, each within the time.
func (w *world) wholeWay(t *testing.T, each time.Duration) error {
	return errors.Join(w.asksFind(each), w.beginsJoin(t, each), w.pingsAuth(t, each), w.upgrades(t, each))
}

func (w *world) asksFind(within time.Duration) error {
	client := w.web()
	client.Timeout = within
	// As clients without HTTP/2 are answered.
	client.Transport.(*http.Transport).ForceAttemptHTTP2 = false
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return errors.New("redirected") }
	answer, err := client.Get("https://" + w.ProxyAddr() + "/webapi/find")
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err == nil && (answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Type") != "application/json" ||
		body[len(body)-1] != '\n') {
		err = errors.New("not the answer of find")
	}
	return err
}

func (w *world) beginsJoin(t *testing.T, within time.Duration) error {
	ctx, cancel := context.WithTimeout(call(t), within)
	defer cancel()
	stream, err := joinpb.NewJoinServiceClient(w.dial(t, w.proxyJoin())).Join(ctx)
	if err != nil {
		return err
	}
	_ = stream.Send(&joinpb.JoinRequest{Payload: &joinpb.JoinRequest_ClientInit{
		ClientInit: &joinpb.ClientInit{TokenName: kubeToken, SystemRole: "Bot"},
	}})
	if _, err := stream.Recv(); err != nil {
		return err
	}
	_ = stream.Send(&joinpb.JoinRequest{Payload: &joinpb.JoinRequest_OidcInit{
		OidcInit: &joinpb.OIDCInit{ClientParams: makeKey(t).params(), IdToken: w.kube.token(t, claims())},
	}})
	_, err = stream.Recv()
	return err
}

func (w *world) pingsAuth(t *testing.T, within time.Duration) error {
	ctx, cancel := context.WithTimeout(metadata.AppendToOutgoingContext(t.Context(), "version", version), within)
	defer cancel()
	_, err := proto.NewAuthServiceClient(w.dial(t, w.direct())).Ping(ctx, &proto.PingRequest{})
	return err
}

func (w *world) upgrades(t *testing.T, within time.Duration) error {
	ctx, cancel := context.WithTimeout(metadata.AppendToOutgoingContext(t.Context(), "version", version), within)
	defer cancel()
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(w.WebCA())
	dialer := tls.Dialer{Config: &tls.Config{RootCAs: roots, NextProtos: []string{"http/1.1"}, MinVersion: tls.VersionTLS12}}
	secure, err := dialer.DialContext(ctx, "tcp", w.ProxyAddr())
	if err != nil {
		return err
	}
	defer secure.Close()
	conn, err := w.webSocketOn(t, secure, innerALPN)
	if err != nil {
		return err
	}
	inner := over(t, conn, w.throughProxy().tls())
	_, err = proto.NewAuthServiceClient(inner).Ping(ctx, &proto.PingRequest{})
	return err
}
