package harness

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"
	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/gravitational/teleport/api/client/proto"
	"github.com/gravitational/teleport/api/types"

	"github.com/teleport-operator-caf/tests/teleport"
)

// The two halves fit: what the API server signs, the test Teleport accepts, and the operator's
// kubeconfig has the operator's rights and no others.
func TestWorldFitsTogether(t *testing.T) {
	c, err := UseCluster(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Stop() })
	w, err := BuildWorld(t.Context(), c, t.TempDir(), teleport.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)

	t.Run("TokenOfThePodJoins", func(t *testing.T) {
		if err := join(t.Context(), w, readFile(t, w.JoinTokenFile())); err != nil {
			t.Error(err)
		}
	})
	t.Run("TokenForTheAPIServerDoesNotJoin", func(t *testing.T) {
		err := join(t.Context(), w, readFile(t, w.tokens.apiFile))
		if err == nil || !strings.Contains(err.Error(), "static_jwks") {
			t.Errorf("joined with a token of another audience: %v", err)
		}
	})
	t.Run("KubeconfigHasTheRoleAndNoMore", func(t *testing.T) { checkRights(t, w) })
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// join is the older join call, straight to auth (facts/teleport-connection.md §2.3).
func join(ctx context.Context, w *World, token string) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return err
	}
	sshKey, err := ssh.NewPublicKey(key.Public())
	if err != nil {
		return err
	}
	unverified := credentials.NewTLS(&tls.Config{InsecureSkipVerify: true, NextProtos: []string{"h2"}})
	connection, err := grpc.NewClient(w.Teleport.AuthAddr(), grpc.WithTransportCredentials(unverified))
	if err != nil {
		return err
	}
	defer connection.Close()
	expires := time.Now().Add(time.Hour)
	ctx = metadata.AppendToOutgoingContext(ctx, "version", teleport.DefaultServerVersion)
	_, err = proto.NewJoinServiceClient(connection).RegisterUsingToken(ctx, &types.RegisterUsingTokenRequest{
		Token: JoinToken, Role: types.RoleBot, IDToken: token, Expires: &expires,
		PublicTLSKey: pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}),
		PublicSSHKey: ssh.MarshalAuthorizedKey(sshKey),
	})
	return err
}

func checkRights(t *testing.T, w *World) {
	config, err := clientcmd.BuildConfigFromFlags("", w.Kubeconfig())
	if err != nil {
		t.Fatal(err)
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	may := func(namespace, verb, group, resource, subresource string) bool {
		review := &authorizationv1.SelfSubjectAccessReview{Spec: authorizationv1.SelfSubjectAccessReviewSpec{
			ResourceAttributes: &authorizationv1.ResourceAttributes{
				Namespace: namespace, Verb: verb, Group: group, Resource: resource, Subresource: subresource,
			},
		}}
		answer, err := client.AuthorizationV1().SelfSubjectAccessReviews().
			Create(t.Context(), review, metav1.CreateOptions{})
		if err != nil {
			t.Fatal(err)
		}
		return answer.Status.Allowed
	}
	if !may(w.Namespace, "patch", Group, "teleportrolesv7", "status") {
		t.Error("the operator may not patch a CR's status")
	}
	if may(w.Namespace, "delete", Group, "teleportrolesv7", "") {
		t.Error("the operator may delete CRs")
	}
	if may("default", "list", Group, "teleportrolesv7", "") {
		t.Error("the operator may list CRs of another namespace")
	}
	if may(w.Namespace, "get", "", "pods", "") {
		t.Error("the operator may read Pods")
	}
}
