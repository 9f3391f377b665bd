package faults

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/gravitational/teleport/api/types"

	"github.com/teleport-operator-caf/tests/harness"
	"github.com/teleport-operator-caf/tests/workload"
)

// T14: two events that cancel each other are never seen, only the state after both. The operator must
// not depend on having seen them, and has nothing to write.
func TestMissedEvents(t *testing.T) {
	pairs := map[string]struct {
		change func(w *proxied)
		writes int    // to Teleport
		login  string // what the role says then; "": there is none
	}{
		"create-delete": {
			change: func(w *proxied) { w.Delete(w.Create(role("fault-brief", "never"))) },
			login:  "one",
		},
		"edit-revert": {
			change: func(w *proxied) { w.SetSpec(w.SetSpec(role("fault-missed", ""), loginSpec("two")), loginSpec("one")) },
			login:  "one",
		},
		"annotate-and-back": {
			change: func(w *proxied) {
				w.Annotate(w.Annotate(role("fault-missed", ""), "example.com/note", "x"), "example.com/note", "")
			},
			login: "one",
		},
		"ignore-on-off": {
			change: func(w *proxied) {
				w.Annotate(w.Annotate(role("fault-missed", ""), harness.IgnoreAnnotation, "true"), harness.IgnoreAnnotation, "")
			},
			login: "one",
		},
		"ignore-edit-off": {
			change: func(w *proxied) {
				cr := w.Annotate(role("fault-missed", ""), harness.IgnoreAnnotation, "true")
				w.Annotate(w.SetSpec(cr, loginSpec("two")), harness.IgnoreAnnotation, "")
			},
			writes: 1, login: "two",
		},
		"finalizer-gone-delete-recreate": {
			change: func(w *proxied) {
				w.DropFinalizers(role("fault-missed", ""))
				w.Delete(role("fault-missed", ""))
				w.Create(role("fault-missed", "two"))
			},
			writes: 1, login: "two",
		},
		"finalizer-gone-delete-recreate-same": {
			change: func(w *proxied) {
				w.DropFinalizers(role("fault-missed", ""))
				w.Delete(role("fault-missed", ""))
				w.Create(role("fault-missed", "one"))
			},
			writes: 1, login: "one", // nothing tells what its predecessor had sent
		},
	}
	for name, pair := range pairs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newProxied(t, harness.Settings{})
			op := w.start()
			waitSettled(w.Test, w.Create(role("fault-missed", "one")))
			w.atRest(op)
			watch := w.watching(rolePlural)
			writes := len(w.Teleport.Audit())
			lists := w.count("list", rolePlural)
			w.api.Freeze(rolePlural)
			pair.change(w)
			watch.Refuse(410, metav1.StatusReasonExpired)
			w.waitMore("list", rolePlural, lists)
			w.watching(rolePlural)
			w.api.Thaw(rolePlural)
			// What comes after is seen again, and so all that came before is over.
			waitSettled(w.Test, w.Create(role("fault-later", "one")))
			waitSettled(w.Test, w.Get(role("fault-missed", "")))
			waitLogin(w.Test, "fault-missed", pair.login)
			w.atRest(op)
			if w.Teleport.Get(types.KindRole, "fault-brief") != nil {
				t.Error("a CR that was gone before anybody saw it is in Teleport")
			}
			if found := len(w.Teleport.Audit()) - writes - 1; found != pair.writes && w.allAnswered() {
				t.Errorf("%d writes to Teleport, wanted %d: %+v", found, pair.writes, w.Teleport.Audit()[writes:])
			}
			for _, one := range workload.Insane(w.Teleport.Audit(), "fault-") {
				t.Error(one)
			}
			w.mustHoldFinalizersFirst()
		})
	}
	t.Logf("T14: %d pairs of events", len(pairs))
}
