package harness

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"k8s.io/client-go/tools/clientcmd"
)

// APIServerAddr is where the cluster's API server listens, "host:port".
func (w *World) APIServerAddr() (string, error) {
	parsed, err := url.Parse(w.Cluster.Info().URL)
	if err != nil {
		return "", err
	}
	return parsed.Host, nil
}

// KubeconfigVia is the operator's own kubeconfig, but through a cable that begins at this address,
// "host:port". The certificate of the API server is good for every port of this machine.
func (w *World) KubeconfigVia(addr string) (string, error) {
	config, err := clientcmd.LoadFromFile(w.kubeconfig)
	if err != nil {
		return "", fmt.Errorf("the operator's kubeconfig: %w", err)
	}
	for _, cluster := range config.Clusters {
		cluster.Server = "https://" + addr
	}
	dir, err := os.MkdirTemp(w.Dir, "kubeconfig-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "via.kubeconfig")
	return path, clientcmd.WriteToFile(*config, path)
}
