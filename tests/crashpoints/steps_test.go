package crashpoints

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	apitypes "k8s.io/apimachinery/pkg/types"

	"github.com/teleport-operator-caf/tests/harness"
	"github.com/teleport-operator-caf/tests/workload"
)

// step is one thing that people do to a CR or to its resource, and what the operator then has to
// bring about.
type step struct {
	do func(h *harness.Test, one instance) error
	// meanwhile is what people do, too, when the process has died in this step and is not back yet.
	meanwhile func(h *harness.Test, one instance) error
	// done is nil when the operator has done it all. cr is nil when there is none.
	done func(h *harness.Test, one instance, cr *unstructured.Unstructured) error
	// removes: the CR is gone after it.
	removes bool
}

func create(version int) step { return annotatedCreate(version, "") }

func annotatedCreate(version int, annotation string) step {
	return step{
		do: func(h *harness.Test, one instance) error {
			return createCR(h, one, version, annotation)
		},
		done: settledAt(version),
	}
}

func createCR(h *harness.Test, one instance, version int, annotation string) error {
	cr := one.kind.Custom(one.name(), one.mark(version), idpSecret)
	if annotation != "" {
		harness.WithAnnotation(cr, annotation, "true")
	}
	_, err := h.Dynamic.Resource(one.kind.Resource()).Namespace(h.Namespace).
		Create(h.Context, cr, metav1.CreateOptions{})
	return err
}

func createUnowned(version int) step {
	made := create(version)
	made.done = func(_ *harness.Test, _ instance, cr *unstructured.Unstructured) error {
		return readyIs(cr, metav1.ConditionFalse)
	}
	return made
}

func edit(version int) step {
	return step{
		do: func(h *harness.Test, one instance) error {
			return setSpec(h, one, one.kind.Custom("", one.mark(version), idpSecret).Object["spec"])
		},
		done: settledAt(version),
	}
}

// breakSpec makes the spec one that can't be decoded.
func breakSpec() step {
	return step{
		do: func(h *harness.Test, one instance) error {
			labels := map[string]any{"env": map[string]any{"not": "text"}}
			return setSpec(h, one, map[string]any{"allow": map[string]any{"node_labels": labels}})
		},
		done: func(_ *harness.Test, _ instance, cr *unstructured.Unstructured) error {
			return readyIs(cr, metav1.ConditionFalse)
		},
	}
}

// vanish is what somebody does in Teleport; the operator puts the resource back.
func vanish(version int) step {
	return step{
		do: func(h *harness.Test, one instance) error {
			return h.Teleport.Delete(one.kind.Teleport, one.teleportName())
		},
		done: func(h *harness.Test, one instance, cr *unstructured.Unstructured) error {
			if err := settledAt(version)(h, one, cr); err != nil {
				return err
			}
			known, _, _ := unstructured.NestedString(cr.Object, "status", "teleportRevision")
			stored := h.Teleport.Get(one.kind.Teleport, one.teleportName())
			if stored == nil || stored.GetRevision() != known {
				return fmt.Errorf("its status is about revision %s", known)
			}
			return nil
		},
	}
}

func remove(stays bool) step {
	return step{
		removes: true,
		do: func(h *harness.Test, one instance) error {
			return h.Dynamic.Resource(one.kind.Resource()).Namespace(h.Namespace).
				Delete(h.Context, one.name(), metav1.DeleteOptions{})
		},
		done: func(h *harness.Test, one instance, cr *unstructured.Unstructured) error {
			if cr != nil {
				return fmt.Errorf("it is there: finalizers %v, %+v", cr.GetFinalizers(), harness.Conditions(cr))
			}
			if there := h.Teleport.Get(one.kind.Teleport, one.teleportName()) != nil; there != stays {
				return fmt.Errorf("in Teleport: %v, wanted %v", there, stays)
			}
			return nil
		},
	}
}

// ignoreAndRemove: a CR that is ignored goes and leaves its resource alone.
func ignoreAndRemove() step {
	removed := remove(true)
	return step{
		do: func(h *harness.Test, one instance) error {
			patch := `{"metadata":{"annotations":{"` + harness.IgnoreAnnotation + `":"true"}}}`
			if err := patchCR(h, one, apitypes.MergePatchType, patch); err != nil {
				return err
			}
			return removed.do(h, one)
		},
		done: removed.done,
	}
}

func setSpec(h *harness.Test, one instance, spec any) error {
	text, err := json.Marshal([]map[string]any{{"op": "add", "path": "/spec", "value": spec}})
	if err != nil {
		return err
	}
	return patchCR(h, one, apitypes.JSONPatchType, string(text))
}

func patchCR(h *harness.Test, one instance, kind apitypes.PatchType, body string) error {
	_, err := h.Dynamic.Resource(one.kind.Resource()).Namespace(h.Namespace).
		Patch(h.Context, one.name(), kind, []byte(body), metav1.PatchOptions{})
	return err
}

// settledAt: Ready about the newest generation, and Teleport has this version.
func settledAt(version int) func(*harness.Test, instance, *unstructured.Unstructured) error {
	return func(h *harness.Test, one instance, cr *unstructured.Unstructured) error {
		if err := readyIs(cr, metav1.ConditionTrue); err != nil {
			return err
		}
		stored, err := h.Teleport.GetJSON(one.kind.Teleport, one.teleportName())
		if err == nil && !strings.Contains(string(stored), one.mark(version)) {
			err = fmt.Errorf("Teleport has another version than %d", version)
		}
		return err
	}
}

// readyIs: it says so of the newest generation.
func readyIs(cr *unstructured.Unstructured, status metav1.ConditionStatus) error {
	if cr == nil {
		return errors.New("there is no CR")
	}
	for _, condition := range harness.Conditions(cr) {
		if condition.Type == "Ready" && condition.Status == string(status) &&
			condition.ObservedGeneration == cr.GetGeneration() {
			return nil
		}
	}
	return fmt.Errorf("generation %d, %+v", cr.GetGeneration(), harness.Conditions(cr))
}

// snapshot is both sides of one CR, without what differs between any two runs or CRs of a script.
func snapshot(h *harness.Test, one instance, cr *unstructured.Unstructured) (string, error) {
	text := "no CR"
	if cr != nil {
		object := workload.MaskCR(one.kind, cr.DeepCopy().Object)
		if hash, there, _ := unstructured.NestedString(object, "status", "appliedHash"); there && hash != "" {
			_ = unstructured.SetNestedField(object, "HASH", "status", "appliedHash")
		}
		raw, err := json.Marshal(object)
		if err != nil {
			return "", err
		}
		text = string(raw)
	}
	if h.Teleport.Get(one.kind.Teleport, one.teleportName()) == nil {
		text += "\nnothing in Teleport"
	} else {
		raw, err := h.Teleport.GetJSON(one.kind.Teleport, one.teleportName())
		if err != nil {
			return "", err
		}
		var object map[string]any
		if err := json.Unmarshal(raw, &object); err != nil {
			return "", err
		}
		if raw, err = json.Marshal(workload.MaskResource(object)); err != nil {
			return "", err
		}
		text += "\n" + string(raw)
	}
	base := fmt.Sprint(1000 + one.number)
	return strings.NewReplacer(one.name(), "NAME", h.Namespace, "NAMESPACE",
		base+"1", "VERSION1", base+"2", "VERSION2", base+"3", "VERSION3").Replace(text), nil
}
