package faults

import (
	"context"
	"encoding/json"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	apitypes "k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"

	"github.com/teleport-operator-caf/tests/harness"
	"github.com/teleport-operator-caf/tests/workload"
)

// crClient changes the CRs of one kind as a user does. It answers errors, so that any goroutine may
// use it.
type crClient struct{ of dynamic.ResourceInterface }

func clientOf(h *harness.Test, kind workload.Kind) crClient {
	return crClient{h.Dynamic.Resource(kind.Resource()).Namespace(h.Namespace)}
}

func (c crClient) create(ctx context.Context, cr *unstructured.Unstructured) (*unstructured.Unstructured, error) {
	return c.of.Create(ctx, cr, metav1.CreateOptions{})
}

// edit replaces the spec, given as YAML, whoever else changed the CR meanwhile.
func (c crClient) edit(ctx context.Context, name, spec string) (*unstructured.Unstructured, error) {
	value := harness.CR("TeleportRoleV7", name, spec).Object["spec"]
	patch, err := json.Marshal([]map[string]any{{"op": "add", "path": "/spec", "value": value}})
	if err != nil {
		return nil, err
	}
	return c.of.Patch(ctx, name, apitypes.JSONPatchType, patch, metav1.PatchOptions{})
}

// remove asks for the deletion and does not wait.
func (c crClient) remove(ctx context.Context, name string) error {
	return c.of.Delete(ctx, name, metav1.DeleteOptions{})
}

// held: the operator has its finalizer on the CR.
func (c crClient) held(ctx context.Context, name string) (bool, error) {
	cr, err := c.of.Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return false, err
	}
	return slices.Contains(cr.GetFinalizers(), harness.Finalizer), nil
}
