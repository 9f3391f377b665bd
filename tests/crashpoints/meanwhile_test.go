package crashpoints

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	apitypes "k8s.io/apimachinery/pkg/types"

	"github.com/teleport-operator-caf/tests/harness"
	"github.com/teleport-operator-caf/tests/workload"
)

// While the operator is down, in the middle of creating or editing, people go on: what they want
// last is what comes of it, and nothing is left of what they no longer want.
func TestPeopleActWhileItIsDown(t *testing.T) {
	t.Parallel()
	// A world each: an answer that is held keeps its place among the requests that may be under way.
	for name, act := range map[string]step{"edit": edit(3), "delete": remove(false), "recreate": recreate(3)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			actWhileItIsDown(t, act)
		})
	}
}

func actWhileItIsDown(t *testing.T, act step) {
	var all []instance
	for _, one := range cases(process, undisturbed(t)) {
		if one.plain && one.crash.step <= 1 {
			all = append(all, instance{interrupted(one.script, one.crash.step, act), len(all) + 1, one.crash})
		}
	}
	w := newWorld(t, all, nil)
	w.live()
	w.mustBeSane()
	creates := workload.Creates(w.Teleport.Audit(), "cp-")
	for _, one := range all {
		if made := creates[one.teleportName()]; made > 1 {
			t.Errorf("%s was created %d times in Teleport", w.title(one), made)
		}
	}
	t.Logf("%d cases, %d kills", len(all), w.kills)
}

// interrupted is the script up to this step, in which people do something else while nobody looks.
func interrupted(of *script, number int, act step) *script {
	changed := *of
	changed.steps = append(append([]step{}, of.steps[:number]...), step{
		do: of.steps[number].do, meanwhile: act.do, done: act.done,
	})
	if !act.removes {
		changed.steps = append(changed.steps, remove(false))
	}
	return &changed
}

// recreate: somebody takes the finalizer away, deletes the CR and makes one of the same name.
func recreate(version int) step {
	return step{
		do: func(h *harness.Test, one instance) error {
			err := patchCR(h, one, apitypes.MergePatchType, `{"metadata":{"finalizers":null}}`)
			if err != nil {
				return err
			}
			err = h.Dynamic.Resource(one.kind.Resource()).Namespace(h.Namespace).
				Delete(h.Context, one.name(), metav1.DeleteOptions{})
			if err != nil {
				return err
			}
			return createCR(h, one, version, "")
		},
		done: settledAt(version),
	}
}
