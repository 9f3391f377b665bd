package teleport

import (
	"testing"

	"github.com/gravitational/trace"
)

// What the official client understands, ours can rely on.
func TestOfficialClientWorks(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	official := w.official(t)
	ping, err := official.Ping(t.Context())
	must(t, err)
	if ping.ClusterName != DefaultClusterName {
		t.Errorf("ping %v", ping)
	}
	_, err = official.UpsertRole(t.Context(), role("dev"))
	must(t, err)
	created, err := official.CreateUser(t.Context(), user("alice", "dev"))
	must(t, err)
	if created.GetRevision() == "" {
		t.Error("no revision")
	}
	if err := official.DeleteRole(t.Context(), "dev"); !trace.IsBadParameter(err) {
		t.Errorf("deleting a role in use: %v", err)
	}
	if _, err := official.GetToken(t.Context(), "none"); !trace.IsNotFound(err) {
		t.Errorf("a missing token: %v", err)
	}
	if odd := w.Irregularities(); len(odd) > 0 {
		t.Error(odd)
	}
}
