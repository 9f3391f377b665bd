package workload

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/teleport-operator-caf/tests/harness"
)

// State is both sides at the end of a run: name → JSON, without what differs between any two runs.
type State map[string]string

// Snapshot reads the CRs of these kinds in the test's namespace, and all resources of their kinds in
// its Teleport.
func Snapshot(h *harness.Test, kinds []Kind) State {
	h.Helper()
	all := State{}
	for _, kind := range kinds {
		list, err := h.Dynamic.Resource(kind.Resource()).Namespace(h.Namespace).List(h.Context, metav1.ListOptions{})
		if err != nil {
			h.Fatal(err)
		}
		for _, cr := range list.Items {
			all["CR "+kind.CR+" "+cr.GetName()] = masked(h, MaskCR(kind, cr.Object))
		}
	}
	for _, kind := range TeleportKinds(kinds) {
		for _, stored := range h.Teleport.List(kind) {
			text, err := h.Teleport.GetJSON(kind, stored.GetName())
			if err != nil {
				h.Fatal(err)
			}
			var object map[string]any
			if err := json.Unmarshal(text, &object); err != nil {
				h.Fatal(err)
			}
			all["Teleport "+kind+" "+stored.GetName()] = masked(h, MaskResource(object))
		}
	}
	return all
}

// MaskCR leaves out identity, times and history: of TeleportResourceOwned the reason, which tells
// whether the last pass created the resource or found it; and storedHash, which is unknown after a
// write that Teleport answers with nothing, until somebody looks. What appliedHash knows of a Secret
// is its identity.
func MaskCR(kind Kind, object map[string]any) map[string]any {
	for _, field := range []string{"uid", "resourceVersion", "creationTimestamp", "managedFields"} {
		unstructured.RemoveNestedField(object, "metadata", field)
	}
	for _, field := range []string{"teleportRevision", "storedHash"} {
		unstructured.RemoveNestedField(object, "status", field)
	}
	if kind.Secrets {
		unstructured.RemoveNestedField(object, "status", "appliedHash")
	}
	conditions, _, _ := unstructured.NestedSlice(object, "status", "conditions")
	byType := map[string]any{}
	for _, one := range conditions {
		condition := one.(map[string]any)
		delete(condition, "lastTransitionTime")
		if condition["type"] == "TeleportResourceOwned" {
			delete(condition, "reason")
			delete(condition, "message")
		}
		byType[condition["type"].(string)] = condition
	}
	if status, ok := object["status"].(map[string]any); ok {
		status["conditions"] = byType
	}
	return object
}

// MaskResource leaves out revisions and times of what Teleport has stored.
func MaskResource(object map[string]any) map[string]any {
	for _, path := range [][]string{
		{"metadata", "revision"}, {"metadata", "id"}, {"spec", "created_by", "time"}, {"spec", "created_at"},
	} {
		unstructured.RemoveNestedField(object, path...)
	}
	return object
}

func masked(h *harness.Test, object map[string]any) string {
	h.Helper()
	text, err := json.Marshal(object)
	if err != nil {
		h.Fatal(err)
	}
	return strings.ReplaceAll(string(text), h.Namespace, "NAMESPACE")
}

// Differences compares two ends; none is what a disturbed run must come to.
func (s State) Differences(reference State) []string {
	var all []string
	for name, wanted := range reference {
		found, there := s[name]
		switch {
		case !there:
			all = append(all, name+" is missing")
		case found != wanted:
			all = append(all, fmt.Sprintf("%s differs from the undisturbed run:\n  %s\n  %s", name, found, wanted))
		}
	}
	for name := range s {
		if _, wanted := reference[name]; !wanted {
			all = append(all, fmt.Sprintf("%s is left over: %s", name, s[name]))
		}
	}
	slices.Sort(all)
	return all
}

// MustBe fails the test with all differences.
func (s State) MustBe(h *harness.Test, reference State) {
	h.Helper()
	for _, one := range s.Differences(reference) {
		h.Error(one)
	}
}
