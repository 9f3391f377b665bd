package harness

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"

	"github.com/teleport-operator-caf/tests/cluster"
	"github.com/teleport-operator-caf/tests/teleport"
)

// World is one operator's surroundings: a namespace with its account, tokens in files, and a test
// Teleport of its own that has the role, bot and join token of the standalone guide.
type World struct {
	Cluster   *cluster.Cluster
	Namespace string
	Dir       string // tokens and kubeconfig; also Teleport's CA files, in teleport/
	Teleport  *teleport.Server
	Kube      kubernetes.Interface // as administrator
	Dynamic   dynamic.Interface    // as administrator

	tokens     *tokens
	podUID     string
	kubeconfig string
	stopTokens context.CancelFunc
}

// BuildWorld makes a World in the cluster, with files under dir. The caller ends it with Close.
func BuildWorld(ctx context.Context, c *cluster.Cluster, dir string, opts teleport.Options) (*World, error) {
	return BuildWorldIn(ctx, c, "", dir, opts)
}

// BuildWorldIn is BuildWorld with a new namespace of this name; "" makes one up.
func BuildWorldIn(ctx context.Context, c *cluster.Cluster, namespace, dir string, opts teleport.Options) (*World, error) {
	w := &World{Cluster: c, Namespace: namespace, Dir: dir, stopTokens: func() {}}
	if err := w.build(ctx, opts); err != nil {
		w.Close()
		return nil, err
	}
	return w, nil
}

func (w *World) build(ctx context.Context, opts teleport.Options) (err error) {
	config := w.Cluster.AdminConfig()
	if w.Kube, err = kubernetes.NewForConfig(config); err != nil {
		return err
	}
	if w.Dynamic, err = dynamic.NewForConfig(config); err != nil {
		return err
	}
	if w.Namespace, err = createAccount(ctx, w.Kube, w.Namespace); err != nil {
		return err
	}
	pod, err := w.Kube.CoreV1().Pods(w.Namespace).Get(ctx, ServiceAccount, metav1.GetOptions{})
	if err != nil {
		return err
	}
	w.podUID = string(pod.UID)
	if err := w.startTeleport(opts); err != nil {
		return err
	}

	w.tokens = newTokens(w.Kube, w.Namespace, w.Teleport.ClusterName(), w.Dir)
	if err := w.tokens.renew(ctx); err != nil {
		return err
	}
	fresh, stop := context.WithCancel(context.Background())
	w.stopTokens = stop
	go w.tokens.keepFresh(fresh)

	w.kubeconfig = filepath.Join(w.Dir, "operator.kubeconfig")
	return w.Cluster.WriteTokenKubeconfig(w.kubeconfig, w.Namespace, w.tokens.apiFile)
}

func (w *World) startTeleport(opts teleport.Options) error {
	opts.Dir = filepath.Join(w.Dir, "teleport")
	guide, err := guideManifests(w.Namespace, w.Cluster.JWKS())
	if err != nil {
		return err
	}
	opts.ReviewToken = w.reviewToken
	if opts.IssuerClient, err = issuerClient(w.Cluster.AdminConfig()); err != nil {
		return err
	}
	opts.Resources = slices.Concat(guide, []byte("\n---\n"), opts.Resources)
	server, err := teleport.Start(opts)
	if err != nil {
		return fmt.Errorf("starting the test Teleport: %w", err)
	}
	w.Teleport = server
	return nil
}

// Kubeconfig is the path of the operator's own kubeconfig: its account's token, from a file.
func (w *World) Kubeconfig() string { return w.kubeconfig }

// JoinTokenFile is the path of the service-account token that the operator joins Teleport with.
func (w *World) JoinTokenFile() string { return w.tokens.joinFile }

// WebCAFile is the path of the CA of the Teleport proxy's web certificate.
func (w *World) WebCAFile() string { return w.Teleport.Files()["web_ca"] }

// Secrets are the texts that may appear in nothing that the operator says.
func (w *World) Secrets() []string {
	var secrets []string
	for _, path := range []string{w.tokens.apiFile, w.tokens.joinFile} {
		if token, err := os.ReadFile(path); err == nil {
			secrets = append(secrets, string(token))
		}
	}
	return secrets
}

// Close stops Teleport and the token renewal. The namespace stays: nothing in a test cluster would
// empty it.
func (w *World) Close() {
	w.stopTokens()
	if w.Teleport != nil {
		w.Teleport.Stop()
	}
}
