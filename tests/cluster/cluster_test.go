package cluster_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/teleport-operator-caf/tests/cluster"
)

// One cluster and its whole life: starting one takes seconds.
func TestCluster(t *testing.T) {
	c, err := cluster.Start(t.Context(), cluster.Options{Dir: filepath.Join(t.TempDir(), "new")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Stop(); err != nil {
			t.Error(err)
		}
	})
	client, err := kubernetes.NewForConfig(c.AdminConfig())
	if err != nil {
		t.Fatal(err)
	}

	t.Run("PublishesItsSigningKeys", func(t *testing.T) {
		if !strings.Contains(c.JWKS(), `"kty":"RSA"`) {
			t.Errorf("JWKS without an RSA key: %s", c.JWKS())
		}
	})
	t.Run("CountsWritesBySort", func(t *testing.T) { countsWrites(t, c, client) })
	t.Run("RefusesWhatRBACDoesNotAllow", func(t *testing.T) { refusesStrangers(t, c, client) })
	t.Run("AttachSeesTheSameCluster", func(t *testing.T) {
		other, err := cluster.Attach(t.Context(), c.Info().Kubeconfig)
		if err != nil {
			t.Fatal(err)
		}
		if other.JWKS() != c.JWKS() {
			t.Error("another JWKS")
		}
		if err := other.RestartAPIServer(t.Context()); err == nil {
			t.Error("an attached cluster could be restarted")
		}
	})
	t.Run("KeepsItsDataWhenTheAPIServerRestarts", func(t *testing.T) {
		if err := c.RestartAPIServer(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := client.CoreV1().Namespaces().Get(t.Context(), "counted", metav1.GetOptions{}); err != nil {
			t.Error(err)
		}
	})
}

func countsWrites(t *testing.T, c *cluster.Cluster, client kubernetes.Interface) {
	before, err := c.WriteCounts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "counted"}}
	if _, err := client.CoreV1().Namespaces().Create(t.Context(), namespace, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	after, err := c.WriteCounts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	wanted := cluster.Request{Verb: "POST", Resource: "namespaces"}
	if n := after.Since(before)[wanted]; n != 1 {
		t.Errorf("%d × %v, wanted 1; all: %v", n, wanted, after.Since(before))
	}
}

func refusesStrangers(t *testing.T, c *cluster.Cluster, client kubernetes.Interface) {
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: "stranger"}}
	accounts := client.CoreV1().ServiceAccounts("default")
	if _, err := accounts.Create(t.Context(), account, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	token, err := accounts.CreateToken(t.Context(), "stranger", &authenticationv1.TokenRequest{}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	tokenFile, kubeconfig := filepath.Join(dir, "token"), filepath.Join(dir, "kubeconfig")
	if err := os.WriteFile(tokenFile, []byte(token.Status.Token), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := c.WriteTokenKubeconfig(kubeconfig, "default", tokenFile); err != nil {
		t.Fatal(err)
	}
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	stranger, err := kubernetes.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	_, err = stranger.CoreV1().Secrets("default").List(t.Context(), metav1.ListOptions{})
	if err == nil || !strings.Contains(err.Error(), `User "system:serviceaccount:default:stranger" cannot list`) {
		t.Errorf("a stranger may list Secrets: %v", err)
	}
}
