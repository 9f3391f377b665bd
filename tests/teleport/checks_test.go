package teleport

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	"github.com/gravitational/teleport/api/client/proto"
	"github.com/gravitational/teleport/api/types"
)

// Each thing that a good client does not do is noticed.
func TestEachIrregularityIsNoticed(t *testing.T) {
	t.Parallel()
	ping := func(t *testing.T, conn *grpc.ClientConn) {
		_, _ = proto.NewAuthServiceClient(conn).Ping(call(t), &proto.PingRequest{})
	}
	dialled := func(change func(*way)) func(*testing.T, *world) {
		return func(t *testing.T, w *world) {
			to := w.throughProxy()
			change(&to)
			ping(t, w.dial(t, to))
		}
	}
	for _, test := range []struct {
		name, says string
		do         func(*testing.T, *world)
	}{
		{"order of protocols", "which is that of no way", dialled(func(to *way) { slices.Reverse(to.alpn) })},
		{"one protocol too many", "straight with the list of protocols", func(t *testing.T, w *world) {
			to := w.direct()
			to.alpn = []string{"h2", "spdy/3"}
			ping(t, w.dial(t, to))
		}},
		{"the proxy's protocol at auth", "straight with the list of protocols", func(t *testing.T, w *world) {
			to := w.throughProxy()
			to.addr = w.AuthAddr()
			ping(t, w.dial(t, to))
		}},
		{"server name at the proxy", "with the server name", dialled(func(to *way) { to.name = "616263." + internalName })},
		{"server name at the join", "with the server name", func(t *testing.T, w *world) {
			to := w.proxyJoin()
			to.name = internalName
			ping(t, w.dial(t, to))
		}},
		{"certificate at the join", "with a client certificate", func(t *testing.T, w *world) {
			ping(t, w.dial(t, w.proxyJoin(), w.joined(t)))
		}},
		{"chain", "one leaf", func(t *testing.T, w *world) {
			bot := w.joined(t)
			bot.Certificate = append(bot.Certificate, w.trust.userAuthority().cert.Raw)
			ping(t, w.dial(t, w.direct(), bot))
		}},
		{"two versions", "version metadata", func(t *testing.T, w *world) {
			ctx := metadata.AppendToOutgoingContext(call(t), "version", version)
			_, _ = proto.NewAuthServiceClient(w.dial(t, w.direct())).Ping(ctx, &proto.PingRequest{})
		}},
		{"bot reads a role of others", "GetRole was called with the bot identity", func(t *testing.T, w *world) {
			auth := proto.NewAuthServiceClient(w.dial(t, w.direct(), w.joined(t)))
			_, _ = auth.GetRole(call(t), &proto.GetRoleRequest{Name: "dev"})
		}},
		{"output certifies", "GenerateUserCerts was called with the output identity", func(t *testing.T, w *world) {
			output, err := w.output(t, w.joined(t), GuideRole)
			must(t, err)
			_, _ = w.output(t, output, GuideRole)
		}},
		{"output asks for its rights", "GetRole was called with the output identity", func(t *testing.T, w *world) {
			auth := proto.NewAuthServiceClient(w.operator(t))
			_, _ = auth.GetRole(call(t), &proto.GetRoleRequest{Name: "bot-operator"})
		}},
		{"output watches authorities", "authorities were watched with the output identity", func(t *testing.T, w *world) {
			watch(t, w.operator(t), types.KindCertAuthority)
		}},
		{"bot watches resources", "resources were watched with the bot identity", func(t *testing.T, w *world) {
			watch(t, w.dial(t, w.direct(), w.joined(t)), types.KindRole)
		}},
		{"RSA where it is not wanted", "where the suite", func(t *testing.T, w *world) { rsaCerts(t, w) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, Options{})
			test.do(t, w)
			if odd := w.Irregularities(); len(odd) == 0 || !strings.Contains(odd[0], test.says) {
				t.Errorf("irregularities %q, want %q", odd, test.says)
			}
		})
	}
}

func watch(t *testing.T, conn *grpc.ClientConn, kind string) {
	t.Helper()
	stream, err := proto.NewAuthServiceClient(conn).WatchEvents(call(t), &proto.Watch{Kinds: []types.WatchKind{{Kind: kind}}})
	must(t, err)
	_, _ = stream.Recv()
}

func rsaCerts(t *testing.T, w *world) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	must(t, err)
	sshKey, err := ssh.NewPublicKey(key.Public())
	must(t, err)
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	must(t, err)
	auth := proto.NewAuthServiceClient(w.dial(t, w.direct(), w.joined(t)))
	_, err = auth.GenerateUserCerts(call(t), &proto.UserCertsRequest{
		Username: "bot-operator", Expires: time.Now().Add(time.Hour), UseRoleRequests: true,
		RoleRequests: []string{GuideRole}, SSHPublicKey: ssh.MarshalAuthorizedKey(sshKey),
		TLSPublicKey: newKey{tlsDER: der}.tlsPEM(),
	})
	must(t, err)
}
