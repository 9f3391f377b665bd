package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/teleport-operator-caf/tests/cluster"
	"github.com/teleport-operator-caf/tests/harness"
	testteleport "github.com/teleport-operator-caf/tests/teleport"
)

const (
	readyWithin = 60 * time.Second
	namespace   = "teleport-iac" // as in the guide for a standalone operator
)

// playground is what is up so far.
type playground struct {
	narrator
	dir      string // everything that is on disk; removed at the end
	root     string // of the checkout
	cluster  *cluster.Cluster
	world    *harness.World
	operator *harness.Operator
	toured   bool
	// callsAtReady is how often Teleport had been called, by method, when the operator was ready.
	callsAtReady map[string]int
}

type step struct {
	title string
	do    func(context.Context) error
}

// surroundings are the steps up to a running operator.
func (p *playground) surroundings() []step {
	return []step{
		{"A Kubernetes API: etcd and kube-apiserver, the real ones", p.startKubernetes},
		{"A Teleport cluster, and in it the operator's role, bot and join token", p.startTeleport},
		{"The operator starts and joins", p.startOperator},
	}
}

func (p *playground) startKubernetes(ctx context.Context) (err error) {
	if p.root, err = cluster.ProjectRoot(); err != nil {
		return err
	}
	if p.dir, err = os.MkdirTemp("", "teleport-operator-playground-"); err != nil {
		return err
	}
	start := time.Now()
	if p.cluster, err = cluster.Start(ctx, cluster.Options{Dir: filepath.Join(p.dir, "kubernetes")}); err != nil {
		return err
	}
	p.tell(kubernetes, "ready at %s (%s)", p.cluster.Info().URL, since(start))
	start = time.Now()
	if err := harness.InstallCRDs(ctx, p.cluster); err != nil {
		return err
	}
	crds, err := filepath.Glob(filepath.Join(p.root, "crds", "*.yaml"))
	p.tell(kubernetes, "%d CRDs from crds/ installed and served (%s)", len(crds), since(start))
	return err
}

func (p *playground) startTeleport(ctx context.Context) (err error) {
	start := time.Now()
	p.world, err = harness.BuildWorldIn(ctx, p.cluster, namespace, p.dir,
		testteleport.Options{ClusterName: "playground"})
	if err != nil {
		return err
	}
	p.note("a test double on Teleport's official API module: real TLS, joins, access rules and validation")
	p.tell(teleport, "cluster %q, proxy %s (%s)", p.world.Teleport.ClusterName(), p.world.Teleport.ProxyAddr(), since(start))
	p.tell(teleport, "has role, bot and join token of deploy/teleport/, with this cluster's public keys put in")
	p.tell(kubernetes, "namespace %s with the operator's ServiceAccount, Role, RoleBinding", namespace)
	p.tell(kubernetes, "two projected tokens, bound to the operator's Pod: one for this API, one for the join")
	return nil
}

func (p *playground) startOperator(ctx context.Context) (err error) {
	start := time.Now()
	if p.operator, err = p.world.Launch(harness.OperatorOptions{
		Flags: map[string]string{"log-level": "INFO"},
	}); err != nil {
		return err
	}
	p.command(fmt.Sprintf("teleport-operator -auth-server=%s -token=%s -join-method=kubernetes -namespace=%s …",
		p.world.Teleport.ProxyAddr(), harness.JoinToken, namespace))
	if err := p.operator.WaitReady(ctx, readyWithin); err != nil {
		return err
	}
	p.tell(operator, "ready after %s", since(start))
	p.callsAtReady = p.world.Teleport.Calls()
	_, readiness, err := p.operator.Probe(ctx, "/readyz")
	if err != nil {
		return err
	}
	p.output(readiness)
	memory, err := p.operator.ResidentBytes()
	p.tell(operator, "takes %.1f MB of memory", float64(memory)/1e6)
	return err
}

// close ends what is up, the operator first, as a rolling update would: SIGTERM and exit code 0.
func (p *playground) close() error {
	var errs []error
	if p.operator != nil {
		errs = append(errs, p.operator.Stop())
	}
	if p.world != nil {
		p.world.Close()
	}
	if p.cluster != nil {
		errs = append(errs, p.cluster.Stop())
	}
	if p.dir != "" {
		errs = append(errs, os.RemoveAll(p.dir))
	}
	return errors.Join(errs...)
}
