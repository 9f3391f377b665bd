package integration

import (
	"context"
	"fmt"
	"testing"

	"github.com/gravitational/teleport/api/types"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/teleport-operator-caf/tests/cluster"
	"github.com/teleport-operator-caf/tests/harness"
)

// Who watches all namespaces sees the CRs of other tests too, so it has a cluster of its own.
func TestAllNamespaces(t *testing.T) {
	t.Parallel()
	c, err := cluster.Start(t.Context(), cluster.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Stop() })
	if err := harness.InstallCRDs(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	h := harness.NewTestWith(t, harness.Settings{Cluster: c})
	h.AllowEverywhere()
	before := h.At(h.NewNamespace("before"))
	early := before.Create(harness.CR("TeleportRoleV7", "early", roleWithLogins("one")))
	h.StartOperatorWith(harness.OperatorOptions{
		Flags: map[string]string{"namespace": harness.Omit, "watch-all-namespaces": "true"},
	})
	waitReady(before, early)
	readyCR(h, "TeleportRoleV7", "own", roleWithLogins("one"))
	after := h.At(h.NewNamespace("after"))
	readyCR(after, "TeleportRoleV7", "late", roleWithLogins("one"))

	t.Run("OneWatchAKind", func(t *testing.T) {
		h := h.In(t)
		h.EventuallyIn(longEnough, "each kind is watched once", func(ctx context.Context) error {
			open, err := c.OpenWatches(ctx, harness.Group)
			if err != nil {
				return err
			}
			if len(open) != harness.KindCount() {
				return fmt.Errorf("%d kinds are watched, wanted %d: %v", len(open), harness.KindCount(), open)
			}
			for plural, count := range open {
				if count != 1 {
					return fmt.Errorf("%d watches of %s", count, plural)
				}
			}
			return nil
		})
	})

	t.Run("ANamespaceThatIsDeleted", func(t *testing.T) {
		h := h.In(t)
		doomed := h.At(h.NewNamespace("doomed"))
		readyCR(doomed, "TeleportRoleV7", "held", roleWithLogins("one"))
		readyCR(doomed, "TeleportUser", "holder", "roles: [held]")
		readyCR(doomed, "TeleportBotV1", "robot", "roles: [held]")
		deleteNamespace(doomed)
		for kind, name := range map[string]string{
			types.KindRole: "held", types.KindUser: "holder", types.KindBot: "robot",
		} {
			h.MustNotBeInTeleport(kind, name)
		}
		readyCR(h, "TeleportRoleV7", "still-served", roleWithLogins("one"))

		// Made anew, it is served like any other.
		again := h.At(h.NewNamespace("doomed"))
		readyCR(again, "TeleportRoleV7", "held", roleWithLogins("two"))
	})

	t.Run("TwoNamespacesWantOneResource", func(t *testing.T) {
		h, before, after := h.In(t), before.In(t), after.In(t)
		older := waitReady(before, before.Create(harness.CR("TeleportUser", "wanted", "traits: {logins: [older]}")))
		waitForNextSecond(h, older.GetCreationTimestamp().Time)
		younger := after.Create(harness.CR("TeleportUser", "wanted", "traits: {logins: [younger]}"))
		after.WaitConditionIn(longEnough, younger, harness.Condition{
			Type: "Ready", Status: "False", Reason: "ClaimedByAnotherResource",
			Message: "TeleportUser before/wanted",
		})
		before.Delete(older)
		before.WaitGoneIn(longEnough, older)
		waitReady(after, younger)
	})
}

// deleteNamespace does what Kubernetes' namespace controller does, which test clusters don't have:
// it marks the namespace, deletes what is in it, waits, and lets it go. In a marked namespace nothing
// can be created any more, Events among it.
func deleteNamespace(h *harness.Test) {
	h.Helper()
	namespaces := h.Kube.CoreV1().Namespaces()
	if err := namespaces.Delete(h.Context, h.Namespace, metav1.DeleteOptions{}); err != nil {
		h.Fatalf("deleting namespace %s: %v", h.Namespace, err)
	}
	crs := h.AllCRs()
	for _, cr := range crs {
		h.Delete(cr)
	}
	for _, cr := range crs {
		h.WaitGoneIn(longEnough, cr)
	}
	_, err := namespaces.Finalize(h.Context,
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: h.Namespace}}, metav1.UpdateOptions{})
	if err != nil {
		h.Fatalf("letting namespace %s go: %v", h.Namespace, err)
	}
}
