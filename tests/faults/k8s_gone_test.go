package faults

import (
	"context"
	"fmt"
	"testing"

	"github.com/gravitational/teleport/api/types"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/teleport-operator-caf/tests/apiproxy"
	"github.com/teleport-operator-caf/tests/harness"
)

// Where the operator is told that its position is too old.
const (
	atConnect  = "connect"
	inStream   = "stream"
	onContinue = "continue"
)

// What happens while it hears nothing.
const (
	gapDelete = "delete" // with our finalizer: the operator has to do something
	gapVanish = "vanish" // a person takes the finalizer away: nothing but the list tells of it
	gapCreate = "create"
	gapEdit   = "edit"
)

// T15: the server no longer knows the version from which the operator wants to go on. One list, and
// whatever happened in the gap is known: also what is gone.
func TestPositionTooOld(t *testing.T) {
	cases := 0
	for _, where := range []string{atConnect, inStream, onContinue} {
		for _, reason := range []metav1.StatusReason{metav1.StatusReasonExpired, metav1.StatusReasonGone} {
			gaps := []string{gapDelete, gapVanish, gapCreate, gapEdit}
			cases += len(gaps)
			t.Run(fmt.Sprintf("%s/%s", where, reason), func(t *testing.T) {
				t.Parallel()
				w := newProxied(t, harness.Settings{})
				op := w.start()
				for i := range 3 { // more than a page, where it comes in pages
					waitSettled(w.Test, w.Create(role(fmt.Sprintf("fault-page-%d", i), "one")))
				}
				for _, gap := range gaps {
					w.loseAndFind(op, where, reason, gap)
				}
				w.mustHoldFinalizersFirst()
			})
		}
	}
	t.Logf("T15: %d cases", cases)
}

// loseAndFind lets one change happen while the watch is silent, then takes the position away.
func (w *proxied) loseAndFind(op *harness.Operator, where string, reason metav1.StatusReason, gap string) {
	w.Helper()
	name := "fault-" + gap
	var cr *unstructured.Unstructured
	if gap != gapCreate {
		cr = waitSettled(w.Test, w.Create(role(name, "before")))
	}
	w.atRest(op)
	watch := w.watching(rolePlural)
	w.api.Freeze(rolePlural)
	actors := w.objectActors(op)
	switch gap {
	case gapDelete:
		w.Delete(cr)
	case gapVanish:
		w.DropFinalizers(cr)
		w.Delete(cr)
	case gapCreate:
		cr = w.Create(role(name, "after"))
	case gapEdit:
		cr = w.SetSpec(cr, loginSpec("after"))
	}

	lists := len(w.wholeLists())
	expected := 1
	switch where {
	case atConnect:
		w.api.Add(apiproxy.Rule{
			Verb: "watch", Resource: rolePlural, Count: 1, Fault: apiproxy.Fault{Status: 410, Reason: reason},
		})
		watch.End()
	case inStream:
		watch.Refuse(410, reason)
	case onContinue:
		expected = 2 // one for the stream, one more for its token
		w.api.SetPageSize(2)
		w.api.Add(apiproxy.Rule{
			Verb: "list", Resource: rolePlural, Count: 1, Fault: apiproxy.Fault{Status: 410, Reason: reason},
			Match: func(call apiproxy.Call) bool { return call.Continue != "" },
		})
		watch.Refuse(410, reason)
	}

	switch gap {
	case gapDelete:
		w.WaitGoneIn(patience, cr)
		waitNoRole(w.Test, name)
	case gapVanish:
		w.waitObjectActors(op, actors-1)
		if w.Teleport.Get(types.KindRole, name) == nil {
			w.Errorf("%s: the role went with a CR whose finalizer a person took away", gap)
		}
	default:
		waitLogin(w.Test, name, "after")
		waitSettled(w.Test, cr)
	}
	w.watching(rolePlural)
	w.api.Thaw(rolePlural)
	w.api.SetPageSize(0)
	if found := len(w.wholeLists()) - lists; found != expected && w.allAnswered() {
		w.Errorf("%s %s %s: listed %d times, wanted %d", where, reason, gap, found, expected)
	}
	w.atRest(op)
}

// wholeLists are the lists of roles that were begun. A list of one object asks for the server's
// version, after a lost connection.
func (w *proxied) wholeLists() []*apiproxy.Request {
	return w.api.Requests(func(r *apiproxy.Request) bool {
		return r.Verb == "list" && r.Resource == rolePlural && r.Continue == "" && r.Limit != "1"
	})
}

// objectActors is how many CRs the operator looks after.
func (w *proxied) objectActors(op *harness.Operator) int {
	w.Helper()
	scraped, err := op.Scrape(w.Context)
	if err != nil {
		w.Fatal(err)
	}
	return int(scraped.Sum("teleport_operator_actors", "actor", "object_actor"))
}

func (w *proxied) waitObjectActors(op *harness.Operator, wanted int) {
	w.Helper()
	w.EventuallyIn(patience, fmt.Sprintf("%d object actors", wanted), func(ctx context.Context) error {
		scraped, err := op.Scrape(ctx)
		if err != nil {
			return err
		}
		if found := int(scraped.Sum("teleport_operator_actors", "actor", "object_actor")); found != wanted {
			return fmt.Errorf("%d", found)
		}
		return nil
	})
}

// atRest waits until no pass runs or waits.
func (w *proxied) atRest(op *harness.Operator) {
	w.Helper()
	w.EventuallyIn(patience, "the operator is at rest", func(ctx context.Context) error {
		scraped, err := op.Scrape(ctx)
		if err != nil {
			return err
		}
		for _, gauge := range []string{"controller_runtime_active_workers", "workqueue_depth"} {
			if busy := scraped.Sum(gauge); busy != 0 {
				return fmt.Errorf("%s is %v", gauge, busy)
			}
		}
		return nil
	})
}
