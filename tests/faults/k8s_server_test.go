package faults

import (
	"fmt"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/teleport-operator-caf/tests/cluster"
	"github.com/teleport-operator-caf/tests/harness"
	"github.com/teleport-operator-caf/tests/workload"
)

// ownCluster starts a cluster for one test, which may restart it.
func ownCluster(t *testing.T, apiArgs ...string) *cluster.Cluster {
	t.Helper()
	c, err := cluster.Start(t.Context(), cluster.Options{APIServerArgs: apiArgs})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Stop(); err != nil {
			t.Error(err)
		}
	})
	if err := harness.InstallCRDs(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	return c
}

// The API server dies and comes back while there is work, with its history compacted meanwhile, so
// that watches can't go on where they were.
func TestAPIServerDiesAndComesBack(t *testing.T) {
	t.Parallel()
	c := ownCluster(t, "--etcd-compaction-interval=1s")
	h := harness.NewTestWith(t, harness.Settings{Cluster: c})
	op := h.StartOperator()
	const count = 10
	var roles []*unstructured.Unstructured
	for i := range count {
		roles = append(roles, h.Create(role(fmt.Sprintf("fault-%02d", i), "login-0")))
	}
	rounds := 3
	for round := range rounds {
		login := fmt.Sprintf("login-%d", round+1)
		for i, one := range roles {
			roles[i] = h.SetSpec(one, loginSpec(login))
		}
		if round%3 == 2 {
			h.Delete(roles[0])
		}
		if err := c.RestartAPIServer(h.Context); err != nil {
			t.Fatal(err)
		}
		if round%3 == 2 {
			h.WaitGoneIn(patience, roles[0])
			waitNoRole(h, roles[0].GetName())
			roles[0] = h.Create(role(roles[0].GetName(), login))
		}
		for _, one := range roles {
			waitLogin(h, one.GetName(), login)
			waitSettled(h, one)
		}
	}
	for _, one := range workload.Insane(h.Teleport.Audit(), "fault-") {
		t.Error(one)
	}
	t.Logf("API server: %d restarts with %d CRs", rounds, count)
	h.Stop(op)
}

// etcd is restored from an older backup while the operator runs: resourceVersions go back, CRs that
// were edited since are as they were, one that was deleted since is there again. A watch from what is
// now the future must not wait for ever, and no state may be taken for old news.
func TestEtcdIsRestoredFromAnOlderBackup(t *testing.T) {
	t.Parallel()
	c := ownCluster(t)
	h := harness.NewTestWith(t, harness.Settings{Cluster: c})
	op := h.StartOperator()
	edited := waitSettled(h, h.Create(role("fault-edited", "old")))
	deleted := waitSettled(h, h.Create(role("fault-deleted", "old")))
	same := waitSettled(h, h.Create(role("fault-same", "old")))

	saved, err := c.SaveData(h.Context)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		edited = h.SetSpec(edited, loginSpec(fmt.Sprintf("new-%d", i)))
		waitLogin(h, "fault-edited", fmt.Sprintf("new-%d", i))
	}
	waitSettled(h, edited)
	h.Delete(deleted)
	h.WaitGoneIn(patience, deleted)
	lost := waitSettled(h, h.Create(role("fault-lost", "new")))

	if err := c.RestoreData(h.Context, saved); err != nil {
		t.Fatal(err)
	}
	// What was edited since is the old CR again, and so is its role.
	waitLogin(h, "fault-edited", "old")
	waitSettled(h, h.Get(edited))
	waitLogin(h, "fault-deleted", "old")
	waitSettled(h, h.Get(deleted))
	waitLogin(h, "fault-same", "old")
	// Life goes on, on versions that the operator has seen with another content.
	for _, one := range []*unstructured.Unstructured{edited, same} {
		waitSettled(h, h.SetSpec(one, loginSpec("again")))
		waitLogin(h, one.GetName(), "again")
	}
	h.Delete(deleted)
	h.WaitGoneIn(patience, deleted)
	waitNoRole(h, "fault-deleted")
	// The CR is lost with the backup; its name can be had again.
	waitSettled(h, h.Create(role(lost.GetName(), "again")))
	waitLogin(h, lost.GetName(), "again")
	h.Stop(op)
}
