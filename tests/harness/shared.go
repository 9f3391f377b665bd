// Package harness gives a test everything around the operator: a Kubernetes namespace with the
// operator's own permissions and tokens, a test Teleport that it may join, the operator's process
// itself, and words to say what must come of it.
//
// Layers: cluster (Kubernetes) and teleport (the test Teleport) know nothing of each other. World
// puts one namespace and one Teleport together, without a testing.T, for programs as well as tests.
// Test is a World with a testing.TB: what goes wrong ends the test, and logs appear when it failed.
//
//	func TestMain(m *testing.M) { os.Exit(harness.Run(m)) }
//
//	func TestRoleArrives(t *testing.T) {
//		h := harness.NewTest(t)
//		h.StartOperator()
//		role := h.Create(harness.CR("TeleportRoleV7", "dev", "allow: {logins: [dev]}"))
//		h.WaitReady(role)
//	}
package harness

import (
	"context"
	"flag"
	"fmt"
	"os"
	"testing"

	"github.com/teleport-operator-caf/tests/cluster"
)

// KubeconfigEnv names a kubeconfig of a running test cluster that tests use instead of starting
// one. tools/check sets it, so that all its test stages share one cluster.
const KubeconfigEnv = "TEST_KUBECONFIG"

// testsAtOnce is how many parallel tests run together: they wait for servers most of their time.
const testsAtOnce = "6"

var sharedCluster *cluster.Cluster

// Run is the whole of a TestMain: one cluster with the CRDs for all tests of the package. It answers
// the exit code.
func Run(m *testing.M) int {
	runAtOnce()
	ctx := context.Background()
	c, err := UseCluster(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, "test cluster:", err)
		return 1
	}
	defer c.Stop()
	if err := InstallCRDs(ctx, c); err != nil {
		fmt.Fprintln(os.Stderr, "CRDs:", err)
		return 1
	}
	sharedCluster = c
	return m.Run()
}

// runAtOnce raises -parallel above the number of cores, unless the command line sets it.
func runAtOnce() {
	flag.Parse()
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "test.parallel" })
	if !given {
		_ = flag.Set("test.parallel", testsAtOnce)
	}
}

// UseCluster attaches to the cluster of TEST_KUBECONFIG, or starts one. Stop ends only the latter.
func UseCluster(ctx context.Context) (*cluster.Cluster, error) {
	if path := os.Getenv(KubeconfigEnv); path != "" {
		return cluster.Attach(ctx, path)
	}
	return cluster.Start(ctx, cluster.Options{})
}
