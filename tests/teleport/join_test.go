package teleport

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/gravitational/teleport/api/client/proto"
	"github.com/gravitational/teleport/api/types"
)

func TestJoinStreamWorksOnBothWays(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	for name, to := range map[string]way{"direct": w.direct(), "proxy": w.proxyJoin()} {
		identity, certs, err := streamJoin(t, w.dial(t, to), kubeToken, w.kube.token(t, claims()))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		leaf, err := x509.ParseCertificate(identity.Certificate[0])
		must(t, err)
		if leaf.Subject.CommonName != "bot-operator" || leaf.Issuer.Organization[0] != DefaultClusterName {
			t.Errorf("%s: subject %v, issuer %v", name, leaf.Subject, leaf.Issuer)
		}
		if len(certs.TlsCaCerts) != 2 || len(certs.SshCaKeys) != 2 {
			t.Errorf("%s: %d TLS and %d SSH CAs, want both kinds", name, len(certs.TlsCaCerts), len(certs.SshCaKeys))
		}
		if id := identityOf(leaf); id.renewable || id.generation != 1 || id.botInstance == "" {
			t.Errorf("%s: identity %+v", name, id)
		}
	}
	if odd := w.Irregularities(); len(odd) > 0 {
		t.Error(odd)
	}
}

func TestSingleUseTokenIsUsedUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	identity, _, err := streamJoin(t, w.dial(t, w.proxyJoin()), secretToken, nil)
	must(t, err)
	leaf, err := x509.ParseCertificate(identity.Certificate[0])
	must(t, err)
	if !identityOf(leaf).renewable {
		t.Error("the method token gives a renewable identity")
	}
	_, _, err = streamJoin(t, w.dial(t, w.proxyJoin()), secretToken, nil)
	wantStatus(t, err, codes.PermissionDenied, "token expired or not found")
}

func TestKubernetesTokenIsVerified(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	conn := w.dial(t, w.direct())
	strangers := newKubernetes(t)
	tests := map[string]struct {
		spoil func(map[string]any)
		kube  *kubernetes
		text  string
	}{
		"audience":     {func(c map[string]any) { c["aud"] = "other" }, w.kube, "validating jwt claims"},
		"expired":      {func(c map[string]any) { c["exp"] = time.Now().Add(-time.Minute).Unix() }, w.kube, "validating jwt claims"},
		"unbound":      {func(c map[string]any) { delete(c["kubernetes.io"].(map[string]any), "pod") }, w.kube, "pod bound"},
		"long-lived":   {func(c map[string]any) { c["exp"] = time.Now().Add(time.Hour).Unix() }, w.kube, "TTL of less than 30m0s"},
		"no exp":       {func(c map[string]any) { delete(c, "exp") }, w.kube, "`exp`"},
		"no allow":     {func(c map[string]any) { c["sub"] = "system:serviceaccount:a:b" }, w.kube, "did not match any allow rules"},
		"other issuer": {func(map[string]any) {}, strangers, "validating jwt signature"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			spoilt := claims()
			test.spoil(spoilt)
			_, _, err := streamJoin(t, conn, kubeToken, test.kube.token(t, spoilt))
			if err == nil || !strings.Contains(err.Error(), test.text) {
				t.Errorf("error %v, want one with %q", err, test.text)
			}
		})
	}
}

func TestLegacyJoinsGiveTheSame(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	request := func() *types.RegisterUsingTokenRequest {
		key := makeKey(t)
		expires := time.Now().Add(time.Hour)
		return &types.RegisterUsingTokenRequest{
			Role: types.RoleBot, Token: kubeToken, Expires: &expires,
			PublicTLSKey: key.tlsPEM(), PublicSSHKey: ssh.MarshalAuthorizedKey(key.ssh),
			IDToken: string(w.kube.token(t, claims())),
		}
	}
	overGRPC, err := proto.NewJoinServiceClient(w.dial(t, w.direct())).RegisterUsingToken(call(t), request())
	must(t, err)

	body, err := json.Marshal(request())
	must(t, err)
	answer, err := w.web().Post("https://"+w.ProxyAddr()+"/v1/webapi/host/credentials", "application/json", bytes.NewReader(body))
	must(t, err)
	defer answer.Body.Close()
	var overHTTP proto.Certs
	must(t, json.NewDecoder(answer.Body).Decode(&overHTTP))

	for name, certs := range map[string]*proto.Certs{"gRPC": overGRPC, "HTTP": &overHTTP} {
		if len(certs.TLS) == 0 || len(certs.SSH) == 0 || len(certs.TLSCACerts) != 2 || len(certs.SSHCACerts) != 2 {
			t.Errorf("%s: incomplete certificates %v", name, certs)
		}
	}
}

