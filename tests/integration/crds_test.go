package integration

import (
	"context"
	"fmt"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/gravitational/teleport/api/types"

	"github.com/teleport-operator-caf/tests/cluster"
	"github.com/teleport-operator-caf/tests/harness"
)

// CRDs belong to the whole cluster, so what changes them has a cluster of its own.
func TestCRDsOfAClusterOfItsOwn(t *testing.T) {
	t.Parallel()
	c, err := cluster.Start(t.Context(), cluster.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Stop() })
	if err := harness.InstallCRDs(t.Context(), c, "teleportrolesv7"); err != nil {
		t.Fatal(err)
	}
	h := harness.NewTestWith(t, harness.Settings{Cluster: c})
	h.StartOperator() // ready, although one kind is not there
	h.WaitReady(h.Create(harness.CR("TeleportRoleV6", "others-go-on", roleWithLogins("one"))))

	if err := harness.InstallCRDs(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	h.WaitReadyLater(h.Create(harness.CR("TeleportRoleV7", "kind-came-later", roleWithLogins("one"))))

	t.Run("FieldThatOnlyTheCRDKnows", func(t *testing.T) {
		h := h.In(t)
		keepUnknownFields(h, "teleportrolesv7.resources.teleport.dev")
		future := harness.CR("TeleportRoleV7", "from-the-future", `
allow:
  logins: [one]
  future_labels: {env: [test]}
`)
		waitUntilKept(h, future, "spec", "allow", "future_labels")
		cr := h.Create(future)
		h.WaitCondition(cr, harness.Condition{
			Type: "ValidStructure", Status: "False", Reason: "FailedToDecode",
			Message: `unknown field "spec.allow.future_labels"`,
		})
		h.MustNotBeInTeleport(types.KindRole, "from-the-future")
	})
}

// keepUnknownFields makes the API server store fields of spec that the schema does not have, as a
// CRD newer than the operator would.
func keepUnknownFields(h *harness.Test, name string) {
	h.Helper()
	crds := h.Dynamic.Resource(schema.GroupVersionResource{
		Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions",
	})
	crd, err := crds.Get(h.Context, name, metav1.GetOptions{})
	if err != nil {
		h.Fatal(err)
	}
	versions, _, _ := unstructured.NestedSlice(crd.Object, "spec", "versions")
	for _, version := range versions {
		loose := map[string]any{"type": "object", "x-kubernetes-preserve-unknown-fields": true}
		if err := unstructured.SetNestedMap(version.(map[string]any), loose,
			"schema", "openAPIV3Schema", "properties", "spec"); err != nil {
			h.Fatal(err)
		}
	}
	if err := unstructured.SetNestedSlice(crd.Object, versions, "spec", "versions"); err != nil {
		h.Fatal(err)
	}
	if _, err := crds.Update(h.Context, crd, metav1.UpdateOptions{}); err != nil {
		h.Fatal(err)
	}
}

// waitUntilKept waits until the API server, which takes a CRD's change a moment later, stores the
// field instead of pruning it.
func waitUntilKept(h *harness.Test, cr *unstructured.Unstructured, field ...string) {
	h.Helper()
	resource := schema.GroupVersionResource{Group: harness.Group, Version: "v1", Resource: "teleportrolesv7"}
	h.Eventually("the changed CRD is in force", func(ctx context.Context) error {
		stored, err := h.Dynamic.Resource(resource).Namespace(h.Namespace).
			Create(ctx, cr, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
		if err != nil {
			return err
		}
		if _, kept, _ := unstructured.NestedFieldNoCopy(stored.Object, field...); !kept {
			return fmt.Errorf("%s is pruned", strings.Join(field, "."))
		}
		return nil
	})
}
