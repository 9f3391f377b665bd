package faults

import (
	"fmt"
	"testing"

	"github.com/teleport-operator-caf/tests/apiproxy"
	"github.com/teleport-operator-caf/tests/harness"
)

// T16: streams that break, and connections that the server wants to be rid of, cost no list and lose
// nothing.
func TestWatchesThatBreakAreResumed(t *testing.T) {
	breaks := map[string]func(*proxied, *apiproxy.Watch){
		"end":   func(_ *proxied, watch *apiproxy.Watch) { watch.End() },
		"reset": func(_ *proxied, watch *apiproxy.Watch) { watch.Break() },
		"cut":   func(w *proxied, _ *apiproxy.Watch) { w.api.CutConnections() },
		"server-error": func(w *proxied, watch *apiproxy.Watch) {
			w.api.Add(apiproxy.Rule{
				Verb: "watch", Resource: rolePlural, Count: 1, Fault: apiproxy.Fault{Status: 503, RetryAfter: 1},
			})
			watch.End()
		},
		"no-bookmarks": func(w *proxied, watch *apiproxy.Watch) {
			w.api.FilterBookmarks(true)
			watch.End()
		},
		"go-away": func(w *proxied, watch *apiproxy.Watch) {
			w.api.Add(apiproxy.Rule{Count: 5, Fault: apiproxy.Fault{GoAway: true}})
			watch.End()
		},
	}
	rounds := 5
	if everything() {
		rounds = 100
	}
	for name, disturb := range breaks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newProxied(t, harness.Settings{})
			w.start()
			cr := waitSettled(w.Test, w.Create(role("fault-resumed", "login-0")))
			lists := len(w.wholeLists())
			for round := range rounds {
				watch := w.watching(rolePlural)
				opened := w.count("watch", rolePlural)
				disturb(w, watch)
				login := fmt.Sprintf("login-%d", round+1)
				cr = w.SetSpec(cr, loginSpec(login))
				waitLogin(w.Test, cr.GetName(), login)
				w.waitMore("watch", rolePlural, opened)
				waitSettled(w.Test, cr)
			}
			if more := len(w.wholeLists()) - lists; more != 0 {
				t.Errorf("%d lists for %d broken watches, wanted none", more, rounds)
			}
			w.mustHoldFinalizersFirst()
		})
	}
	t.Logf("T16: %d ways × %d rounds", len(breaks), rounds)
}
