package harness

import (
	"fmt"
	"sync"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"
)

// Names that a CR and a Teleport resource carry (facts/operator-behaviour.md §2.1).
const (
	Group            = "resources.teleport.dev"
	Finalizer        = "resources.teleport.dev/deletion"
	OriginLabel      = "teleport.dev/origin"
	OriginKubernetes = "kubernetes"
	IgnoreAnnotation = "teleport.dev/ignore"
	KeepAnnotation   = "teleport.dev/keep"
	AdoptAnnotation  = "teleport.dev/adopt"
)

type crKind struct{ name, version, plural string }

// kinds are those of the CRDs in crds/, with the version that is stored.
var kinds = sync.OnceValue(func() []crKind {
	crds, err := readCRDs()
	if err != nil {
		panic(fmt.Sprintf("harness: reading the CRDs: %v", err))
	}
	var all []crKind
	for _, crd := range crds {
		name, _, _ := unstructured.NestedString(crd.Object, "spec", "names", "kind")
		plural, _, _ := unstructured.NestedString(crd.Object, "spec", "names", "plural")
		all = append(all, crKind{name, storedVersion(crd), plural})
	}
	return all
})

// KindCount is how many kinds there are: for each of them the operator has a supervisor.
func KindCount() int { return len(kinds()) }

func storedVersion(crd *unstructured.Unstructured) string {
	versions, _, _ := unstructured.NestedSlice(crd.Object, "spec", "versions")
	for _, version := range versions {
		if fields, ok := version.(map[string]any); ok && fields["storage"] == true {
			return fmt.Sprint(fields["name"])
		}
	}
	panic("harness: no version of " + crd.GetName() + " is stored")
}

// CR builds a custom resource from its kind and a YAML spec ("" leaves spec out). A mistake in the
// arguments is a mistake in the test, so it panics.
func CR(kind, name, specYAML string) *unstructured.Unstructured {
	cr := &unstructured.Unstructured{Object: map[string]any{}}
	cr.SetAPIVersion(Group + "/" + kindNamed(kind).version)
	cr.SetKind(kind)
	cr.SetName(name)
	if specYAML != "" {
		cr.Object["spec"] = parseYAML(specYAML)
	}
	return cr
}

// WithAnnotation sets an annotation and answers the same CR, for use around CR.
func WithAnnotation(cr *unstructured.Unstructured, key, value string) *unstructured.Unstructured {
	annotations := cr.GetAnnotations()
	if annotations == nil {
		annotations = map[string]string{}
	}
	annotations[key] = value
	cr.SetAnnotations(annotations)
	return cr
}

func kindNamed(name string) crKind {
	for _, kind := range kinds() {
		if kind.name == name {
			return kind
		}
	}
	panic(fmt.Sprintf("harness: no CR kind %q", name))
}

// resourceOf is where the API server serves this CR.
func resourceOf(cr *unstructured.Unstructured) schema.GroupVersionResource {
	gvk := cr.GroupVersionKind()
	return gvk.GroupVersion().WithResource(kindNamed(gvk.Kind).plural)
}

func parseYAML(text string) map[string]any {
	var parsed map[string]any
	if err := yaml.Unmarshal([]byte(text), &parsed); err != nil {
		panic(fmt.Sprintf("harness: not YAML: %v\n%s", err, text))
	}
	return parsed
}

// Condition is one of a CR's status.conditions.
type Condition struct {
	Type, Status, Reason, Message string
	ObservedGeneration            int64
	LastTransitionTime            string
}

// Conditions are those in the CR as it was read, in order.
func Conditions(object *unstructured.Unstructured) []Condition {
	raw, _, _ := unstructured.NestedSlice(object.Object, "status", "conditions")
	var out []Condition
	for _, item := range raw {
		fields, ok := item.(map[string]any)
		if !ok {
			continue
		}
		text := func(key string) string { s, _ := fields[key].(string); return s }
		generation, _ := fields["observedGeneration"].(int64)
		out = append(out, Condition{
			text("type"), text("status"), text("reason"), text("message"), generation,
			text("lastTransitionTime"),
		})
	}
	return out
}

func conditionOf(object *unstructured.Unstructured, kind string) (Condition, bool) {
	for _, condition := range Conditions(object) {
		if condition.Type == kind {
			return condition, true
		}
	}
	return Condition{}, false
}

// hasFinalizer: does the operator hold this CR?
func hasFinalizer(object metav1.Object) bool {
	for _, finalizer := range object.GetFinalizers() {
		if finalizer == Finalizer {
			return true
		}
	}
	return false
}
