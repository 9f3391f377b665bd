package integration

import (
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/teleport-operator-caf/tests/harness"
)

// A CR of a kind that is there once in Teleport, under another name: it says so, is not sent, and
// its deletion leaves the real one alone, even if an older operator has put its finalizer there
// (facts/operator-behaviour.md §2.13).
func TestWronglyNamedSingletonTouchesNothing(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	h.StartOperator()
	for _, kind := range []string{"TeleportAutoupdateConfigV1", "TeleportAutoupdateVersionV1"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			h, c := h.In(t), caseOf(t, kind)
			real := h.WaitReady(h.Create(c.custom(first)))
			revision := c.revision(h)

			wrong := harness.CR(kind, "another-name", c.filled(edited))
			wrong.SetFinalizers([]string{harness.Finalizer})
			wrong = h.Create(wrong)
			h.WaitCondition(wrong, harness.Condition{
				Type: "SuccessfullyReconciled", Status: "False", Reason: "MutationError",
				Message: kind + ` must be named "` + c.name + `", got "another-name"`,
			})
			h.WaitCondition(wrong, harness.Condition{Type: "Ready", Status: "False"})
			h.WaitEvent(wrong, "Warning", "must be named")
			h.Delete(wrong)
			h.WaitGone(wrong)

			if now := c.revision(h); now != revision {
				t.Errorf("the real one was written: revision %s → %s", revision, now)
			}
			c.mustShow(h, first)
			h.MustHave(h.Get(real), harness.Condition{Type: "Ready", Status: "True"})
		})
	}
}

// The rule is in the CRD, too, of the one kind whose official CRD has it (§7, 22).
func TestWronglyNamedRetrievalModelIsRefusedByTheAPIServer(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	c := caseOf(t, "TeleportRetrievalModelV1")
	wrong := harness.CR(c.cr, "another-name", c.filled(first))
	resource := schema.GroupVersionResource{Group: harness.Group, Version: "v1", Resource: harness.Plural(c.cr)}
	_, err := h.Dynamic.Resource(resource).Namespace(h.Namespace).Create(h.Context, wrong, metav1.CreateOptions{})
	if !apierrors.IsInvalid(err) {
		t.Errorf("the API server answered %v, wanted a refusal", err)
	}

	// The annotation is a way round the CRD's rule, not round the operator's.
	h.StartOperator()
	cr := h.Create(harness.WithAnnotation(c.custom(first), nameAnnotation, "another-name"))
	h.WaitCondition(cr, harness.Condition{
		Type: "SuccessfullyReconciled", Status: "False", Reason: "MutationError",
		Message: c.cr + ` must be named "retrieval-model", got "another-name"`,
	})
	h.MustNotBeInTeleport(c.kind, c.name)
}

// What counts is the name in Teleport: by annotation, a CR of any name has the singleton.
func TestSingletonByAnnotation(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	h.StartOperator()
	c := caseOf(t, "TeleportAutoupdateVersionV1")
	cr := h.WaitReady(h.Create(harness.WithAnnotation(
		harness.CR(c.cr, "production", c.filled(first)), nameAnnotation, c.name)))
	c.mustShow(h, first)
	h.Delete(cr)
	h.WaitGone(cr)
	h.MustNotBeInTeleport(c.kind, c.name)
}
