package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// Issuer is what service-account tokens of a test cluster name as their issuer, and their audience
// when none is asked for.
const Issuer = "https://kubernetes.default.svc.cluster.local"

// Options of Start. The zero value is a cluster for tests.
type Options struct {
	// Dir holds data, keys, logs and the kubeconfig. Default: a temporary folder, removed by Stop.
	Dir string
	// APIServerArgs are added to kube-apiserver's command line, and so win. Default: none.
	APIServerArgs []string
}

// Info is what another process needs to use the cluster: testcluster prints it, Attach takes it.
type Info struct {
	Kubeconfig string          `json:"kubeconfig"` // path; a client certificate in system:masters
	URL        string          `json:"url"`
	CAFile     string          `json:"ca_file"`
	Issuer     string          `json:"issuer"`
	JWKS       json.RawMessage `json:"jwks"`
	Dir        string          `json:"dir"`
	Pids       map[string]int  `json:"pids"`
}

// Cluster is a running Kubernetes API. Its methods may be called from several goroutines, but not
// during Stop or RestartAPIServer.
type Cluster struct {
	info   Info
	config *rest.Config
	etcd   *process // nil when attached
	api    *process // nil when attached
	// Start them (again), on the same addresses and data.
	startEtcd func(ctx context.Context) (*process, error)
	startAPI  func(ctx context.Context) (*process, error)
	cleanup   func() error
}

// Start builds what is missing, starts etcd and the API server, and answers when the latter is ready.
func Start(ctx context.Context, opts Options) (*Cluster, error) {
	binaries, err := Binaries(ctx, "etcd", "kube-apiserver")
	if err != nil {
		return nil, err
	}
	c := &Cluster{cleanup: func() error { return nil }}
	dir := opts.Dir
	if dir == "" {
		if dir, err = os.MkdirTemp("", "testcluster-"); err != nil {
			return nil, err
		}
		c.cleanup = func() error { return os.RemoveAll(dir) }
	} else if dir, err = filepath.Abs(dir); err != nil {
		return nil, err
	} else if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	if err := c.start(ctx, dir, binaries[0], binaries[1], opts.APIServerArgs); err != nil {
		return nil, errors.Join(err, c.Stop())
	}
	return c, nil
}

func (c *Cluster) start(ctx context.Context, dir, etcdBinary, apiBinary string, apiArgs []string) error {
	admin, err := writePKI(dir)
	if err != nil {
		return err
	}
	ports, err := freePorts()
	if err != nil {
		return err
	}
	var etcdURL string
	c.startEtcd = func(ctx context.Context) (started *process, err error) {
		started, etcdURL, err = startEtcd(ctx, dir, etcdBinary, ports)
		return started, err
	}
	if c.etcd, err = c.startEtcd(ctx); err != nil {
		return err
	}

	port, err := freePort()
	if err != nil {
		return err
	}
	url := fmt.Sprintf("https://127.0.0.1:%d", port)
	c.config = restConfig(url, admin)
	c.startAPI = func(ctx context.Context) (*process, error) {
		args := append(apiServerArgs(dir, etcdURL, port), apiArgs...)
		return startAPIServer(ctx, dir, apiBinary, c.config, args)
	}
	if c.api, err = c.startAPI(ctx); err != nil {
		return err
	}

	c.info = Info{
		Kubeconfig: filepath.Join(dir, "admin.kubeconfig"),
		URL:        url,
		CAFile:     filepath.Join(dir, caFile),
		Issuer:     Issuer,
		Dir:        dir,
		Pids:       map[string]int{"etcd": c.etcd.pid(), "kube-apiserver": c.api.pid()},
	}
	if err := writeAdminKubeconfig(c.info.Kubeconfig, url, admin); err != nil {
		return err
	}
	c.info.JWKS, err = c.readJWKS(ctx)
	return err
}

// Attach uses a cluster that another process runs, for example one that testcluster started. Stop
// then leaves it running, and RestartAPIServer is refused.
func Attach(ctx context.Context, kubeconfig string) (*Cluster, error) {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", kubeconfig, err)
	}
	config.QPS, config.Burst = -1, -1
	c := &Cluster{
		config:  config,
		info:    Info{Kubeconfig: kubeconfig, URL: config.Host, Issuer: Issuer, CAFile: config.CAFile},
		cleanup: func() error { return nil },
	}
	c.info.JWKS, err = c.readJWKS(ctx)
	return c, err
}

// Info answers how to reach the cluster.
func (c *Cluster) Info() Info { return c.info }

// AdminConfig answers a client configuration that may do everything and is not throttled. The copy
// is the caller's.
func (c *Cluster) AdminConfig() *rest.Config { return rest.CopyConfig(c.config) }

// JWKS answers the public keys of the cluster's service-account tokens, as
// `kubectl get --raw /openid/v1/jwks` prints them.
func (c *Cluster) JWKS() string { return string(c.info.JWKS) }

func (c *Cluster) readJWKS(ctx context.Context) (json.RawMessage, error) {
	client, err := kubernetes.NewForConfig(c.config)
	if err != nil {
		return nil, err
	}
	jwks, err := client.Discovery().RESTClient().Get().AbsPath("/openid/v1/jwks").DoRaw(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the cluster's JWKS: %w", err)
	}
	return jwks, nil
}

// RestartAPIServer ends the API server as a crash would and starts it again on the same address and
// data. Every connection breaks; watches have to be resumed.
func (c *Cluster) RestartAPIServer(ctx context.Context) error {
	if c.api == nil {
		return errors.New("this cluster is run by another process")
	}
	if err := c.api.kill(); err != nil {
		return err
	}
	api, err := c.startAPI(ctx)
	if err != nil {
		return err
	}
	c.api = api
	c.info.Pids["kube-apiserver"] = api.pid()
	return nil
}

// Ended is closed when one of the cluster's processes has ended, by Stop or by itself; nil, and so
// never ready, for an attached cluster.
func (c *Cluster) Ended() <-chan struct{} {
	if c.api == nil {
		return nil
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		select {
		case <-c.api.ended:
		case <-c.etcd.ended:
		}
	}()
	return ended
}

// Stop ends what Start started and removes its folder, unless the caller chose it. May be called
// more than once. The API server is not asked first: it would wait for watches, for nothing.
func (c *Cluster) Stop() error {
	var errs []error
	if c.api != nil {
		errs = append(errs, c.api.kill())
	}
	if c.etcd != nil {
		errs = append(errs, c.etcd.stop(5*time.Second))
	}
	return errors.Join(append(errs, c.cleanup())...)
}
