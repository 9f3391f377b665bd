package teleport

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"golang.org/x/crypto/ssh"
	"google.golang.org/grpc"

	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/gravitational/teleport/api/client/proto"

	"github.com/teleport-operator-caf/tests/teleport/joinpb"
)

const (
	kubeToken   = GuideToken
	secretToken = "single-use-secret"
	version     = "18.1.0"
)

// singleUse is a token of the other join method.
const singleUse = `
---
kind: token
version: v2
metadata: {name: single-use-secret}
spec: {roles: [Bot], bot_name: operator, join_method: token}
`

// kubernetes signs service account tokens as an API server does.
type kubernetes struct {
	signer jose.Signer
	jwks   string
}

func newKubernetes(t *testing.T) *kubernetes {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	private := jose.JSONWebKey{Key: key, KeyID: "one", Algorithm: string(jose.ES256), Use: "sig"}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: private}, nil)
	must(t, err)
	public := private.Public()
	body, err := public.MarshalJSON()
	must(t, err)
	return &kubernetes{signer: signer, jwks: `{"keys":[` + string(body) + `]}`}
}

// claims are those of a good token; tests spoil them.
func claims() map[string]any {
	now := time.Now()
	return map[string]any{
		"sub": "system:serviceaccount:teleport-iac:teleport-operator",
		"aud": []string{DefaultClusterName},
		"iat": now.Unix(),
		"exp": now.Add(10 * time.Minute).Unix(),
		"kubernetes.io": map[string]any{
			"namespace": "teleport-iac",
			"pod":       map[string]string{"name": "teleport-operator-0", "uid": "1"},
		},
	}
}

func (k *kubernetes) token(t *testing.T, claims map[string]any) []byte {
	t.Helper()
	text, err := jwt.Signed(k.signer).Claims(claims).Serialize()
	must(t, err)
	return []byte(text)
}

// world is a cluster with the guide's resources and a Kubernetes that it trusts.
type world struct {
	*Server
	kube *kubernetes
}

func newWorld(t *testing.T, opts Options) *world {
	t.Helper()
	kube := newKubernetes(t)
	opts.Resources = append(Guide("teleport-iac:teleport-operator", kube.jwks), singleUse...)
	server, err := Start(opts)
	must(t, err)
	t.Cleanup(server.Stop)
	return &world{Server: server, kube: kube}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// call is a context with the version header, as every client sends it.
func call(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	t.Cleanup(cancel)
	return metadata.AppendToOutgoingContext(ctx, "version", version)
}

// way is one of the ways to a service: an address, the ALPN list, the server name and the roots.
type way struct {
	addr  string
	alpn  []string
	name  string
	roots []byte
}

func (w *world) direct() way {
	return way{w.AuthAddr(), []string{"h2"}, internalName, w.HostCA()}
}

func (w *world) throughProxy() way {
	return way{w.ProxyAddr(), []string{alpnAuthPrefix + w.encodedName(), "h2"}, w.encodedName(), w.HostCA()}
}

func (w *world) proxyJoin() way {
	return way{w.ProxyAddr(), []string{alpnProxyGRPC, "h2"}, "localhost", w.WebCA()}
}

func (w way) tls(certificates ...tls.Certificate) *tls.Config {
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(w.roots)
	config := &tls.Config{
		NextProtos: w.alpn, ServerName: w.name, RootCAs: pool, MinVersion: tls.VersionTLS12,
	}
	if len(certificates) > 0 { // sent whatever CAs the server asks for, as the operator does
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			return &certificates[0], nil
		}
	}
	return config
}

func (w *world) dial(t *testing.T, to way, certificates ...tls.Certificate) *grpc.ClientConn {
	t.Helper()
	config := to.tls(certificates...)
	conn, err := grpc.NewClient("passthrough:"+to.addr,
		grpc.WithTransportCredentials(rawTLS{config}))
	must(t, err)
	t.Cleanup(func() { conn.Close() })
	return conn
}