func TestLegacyHTTPRefusalIsA403WithText(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	answer, err := w.web().Post("https://"+w.ProxyAddr()+"/v1/webapi/host/credentials", "application/json",
		strings.NewReader(`{"role":"Bot","token":"nope"}`))
	must(t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	must(t, err)
	if answer.StatusCode != http.StatusForbidden || !strings.Contains(string(body), "token expired or not found") {
		t.Errorf("%d %s", answer.StatusCode, body)
	}
}

func TestJoinStreamCanBeMissing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	jwt := w.kube.token(t, claims())
	must(t, w.SetSwitches(Switches{JoinWithoutKubernetes: true}))
	_, _, err := streamJoin(t, w.dial(t, w.direct()), kubeToken, jwt)
	wantStatus(t, err, codes.Unimplemented, "not yet implemented by the new join service")
	must(t, w.SetSwitches(Switches{WithoutJoinService: true}))
	_, _, err = streamJoin(t, w.dial(t, w.proxyJoin()), kubeToken, jwt)
	wantStatus(t, err, codes.Unimplemented, "unknown method")
}

func TestVersionDecidesTheWaysToJoin(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		version  string
		stream   codes.Code
		register codes.Code
	}{
		{"16.5.0", codes.Unimplemented, codes.Unimplemented},
		{"17.7.0", codes.Unimplemented, codes.InvalidArgument},
		{"18.4.0", codes.Unimplemented, codes.InvalidArgument},
		{"18.5.0", codes.OK, codes.InvalidArgument},
	} {
		w := newWorld(t, Options{ServerVersion: test.version})
		conn := w.dial(t, w.direct())
		_, _, err := streamJoin(t, conn, kubeToken, w.kube.token(t, claims()))
		if status.Code(err) != test.stream {
			t.Errorf("%s: stream %v", test.version, err)
		}
		_, err = proto.NewJoinServiceClient(conn).RegisterUsingToken(call(t), &types.RegisterUsingTokenRequest{Role: types.RoleBot})
		if status.Code(err) != test.register {
			t.Errorf("%s: register %v", test.version, err)
		}
	}
}

func TestRenewalCountsGenerationsAndLocksThieves(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	first, _, err := streamJoin(t, w.dial(t, w.direct()), secretToken, nil)
	must(t, err)
	renew := func() error {
		key := makeKey(t)
		_, err := proto.NewAuthServiceClient(w.dial(t, w.direct(), first)).GenerateUserCerts(call(t), &proto.UserCertsRequest{
			Username: "bot-operator", Expires: time.Now().Add(time.Hour),
			TLSPublicKey: key.tlsPEM(), SSHPublicKey: ssh.MarshalAuthorizedKey(key.ssh),
		})
		return err
	}
	must(t, renew())
	wantStatus(t, renew(), codes.PermissionDenied, "generation mismatch")
	wantStatus(t, renew(), codes.PermissionDenied, "access denied")
}

func TestRejoinKeepsTheBotInstance(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	bot := w.joined(t)
	again, _, err := streamJoin(t, w.dial(t, w.direct(), bot), kubeToken, w.kube.token(t, claims()))
	must(t, err)
	before, err := x509.ParseCertificate(bot.Certificate[0])
	must(t, err)
	after, err := x509.ParseCertificate(again.Certificate[0])
	must(t, err)
	if identityOf(before).botInstance != identityOf(after).botInstance || identityOf(after).generation != 2 {
		t.Errorf("before %+v, after %+v", identityOf(before), identityOf(after))
	}
}

func TestFindAndPing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	for path, wantAuth := range map[string]bool{"/webapi/find": false, "/v1/webapi/ping": true} {
		answer, err := w.web().Get("https://" + w.ProxyAddr() + path)
		must(t, err)
		var got webPingResponse
		must(t, json.NewDecoder(answer.Body).Decode(&got))
		answer.Body.Close()
		if got.ClusterName != DefaultClusterName || !got.Proxy.TLSRoutingEnabled ||
			got.Proxy.SSH.PublicAddr != w.ProxyAddr() || got.MinClientVersion != "17.0.0" {
			t.Errorf("%s: %+v", path, got)
		}
		if (got.Auth != nil) != wantAuth || (wantAuth && got.Auth.SignatureAlgorithmSuite != "balanced-v1") {
			t.Errorf("%s: auth %+v", path, got.Auth)
		}
	}
}

func TestOldClientIsRefused(t *testing.T) {
	t.Parallel()
	oldest := minClientVersion("18.0.0")
	if versionAdmitted("16.9.9", oldest) || versionAdmitted("v18", oldest) ||
		!versionAdmitted("17.0.0-aa", oldest) || !versionAdmitted("20.1.0", oldest) {
		t.Error("one major behind is admitted, newer too, malformed is not")
	}
}

// web is a client that trusts the proxy's web certificate.
func (w *world) web() *http.Client {
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(w.WebCA())
	return &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, ForceAttemptHTTP2: true,
	}}
}

func wantStatus(t *testing.T, err error, code codes.Code, text string) {
	t.Helper()
	if status.Code(err) != code || !strings.Contains(status.Convert(err).Message(), text) {
		t.Errorf("error %v, want %v with %q", err, code, text)
	}
}
