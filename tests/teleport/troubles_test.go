package teleport

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/gravitational/teleport/api/client/proto"
	machineidv1 "github.com/gravitational/teleport/api/gen/proto/go/teleport/machineid/v1"
	"github.com/gravitational/teleport/api/types"
)

// ping calls with the identity and answers what went wrong.
func (w *world) ping(t *testing.T, identity tls.Certificate) error {
	_, err := proto.NewAuthServiceClient(w.dial(t, w.direct(), identity)).
		GetRole(call(t), &proto.GetRoleRequest{Name: "bot-operator"})
	return err
}

// A lock shows as "access denied" on calls, and by its text where certificates are issued.
func TestALockEndsWithItsResource(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	for name, lock := range map[string]func() error{
		"User:": func() error { return w.Lock("bot-operator", "by the test") },
		"Role:": func() error { return w.LockRole("bot-operator", "by the test") },
		"User:\"": func() error {
			return w.Apply([]byte("{kind: lock, version: v2, metadata: {name: l}, spec: {target: {user: bot-operator}, message: by the test}}"))
		},
	} {
		bot := w.joined(t)
		must(t, lock())
		wantStatus(t, w.ping(t, bot), codes.PermissionDenied, "access denied")
		_, _, err := streamJoin(t, w.dial(t, w.direct()), kubeToken, w.kube.token(t, claims()))
		wantStatus(t, err, codes.PermissionDenied, "lock targeting "+name)
		wantStatus(t, err, codes.PermissionDenied, "is in force: by the test")
		must(t, w.Unlock("bot-operator"))
		must(t, w.ping(t, bot))
	}
}

func TestTheClusterClockCanBeWrong(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	bot := w.joined(t)
	must(t, w.SetSwitches(Switches{Troubles: Troubles{ClockOffsetSeconds: 2 * 3600}}))
	wantStatus(t, w.ping(t, bot), codes.Unavailable, "") // its certificate is over, by that clock
	_, _, err := streamJoin(t, w.dial(t, w.direct()), kubeToken, w.kube.token(t, claims()))
	wantStatus(t, err, codes.PermissionDenied, "token is expired")
	must(t, w.SetSwitches(Switches{Troubles: Troubles{ClockOffsetSeconds: -2 * 3600}}))
	_, _, err = streamJoin(t, w.dial(t, w.direct()), kubeToken, w.kube.token(t, claims()))
	wantStatus(t, err, codes.PermissionDenied, "issued in the future")
	must(t, w.SetSwitches(Switches{Troubles: Troubles{ClockOffsetSeconds: 5}})) // within the leeway
	leaf, err := x509.ParseCertificate(w.joined(t).Certificate[0])
	must(t, err)
	if ahead := time.Until(leaf.NotBefore) + backdating; ahead < 3*time.Second || ahead > 6*time.Second {
		t.Errorf("the certificate begins at %v", leaf.NotBefore)
	}
}

func TestClientsCanBeTooOldAndTooMany(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	bot := w.joined(t)
	must(t, w.SetSwitches(Switches{Troubles: Troubles{MinClientVersion: "18.5.0"}}))
	wantStatus(t, w.ping(t, bot), codes.PermissionDenied, "client version is unsupported")
	_, _, err := streamJoin(t, w.dial(t, w.direct()), kubeToken, nil)
	wantStatus(t, err, codes.PermissionDenied, "minimum supported version is 18.5.0")
	must(t, w.SetSwitches(Switches{Troubles: Troubles{RateLimited: true}}))
	wantStatus(t, w.ping(t, bot), codes.ResourceExhausted, rateLimitText)
	answer, err := w.web().Get("https://" + w.ProxyAddr() + "/webapi/find")
	must(t, err)
	answer.Body.Close()
	if answer.StatusCode != http.StatusTooManyRequests {
		t.Errorf("find answers %s", answer.Status)
	}
}

func TestOnlyBotsWriteWithoutMFA(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	must(t, w.SetSwitches(Switches{Troubles: Troubles{AdminMFA: true}}))
	must(t, w.Apply([]byte("{kind: user, version: v2, metadata: {name: alice}, spec: {roles: [operator]}}")))
	file, err := w.IdentityFile("alice", []string{"operator"}, time.Hour)
	must(t, err)
	alice := identityFromFile(t, file)
	role := &proto.UpsertRoleRequest{Role: &types.RoleV6{Version: types.V7, Metadata: types.Metadata{Name: "dev"}}}
	auth := proto.NewAuthServiceClient(w.dial(t, w.direct(), alice))
	_, err = auth.UpsertRoleV2(call(t), role)
	wantStatus(t, err, codes.PermissionDenied, "requires MFA verification")
	_, err = auth.GetRole(call(t), &proto.GetRoleRequest{Name: "operator"})
	must(t, err)
	_, err = proto.NewAuthServiceClient(w.operator(t)).UpsertRoleV2(call(t), role)
	must(t, err)
}

// identityFromFile takes key and certificate out of an identity file.
func identityFromFile(t *testing.T, file []byte) tls.Certificate {
	t.Helper()
	var out tls.Certificate
	for block, rest := pem.Decode(file); block != nil; block, rest = pem.Decode(rest) {
		switch {
		case block.Type == "PRIVATE KEY" && out.PrivateKey == nil:
			key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
			must(t, err)
			out.PrivateKey = key
		case block.Type == "CERTIFICATE" && out.Certificate == nil:
			out.Certificate = [][]byte{block.Bytes}
		}
	}
	return out
}

func TestHeartbeatsAreABotIdentitysOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	beat := &machineidv1.SubmitHeartbeatRequest{Heartbeat: &machineidv1.BotInstanceStatusHeartbeat{
		RecordedAt: timestamppb.Now(), IsStartup: true,
	}}
	bot := w.dial(t, w.direct(), w.joined(t))
	_, err := machineidv1.NewBotInstanceServiceClient(bot).SubmitHeartbeat(call(t), beat)
	must(t, err)
	_, err = machineidv1.NewBotInstanceServiceClient(w.operator(t)).SubmitHeartbeat(call(t), beat)
	wantStatus(t, err, codes.PermissionDenied, "only bots")
	if all := w.Heartbeats(); len(all) != 1 || all[0].Bot != "operator" || !all[0].IsStartup {
		t.Errorf("%v", all)
	}
}

// rsaKey is a key as clients of servers up to 16 make it.
func rsaKey(t *testing.T) (*rsa.PrivateKey, *types.RegisterUsingTokenRequest) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	must(t, err)
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	must(t, err)
	public, err := ssh.NewPublicKey(key.Public())
	must(t, err)
	expires := time.Now().Add(time.Hour)
	return key, &types.RegisterUsingTokenRequest{
		Role: types.RoleBot, Expires: &expires,
		PublicTLSKey: pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}),
		PublicSSHKey: ssh.MarshalAuthorizedKey(public),
	}
}

// registerOnAuth joins over auth's HTTP API.
func (w *world) registerOnAuth(t *testing.T, request *types.RegisterUsingTokenRequest) (*proto.Certs, string) {
	t.Helper()
	body, err := json.Marshal(request)
	must(t, err)
	to := w.direct()
	to.alpn = []string{"http/1.1"}
	client := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{TLSClientConfig: to.tls()}}
	answer, err := client.Post("https://"+w.AuthAddr()+"/v1/tokens/register", "application/json", strings.NewReader(string(body)))
	if err != nil {
		return nil, err.Error()
	}
	defer answer.Body.Close()
	var out struct {
		proto.Certs
		Message string `json:"message"`
	}
	must(t, json.NewDecoder(answer.Body).Decode(&out))
	return &out.Certs, out.Message
}

func TestTokensRegisterIsOnAuthUpTo17(t *testing.T) {
	t.Parallel()
	for version, there := range map[string]bool{"14.3.33": true, "16.5.18": true, "17.7.20": true, "18.1.0": false} {
		legacy := types.SignatureAlgorithmSuite_SIGNATURE_ALGORITHM_SUITE_LEGACY
		w := newWorld(t, Options{ServerVersion: version, SignatureSuite: legacy})
		_, request := rsaKey(t)
		request.Token, request.IDToken = kubeToken, string(w.kube.token(t, claims()))
		certs, failure := w.registerOnAuth(t, request)
		if there != (failure == "" && len(certs.TLSCACerts) == 2) {
			t.Errorf("%s: %v %s", version, certs, failure)
		}
		if calls := w.CallsOf(tokensRegister); (calls == 1) != there {
			t.Errorf("%s: %d calls", version, calls)
		}
	}
}

// Before 16.2 a bot has one renewable identity, until it is deleted and created anew.
func TestAnOldServerGivesOneRenewableIdentityABot(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{ServerVersion: "15.5.4"})
	join := func() (tls.Certificate, string) {
		t.Helper()
		must(t, w.Apply([]byte(strings.TrimPrefix(singleUse, "\n---\n"))))
		key, request := rsaKey(t)
		request.Token = secretToken
		certs, failure := w.registerOnAuth(t, request)
		if failure != "" {
			return tls.Certificate{}, failure
		}
		block, _ := pem.Decode(certs.TLS)
		return tls.Certificate{Certificate: [][]byte{block.Bytes}, PrivateKey: key}, ""
	}
	first, failure := join()
	if failure != "" {
		t.Fatal(failure)
	}
	_, request := rsaKey(t)
	auth := proto.NewAuthServiceClient(w.dial(t, w.direct(), first))
	_, err := auth.GenerateUserCerts(call(t), &proto.UserCertsRequest{
		Username: "bot-operator", Expires: time.Now().Add(time.Hour), TLSPublicKey: request.PublicTLSKey,
		SSHPublicKey: request.PublicSSHKey,
	})
	wantStatus(t, err, codes.InvalidArgument, "ssh: no key found")
	_, err = auth.GenerateUserCerts(call(t), &proto.UserCertsRequest{
		Username: "bot-operator", Expires: time.Now().Add(time.Hour), PublicKey: request.PublicSSHKey,
	})
	must(t, err)
	if _, failure = join(); !strings.Contains(failure, "already been issued a renewable certificate") {
		t.Errorf("second join: %s", failure)
	}
	must(t, w.Delete("bot", "operator"))
	must(t, w.Apply([]byte("{kind: bot, version: v1, metadata: {name: operator}, spec: {roles: [operator]}}")))
	if _, failure = join(); failure != "" {
		t.Errorf("after the bot was created anew: %s", failure)
	}
}