// newKey is a fresh key with its public half in both encodings of the join stream.
type newKey struct {
	private *ecdsa.PrivateKey
	tlsDER  []byte
	ssh     ssh.PublicKey
}

func makeKey(t *testing.T) newKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	must(t, err)
	public, err := ssh.NewPublicKey(key.Public())
	must(t, err)
	return newKey{key, der, public}
}

func (k newKey) tlsPEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: k.tlsDER})
}

func (k newKey) params() *joinpb.ClientParams {
	return &joinpb.ClientParams{Payload: &joinpb.ClientParams_BotParams{BotParams: &joinpb.BotParams{
		PublicKeys: &joinpb.PublicKeys{PublicTlsKey: k.tlsDER, PublicSshKey: k.ssh.Marshal()},
		Expires:    timestamppb.New(time.Now().Add(time.Hour)),
	}}}
}

// streamJoin leads the join stream as a client; a nil jwt means the method "token".
func streamJoin(t *testing.T, conn *grpc.ClientConn, token string, jwt []byte) (tls.Certificate, *joinpb.Certificates, error) {
	t.Helper()
	var none tls.Certificate
	stream, err := joinpb.NewJoinServiceClient(conn).Join(call(t))
	must(t, err)
	// A server that refuses the method may end the stream before this is sent: Send then says EOF,
	// and the reason is read with Recv.
	_ = stream.Send(&joinpb.JoinRequest{Payload: &joinpb.JoinRequest_ClientInit{
		ClientInit: &joinpb.ClientInit{TokenName: token, SystemRole: "Bot"},
	}})
	if _, err := stream.Recv(); err != nil {
		return none, nil, err
	}
	key := makeKey(t)
	second := &joinpb.JoinRequest{Payload: &joinpb.JoinRequest_TokenInit{
		TokenInit: &joinpb.TokenInit{ClientParams: key.params()},
	}}
	if jwt != nil {
		second.Payload = &joinpb.JoinRequest_OidcInit{
			OidcInit: &joinpb.OIDCInit{ClientParams: key.params(), IdToken: jwt},
		}
	}
	_ = stream.Send(second) // a refusal is read below
	answer, err := stream.Recv()
	if err != nil {
		return none, nil, err
	}
	certs := answer.GetResult().GetBotResult().GetCertificates()
	return tls.Certificate{Certificate: [][]byte{certs.GetTlsCert()}, PrivateKey: key.private}, certs, nil
}

// joined is a bot identity over the direct way.
func (w *world) joined(t *testing.T) tls.Certificate {
	t.Helper()
	identity, _, err := streamJoin(t, w.dial(t, w.direct()), kubeToken, w.kube.token(t, claims()))
	must(t, err)
	return identity
}

// output turns a bot identity into the one that carries the roles.
func (w *world) output(t *testing.T, bot tls.Certificate, roles ...string) (tls.Certificate, error) {
	t.Helper()
	key := makeKey(t)
	auth := proto.NewAuthServiceClient(w.dial(t, w.direct(), bot))
	certs, err := auth.GenerateUserCerts(call(t), &proto.UserCertsRequest{
		Username: "bot-operator", Expires: time.Now().Add(time.Hour), RouteToCluster: DefaultClusterName,
		UseRoleRequests: true, RoleRequests: roles,
		TLSPublicKey: key.tlsPEM(), SSHPublicKey: ssh.MarshalAuthorizedKey(key.ssh),
	})
	if err != nil {
		return tls.Certificate{}, err
	}
	block, _ := pem.Decode(certs.TLS)
	return tls.Certificate{Certificate: [][]byte{block.Bytes}, PrivateKey: key.private}, nil
}

// operator is a connection with the output identity.
func (w *world) operator(t *testing.T) *grpc.ClientConn {
	t.Helper()
	identity, err := w.output(t, w.joined(t), "operator")
	must(t, err)
	return w.dial(t, w.throughProxy(), identity)
}

var empty = &emptypb.Empty{}
