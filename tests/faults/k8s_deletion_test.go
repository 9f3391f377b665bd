package faults

import (
	"context"
	"fmt"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/gravitational/teleport/api/types"

	"github.com/teleport-operator-caf/tests/harness"
	"github.com/teleport-operator-caf/tests/teleport"
)

// endless is a deletion that has a reason to hang.
type endless struct {
	name string
	// spoil makes the CR's role such that its deletion is hard, before it is deleted.
	spoil func(w *proxied, cr *unstructured.Unstructured)
	// mend takes the reason away; nil: there must be none, the CR just goes.
	mend func(w *proxied, cr *unstructured.Unstructured)
	// keeps: the role stays in Teleport.
	keeps bool
}

var endlessDeletions = []endless{
	{
		name: "broken-spec",
		spoil: func(w *proxied, cr *unstructured.Unstructured) {
			w.SetSpec(cr, "allow: {logins: [one], node_labels: {env: [test]}, unheard_of: true}")
		},
	},
	{
		name:  "unowned",
		keeps: true,
		spoil: func(w *proxied, cr *unstructured.Unstructured) {
			w.ApplyInTeleport("{kind: role, version: v7, metadata: {name: " + cr.GetName() + "}, spec: {allow: {logins: [theirs]}}}")
			waitNotOurs(w, cr)
		},
	},
	{
		name: "gone-already",
		spoil: func(w *proxied, cr *unstructured.Unstructured) {
			if err := w.Teleport.SetFaults(teleport.Fault{Method: "UpsertRoleV2", Resource: cr.GetName(), Code: "INTERNAL"}); err != nil {
				w.Fatal(err)
			}
			w.DeleteInTeleport(types.KindRole, cr.GetName())
		},
	},
	{
		name: "access-denied",
		spoil: func(w *proxied, cr *unstructured.Unstructured) {
			fault := teleport.Fault{Method: "DeleteRole", Resource: cr.GetName(), Code: "PERMISSION_DENIED", Message: "access denied to perform action \"delete\" on \"role\""}
			if err := w.Teleport.SetFaults(fault); err != nil {
				w.Fatal(err)
			}
		},
		mend: func(w *proxied, _ *unstructured.Unstructured) { w.Teleport.ClearFaults() },
	},
	{
		name: "teleport-down",
		spoil: func(w *proxied, _ *unstructured.Unstructured) {
			if err := w.Teleport.SetSwitches(teleport.Switches{Down: "all"}); err != nil {
				w.Fatal(err)
			}
		},
		mend: func(w *proxied, _ *unstructured.Unstructured) {
			if err := w.Teleport.SetSwitches(teleport.Switches{}); err != nil {
				w.Fatal(err)
			}
		},
	},
	{
		name: "kept", keeps: true,
		spoil: func(w *proxied, cr *unstructured.Unstructured) { w.Annotate(cr, harness.KeepAnnotation, "true") },
	},
	{
		name: "ignored", keeps: true,
		spoil: func(w *proxied, cr *unstructured.Unstructured) { w.Annotate(cr, harness.IgnoreAnnotation, "true") },
	},
}

// waitNotOurs waits until the CR says that the resource is not ours.
func waitNotOurs(w *proxied, cr *unstructured.Unstructured) {
	w.Helper()
	w.EventuallyIn(patience, cr.GetName()+" is known not to be ours", func(ctx context.Context) error {
		return notReady(ctx, w, cr)
	})
}

// notReady is nil when the CR says that it is not Ready, and why.
func notReady(ctx context.Context, w *proxied, cr *unstructured.Unstructured) error {
	now, err := w.Read(ctx, cr)
	if err != nil {
		return err
	}
	for _, one := range harness.Conditions(now) {
		if one.Type == "Ready" && one.Status == "False" && one.Reason != "" && one.Message != "" {
			return nil
		}
	}
	return fmt.Errorf("it says %+v", harness.Conditions(now))
}

// T20: a deletion that can be carried out is; one that can't says why on the CR, and goes on as soon as
// it can.
func TestDeletionsDoNotHang(t *testing.T) {
	for _, one := range endlessDeletions {
		t.Run(one.name, func(t *testing.T) {
			t.Parallel()
			w := newProxied(t, harness.Settings{})
			w.start()
			name := "fault-" + one.name
			cr := waitSettled(w.Test, w.Create(role(name, "one")))
			one.spoil(w, cr)
			w.Delete(cr)
			if one.mend != nil {
				w.EventuallyIn(patience, "the CR says why it stays", func(ctx context.Context) error {
					return notReady(ctx, w, cr)
				})
				one.mend(w, cr)
			}
			w.WaitGoneIn(patience, cr)
			if there := w.Teleport.Get(types.KindRole, name) != nil; there != one.keeps {
				t.Errorf("in Teleport: %v, wanted %v", there, one.keeps)
			}
		})
	}
	t.Logf("T20: %d reasons to hang, and a CRD that is removed", len(endlessDeletions))
}

// Somebody deletes a CRD, and with it all CRs of the kind: the API server removes it when the last of
// them is gone, which is the operator's work.
func TestRemovedCRDDoesNotHang(t *testing.T) {
	t.Parallel()
	w := newProxied(t, harness.Settings{Cluster: ownCluster(t)})
	op := w.start()
	for i := range 3 {
		waitSettled(w.Test, w.Create(role(fmt.Sprintf("fault-crd-%d", i), "one")))
	}
	crds := w.Dynamic.Resource(schema.GroupVersionResource{
		Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions",
	})
	crd := rolePlural + "." + harness.Group
	if err := crds.Delete(w.Context, crd, metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	w.EventuallyIn(patience, "the CRD is gone", func(ctx context.Context) error {
		_, err := crds.Get(ctx, crd, metav1.GetOptions{})
		if apierrors.IsNotFound(err) {
			return nil
		}
		return fmt.Errorf("it is there: %v", err)
	})
	for i := range 3 {
		waitNoRole(w.Test, fmt.Sprintf("fault-crd-%d", i))
	}
	// The kind comes back with its CRD.
	if err := harness.InstallCRDs(w.Context, w.Cluster); err != nil {
		t.Fatal(err)
	}
	waitSettled(w.Test, w.Create(role("fault-crd-again", "one")))
	w.Stop(op)
}
