package integration

import (
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"github.com/teleport-operator-caf/tests/harness"
)

var scopedKinds = []string{"TeleportScopedRoleV1", "TeleportScopedRoleAssignmentV1", "TeleportScopedTokenV1"}

func scopedCR(c kindCase, scope string) *unstructured.Unstructured {
	cr := c.custom(first)
	cr.Object["scope"] = scope
	return cr
}

// An operator without a scope reconciles no CR that has one (facts/operator-behaviour.md §2.7), and
// leaves alone what is in Teleport under that name, even when the CR goes (§2.5).
func TestScopedCRIsRefusedWithoutAScope(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	h.StartOperator()
	for _, kind := range scopedKinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			h, c := h.In(t), caseOf(t, kind)
			c.store(h, theirs, ours)
			revision := c.revision(h)
			cr := scopedCR(c, "/team")
			cr.SetFinalizers([]string{harness.Finalizer}) // as another operator has left it
			cr = h.Create(cr)
			current := h.WaitCondition(cr, harness.Condition{
				Type: "ValidScope", Status: "False", Reason: "NonMatchingScope",
				Message: "Resource is scoped but operator is not. Refusing to reconcile.",
			})
			h.MustHave(current, harness.Condition{Type: "Ready", Status: "False"})
			h.Delete(cr)
			h.WaitGone(cr)
			if now := c.revision(h); now != revision {
				t.Errorf("it was written: revision %s → %s", revision, now)
			}
		})
	}
}

// The scope is for good: the CRDs say so (§5.2).
func TestScopeCannotBeChanged(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	for _, kind := range scopedKinds {
		c := caseOf(t, kind)
		resource := schema.GroupVersionResource{Group: harness.Group, Version: "v1", Resource: harness.Plural(kind)}
		h.Create(scopedCR(c, "/team"))
		for _, patch := range []string{`{"scope":"/other"}`, `{"scope":null}`} {
			_, err := h.Dynamic.Resource(resource).Namespace(h.Namespace).
				Patch(h.Context, c.named(), types.MergePatchType, []byte(patch), metav1.PatchOptions{})
			if !apierrors.IsInvalid(err) || !strings.Contains(err.Error(), "Scope is immutable") {
				t.Errorf("%s: the API server answered %v to %s, wanted a refusal", kind, err, patch)
			}
		}
	}
}
