package integration

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/teleport-operator-caf/tests/harness"
)

// Every file of crds/examples/ is applied as it is, with strict field validation as kubectl asks for
// it, becomes ready, and is in sync after a restart. There is one of each kind. Those that have a
// scope are for an operator of that scope; this one says so.
func TestEveryExampleBecomesReady(t *testing.T) {
	t.Parallel()
	examples, err := harness.Examples()
	if err != nil {
		t.Fatal(err)
	}
	h := harness.NewTest(t)
	op := h.StartOperator()
	var kinds []string
	ready := map[string]*unstructured.Unstructured{}
	for _, example := range examples {
		kinds = append(kinds, example.CR().GetKind())
		applyExample(h, example)
	}
	for _, example := range examples {
		t.Run(example.File, func(t *testing.T) {
			h := h.In(t)
			if example.CR().Object["scope"] != nil {
				ready[example.File] = h.WaitCondition(example.CR(), harness.Condition{
					Type: "ValidScope", Status: "False", Reason: "NonMatchingScope",
				})
				return
			}
			ready[example.File] = h.WaitReadyLater(example.CR())
		})
	}
	wanted := harness.Kinds()
	slices.Sort(wanted)
	slices.Sort(kinds)
	if kinds = slices.Compact(kinds); !slices.Equal(kinds, wanted) {
		t.Errorf("examples of %v,\nkinds %v", kinds, wanted)
	}

	h.Stop(op)
	h.Teleport.ResetCounters()
	op = h.StartOperator()
	waitLookedAt(h, op)
	h.Stop(op)
	for _, write := range h.Teleport.Audit() {
		if write.Caller == "bot-"+harness.BotName {
			t.Errorf("written at a restart in sync: %s %s %q", write.Verb, write.Kind, write.Name)
		}
	}
	for file, cr := range ready {
		if cr != nil && h.Get(cr).GetResourceVersion() != cr.GetResourceVersion() {
			t.Errorf("the CR of %s was written at a restart in sync", file)
		}
	}
}

func applyExample(h *harness.Test, example harness.Example) {
	h.Helper()
	for _, object := range example.Objects {
		if object.GetKind() != "Secret" {
			h.CreateStrictly(object)
			continue
		}
		secret := &corev1.Secret{}
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, secret); err != nil {
			h.Fatalf("%s: %v", example.File, err)
		}
		if _, err := h.Kube.CoreV1().Secrets(h.Namespace).Create(h.Context, secret, metav1.CreateOptions{}); err != nil {
			h.Fatalf("%s: %v", example.File, err)
		}
	}
}

// Those with a scope, by an operator of that scope.
func TestEveryExampleWithAScopeBecomesReady(t *testing.T) {
	t.Parallel()
	examples, err := harness.Examples()
	if err != nil {
		t.Fatal(err)
	}
	byScope := map[string][]harness.Example{}
	for _, example := range examples {
		if scope, scoped := example.CR().Object["scope"].(string); scoped {
			byScope[scope] = append(byScope[scope], example)
		}
	}
	if len(byScope) == 0 {
		t.Error("no example has a scope")
	}
	for scope, members := range byScope {
		t.Run(strings.ReplaceAll(scope, "/", ""), func(t *testing.T) {
			t.Parallel()
			h := harness.NewTest(t)
			state := allowState(h, "examples", "get", "patch")
			state.put()
			opts := scoped(h, "examples")
			opts.Flags["scope"] = scope
			h.StartOperatorWith(opts)
			for _, example := range members {
				applyExample(h, example)
			}
			for _, example := range members {
				h.WaitReadyLater(example.CR())
			}
		})
	}
}
