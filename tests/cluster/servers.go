package cluster

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"k8s.io/client-go/rest"
)

const (
	readyTimeout  = 90 * time.Second // a cold start on a busy machine takes 10 s
	readyInterval = 50 * time.Millisecond
)

// freePort answers a local port that nothing listened on a moment ago. Neither server can be handed
// a socket, so another process may take it first; then the start fails and says so.
func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}

// freePorts answers two.
func freePorts() (ports [2]int, err error) {
	for i := range ports {
		if ports[i], err = freePort(); err != nil {
			return ports, err
		}
	}
	return ports, nil
}

// startEtcd starts etcd without fsync (the data does not outlive the run) and answers its URL.
func startEtcd(ctx context.Context, dir, binary string, ports [2]int) (*process, string, error) {
	client := fmt.Sprintf("http://127.0.0.1:%d", ports[0])
	peer := fmt.Sprintf("http://127.0.0.1:%d", ports[1])
	etcd, err := start("etcd", dir, binary,
		"--name=test",
		"--data-dir="+filepath.Join(dir, etcdData),
		"--listen-client-urls="+client, "--advertise-client-urls="+client,
		"--listen-peer-urls="+peer, "--initial-advertise-peer-urls="+peer,
		"--initial-cluster=test="+peer,
		"--unsafe-no-fsync",
		"--log-level=warn",
	)
	if err != nil {
		return nil, "", err
	}
	ready := func(ctx context.Context) bool { return answersOK(ctx, http.DefaultClient, client+"/health") }
	if err := etcd.waitReady(ctx, ready); err != nil {
		return nil, "", err
	}
	return etcd, client, nil
}

// apiServerArgs: RBAC on, tokens signed and published, and the ServiceAccount admission off, which
// would refuse every Pod as long as no controller makes token Secrets and default accounts.
func apiServerArgs(dir, etcdURL string, port int) []string {
	file := func(name string) string { return filepath.Join(dir, name) }
	return []string{
		"--etcd-servers=" + etcdURL,
		"--bind-address=127.0.0.1",
		"--advertise-address=127.0.0.1",
		"--endpoint-reconciler-type=none",
		fmt.Sprintf("--secure-port=%d", port),
		"--tls-cert-file=" + file(serverCertFile),
		"--tls-private-key-file=" + file(serverKeyFile),
		"--client-ca-file=" + file(caFile),
		"--authorization-mode=RBAC",
		"--service-account-issuer=" + Issuer,
		"--service-account-signing-key-file=" + file(serviceAccountFile),
		"--service-account-key-file=" + file(serviceAccountFile),
		"--service-account-max-token-expiration=24h",
		"--service-cluster-ip-range=10.96.0.0/24",
		"--disable-admission-plugins=ServiceAccount",
		"--profiling=false",
	}
}

func startAPIServer(ctx context.Context, dir, binary string, admin *rest.Config, args []string) (*process, error) {
	client, err := rest.HTTPClientFor(admin)
	if err != nil {
		return nil, err
	}
	api, err := start("kube-apiserver", dir, binary, args...)
	if err != nil {
		return nil, err
	}
	defer client.CloseIdleConnections()
	ready := func(ctx context.Context) bool { return answersOK(ctx, client, admin.Host+"/readyz") }
	if err := api.waitReady(ctx, ready); err != nil {
		return nil, err
	}
	return api, nil
}

// waitReady asks until the child is ready. When it ends first or takes too long it is stopped and
// the error holds the end of its log.
func (p *process) waitReady(ctx context.Context, ready func(context.Context) bool) error {
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	ticker := time.NewTicker(readyInterval)
	defer ticker.Stop()
	for !ready(ctx) {
		select {
		case <-p.ended:
			return p.failure()
		case <-ctx.Done():
			_ = p.kill()
			return fmt.Errorf("%s is not ready (%w):\n%s", p.name, ctx.Err(), tail(p.logPath, 15))
		case <-ticker.C:
		}
	}
	return nil
}

func answersOK(ctx context.Context, client *http.Client, url string) bool {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return false
	}
	response, err := client.Do(request)
	if err != nil {
		return false
	}
	defer response.Body.Close()
	return response.StatusCode == http.StatusOK
}
