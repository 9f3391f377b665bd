package harness

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"

	"github.com/teleport-operator-caf/tests/cluster"
	"github.com/teleport-operator-caf/tests/teleport"
)

// Settings of NewTestWith. The zero value is what NewTest does.
type Settings struct {
	Cluster  *cluster.Cluster // default: the shared one of Run
	Teleport teleport.Options
}

// Test is a World for one test. Its methods end the test when something goes wrong. All it started
// is stopped at the end; when the test failed, the operators' logs are shown.
type Test struct {
	testing.TB
	*World
	Context context.Context
}

// NewTest makes a namespace and a Teleport for this test alone, in the shared cluster.
func NewTest(t testing.TB) *Test {
	t.Helper()
	return NewTestWith(t, Settings{})
}

// NewTestWith is NewTest with another cluster or Teleport.
func NewTestWith(t testing.TB, settings Settings) *Test {
	t.Helper()
	c := settings.Cluster
	if c == nil {
		c = sharedCluster
	}
	if c == nil {
		t.Fatal("no cluster: TestMain must call harness.Run")
	}
	world, err := BuildWorld(t.Context(), c, t.TempDir(), settings.Teleport)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for _, oddity := range world.Teleport.Irregularities() {
			t.Errorf("Teleport let it pass, but: %s", oddity)
		}
		world.Close()
	})
	return &Test{TB: t, World: world, Context: t.Context()}
}

// In is the same world for a subtest.
func (h *Test) In(t testing.TB) *Test {
	return &Test{TB: t, World: h.World, Context: t.Context()}
}

// StartOperator starts the operator as the standalone guide does and waits until it is ready.
func (h *Test) StartOperator() *Operator {
	h.Helper()
	return h.StartOperatorWith(OperatorOptions{})
}

// StartOperatorWith starts the operator and waits until it is ready.
func (h *Test) StartOperatorWith(opts OperatorOptions) *Operator {
	h.Helper()
	op := h.LaunchOperator(opts)
	if err := op.WaitReady(h.Context, longWait); err != nil {
		h.Fatal(err)
	}
	return op
}

// LaunchOperator starts the operator and does not wait.
func (h *Test) LaunchOperator(opts OperatorOptions) *Operator {
	h.Helper()
	op, err := h.Launch(opts)
	if err != nil {
		h.Fatal(err)
	}
	h.Cleanup(func() {
		_ = op.Kill()
		h.checkOutput(op)
	})
	return op
}

// checkOutput: what every operator must hold to in every test.
func (h *Test) checkOutput(op *Operator) {
	text := op.Output.Text()
	for _, secret := range h.Secrets() {
		if strings.Contains(text, secret) {
			h.Error("the operator's output holds a service-account token")
		}
	}
	if strings.Contains(text, "PRIVATE KEY") {
		h.Error("the operator's output holds a private key")
	}
	if h.Failed() {
		h.Logf("the operator (pid %d) said:\n%s", op.Pid(), op.Output.Tail(200))
	}
}

// Stop ends the operator by SIGTERM, which must lead to exit code 0.
func (h *Test) Stop(op *Operator) {
	h.Helper()
	if err := op.Stop(); err != nil {
		h.Fatal(err)
	}
}

// Eventually waits for a condition; the last error of check is what the test fails with.
func (h *Test) Eventually(what string, check func(context.Context) error) {
	h.Helper()
	h.EventuallyIn(usualWait, what, check)
}

// EventuallyIn is Eventually with a time limit of its own.
func (h *Test) EventuallyIn(timeout time.Duration, what string, check func(context.Context) error) {
	h.Helper()
	if err := Poll(h.Context, timeout, check); err != nil {
		h.Fatalf("%s: %v", what, err)
	}
}

// Create creates the CR in the test's namespace and answers it as stored.
func (h *Test) Create(cr *unstructured.Unstructured) *unstructured.Unstructured {
	h.Helper()
	return h.create(cr, metav1.CreateOptions{})
}

// CreateStrictly is Create as kubectl does it: a field that the CRD does not have is an error.
func (h *Test) CreateStrictly(cr *unstructured.Unstructured) *unstructured.Unstructured {
	h.Helper()
	return h.create(cr, metav1.CreateOptions{FieldValidation: metav1.FieldValidationStrict})
}

func (h *Test) create(cr *unstructured.Unstructured, opts metav1.CreateOptions) *unstructured.Unstructured {
	h.Helper()
	cr = cr.DeepCopy()
	cr.SetNamespace(h.Namespace)
	made, err := h.Dynamic.Resource(resourceOf(cr)).Namespace(h.Namespace).Create(h.Context, cr, opts)
	if err != nil {
		h.Fatalf("creating %s %s: %v", cr.GetKind(), cr.GetName(), err)
	}
	return made
}

// Get reads the CR anew.
func (h *Test) Get(cr *unstructured.Unstructured) *unstructured.Unstructured {
	h.Helper()
	current, err := h.read(h.Context, cr)
	if err != nil {
		h.Fatalf("reading %s %s: %v", cr.GetKind(), cr.GetName(), err)
	}
	return current
}

func (h *Test) read(ctx context.Context, cr *unstructured.Unstructured) (*unstructured.Unstructured, error) {
	return h.Dynamic.Resource(resourceOf(cr)).Namespace(h.Namespace).
		Get(ctx, cr.GetName(), metav1.GetOptions{})
}

// SetSpec replaces the CR's spec, whoever else changed the CR meanwhile.
func (h *Test) SetSpec(cr *unstructured.Unstructured, specYAML string) *unstructured.Unstructured {
	h.Helper()
	operation := []map[string]any{{"op": "add", "path": "/spec", "value": parseYAML(specYAML)}}
	return h.patch(cr, types.JSONPatchType, operation)
}

// Annotate sets an annotation, or removes it when the value is "".
func (h *Test) Annotate(cr *unstructured.Unstructured, key, value string) *unstructured.Unstructured {
	h.Helper()
	annotations := map[string]any{key: value}
	if value == "" {
		annotations[key] = nil
	}
	return h.patch(cr, types.MergePatchType,
		map[string]any{"metadata": map[string]any{"annotations": annotations}})
}

// DropFinalizers removes every finalizer, which is the documented way to let a stuck CR go.
func (h *Test) DropFinalizers(cr *unstructured.Unstructured) {
	h.Helper()
	h.patch(cr, types.MergePatchType, map[string]any{"metadata": map[string]any{"finalizers": nil}})
}

func (h *Test) patch(cr *unstructured.Unstructured, patchType types.PatchType, body any) *unstructured.Unstructured {
	h.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		h.Fatal(err)
	}
	patched, err := h.Dynamic.Resource(resourceOf(cr)).Namespace(h.Namespace).
		Patch(h.Context, cr.GetName(), patchType, text, metav1.PatchOptions{})
	if err != nil {
		h.Fatalf("patching %s %s: %v", cr.GetKind(), cr.GetName(), err)
	}
	return patched
}

// Delete asks for the CR's deletion and does not wait.
func (h *Test) Delete(cr *unstructured.Unstructured) {
	h.Helper()
	err := h.Dynamic.Resource(resourceOf(cr)).Namespace(h.Namespace).
		Delete(h.Context, cr.GetName(), metav1.DeleteOptions{})
	if err != nil && !apierrors.IsNotFound(err) {
		h.Fatalf("deleting %s %s: %v", cr.GetKind(), cr.GetName(), err)
	}
}
