package faults

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/teleport-operator-caf/tests/apiproxy"
	"github.com/teleport-operator-caf/tests/harness"
	"github.com/teleport-operator-caf/tests/workload"
)

// brokenCall is a sort of request.
type brokenCall struct {
	name string
	rule apiproxy.Rule
	// named: the rule is about the CR that provoke works on.
	named bool
	// ready: the CR is there and in sync before.
	ready bool
	// provoke leads to such a request. The CR ends with the login "two", or gone.
	provoke func(w *proxied, name string)
	gone    bool
}

var brokenCalls = []brokenCall{
	{
		name: "finalizer", rule: apiproxy.Rule{Verb: "patch", Resource: rolePlural, Subresource: "-"}, named: true,
		provoke: func(w *proxied, name string) { w.Create(role(name, "two")) },
	},
	{
		name: "status", rule: apiproxy.Rule{Verb: "patch", Resource: rolePlural, Subresource: "status"}, named: true,
		provoke: func(w *proxied, name string) { w.Create(role(name, "two")) },
	},
	{
		name: "status-of-edit", rule: apiproxy.Rule{Verb: "patch", Resource: rolePlural, Subresource: "status"},
		named: true, ready: true,
		provoke: func(w *proxied, name string) { w.SetSpec(role(name, ""), loginSpec("two")) },
	},
	{
		name: "event", rule: apiproxy.Rule{Verb: "create", Resource: "events"},
		provoke: func(w *proxied, name string) { w.Create(role(name, "two")) },
	},
	{
		name: "list", rule: apiproxy.Rule{Verb: "list", Resource: rolePlural}, ready: true,
		provoke: func(w *proxied, name string) {
			watch := w.watching(rolePlural)
			w.api.Freeze(rolePlural)
			w.SetSpec(role(name, ""), loginSpec("two"))
			watch.Refuse(http.StatusGone, metav1.StatusReasonExpired)
			w.api.Thaw(rolePlural)
		},
	},
	{
		name: "watch", rule: apiproxy.Rule{Verb: "watch", Resource: rolePlural}, ready: true,
		provoke: func(w *proxied, name string) {
			w.watching(rolePlural).End()
			w.SetSpec(role(name, ""), loginSpec("two"))
		},
	},
	{
		// A pass about a CR that has not changed reads it.
		name: "get", rule: apiproxy.Rule{Verb: "get", Resource: rolePlural}, named: true, ready: true,
		provoke: func(w *proxied, name string) { w.drift(name, "two") },
	},
	{
		name: "release", rule: apiproxy.Rule{Verb: "patch", Resource: rolePlural, Subresource: "-"},
		named: true, ready: true, gone: true,
		provoke: func(w *proxied, name string) { w.Delete(role(name, "")) },
	},
}

// brokenAnswers are what a request can meet.
var brokenAnswers = map[string]apiproxy.Fault{
	"409":                {Status: http.StatusConflict, Reason: metav1.StatusReasonConflict},
	"429":                {Status: http.StatusTooManyRequests, RetryAfter: 1},
	"500":                {Status: http.StatusInternalServerError, Reason: metav1.StatusReasonInternalError},
	"503":                {Status: http.StatusServiceUnavailable, RetryAfter: 1},
	"504":                {Status: http.StatusGatewayTimeout, Reason: metav1.StatusReasonTimeout},
	"500-after-effect":   {Status: http.StatusInternalServerError, AfterEffect: true},
	"truncated":          {Truncate: true},
	"slow":               {SlowBytes: 20 * time.Millisecond},
	"reset":              {Reset: true},
	"reset-after-effect": {Reset: true, AfterEffect: true},
	"cut":                {Cut: true},
	"cut-after-effect":   {Cut: true, AfterEffect: true},
}

// Each sort of request to the API server meets each way in which one goes wrong, twice in a row: the
// CR gets where it would have got, and nothing is created twice.
func TestEveryCallGoesWrong(t *testing.T) {
	for _, call := range brokenCalls {
		t.Run(call.name, func(t *testing.T) {
			t.Parallel()
			w := newProxied(t, harness.Settings{})
			op := w.start()
			for _, answer := range slices.Sorted(maps.Keys(brokenAnswers)) {
				w.goWrong(call, answer)
			}
			w.atRest(op)
			w.mustHoldFinalizersFirst()
			for _, one := range workload.Insane(w.Teleport.Audit(), "fault-") {
				t.Error(one)
			}
			for name, creates := range workload.Creates(w.Teleport.Audit(), "fault-") {
				if creates != 1 {
					t.Errorf("%s was created %d times", name, creates)
				}
			}
			w.Stop(op)
		})
	}
	t.Logf("T18: %d sorts of requests × %d ways to go wrong = %d cases",
		len(brokenCalls), len(brokenAnswers), len(brokenCalls)*len(brokenAnswers))
}

func (w *proxied) goWrong(call brokenCall, answer string) {
	w.Helper()
	name := "fault-" + answer
	if call.ready {
		login := "one"
		if call.name == "get" {
			login = "two"
		}
		waitSettled(w.Test, w.Create(role(name, login)))
	}
	rule := call.rule
	rule.Fault, rule.Count = brokenAnswers[answer], 2
	if call.named {
		rule.Name = name
	}
	remove := w.api.Add(rule)
	defer remove()
	before := len(w.api.Requests(disturbed))
	call.provoke(w, name)
	w.waitDisturbed(call.name+" met "+answer, before+1)
	if call.gone {
		w.WaitGoneIn(patience, role(name, ""))
		waitNoRole(w.Test, name)
		return
	}
	waitLogin(w.Test, name, "two")
	waitSettled(w.Test, role(name, ""))
}

// waitDisturbed waits until so many requests met a fault.
func (w *proxied) waitDisturbed(what string, number int) {
	w.Helper()
	w.EventuallyIn(patience, what, func(context.Context) error {
		if found := len(w.api.Requests(disturbed)); found < number {
			return fmt.Errorf("%d of %d", found, number)
		}
		return nil
	})
}

// disturbed requests met a fault.
func disturbed(r *apiproxy.Request) bool { return r.Fault() != (apiproxy.Fault{}) }
