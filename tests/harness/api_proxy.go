package harness

import (
	"context"
	"path/filepath"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/teleport-operator-caf/tests/apiproxy"
)

// ProxyAPI puts a proxy between operators and the API server, and ends it with the test. Operators
// started with the flag "kubeconfig" set to the path that it answers go through it.
func (h *Test) ProxyAPI() (proxy *apiproxy.Proxy, kubeconfig string) {
	h.Helper()
	proxy, err := apiproxy.Start(h.Cluster.AdminConfig())
	if err != nil {
		h.Fatalf("a proxy before the API server: %v", err)
	}
	h.Cleanup(proxy.Close)
	kubeconfig = filepath.Join(h.TempDir(), "proxied.kubeconfig")
	if err := h.Cluster.WriteTokenKubeconfigFor(kubeconfig, proxy.URL(), proxy.CA(), h.Namespace, h.tokens.apiFile); err != nil {
		h.Fatal(err)
	}
	return proxy, kubeconfig
}

// Read reads the CR anew and answers what goes wrong, for use inside a wait.
func (h *Test) Read(ctx context.Context, cr *unstructured.Unstructured) (*unstructured.Unstructured, error) {
	return h.read(ctx, cr)
}
