package faults

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/teleport-operator-caf/tests/apiproxy"
	"github.com/teleport-operator-caf/tests/harness"
	"github.com/teleport-operator-caf/tests/workload"
)

// stormShare of all requests go wrong.
const stormShare = 0.3

// mostAtOnce is how many requests, without watches, the client has out at most.
const mostAtOnce = 64

// T18: for as long as CRs are edited, three of ten requests are answered 409, 429 with Retry-After, 500,
// 503 or 504, some after they were carried out, or not at all.
func TestAPIErrorStorm(t *testing.T) {
	seeds, crs, edits := 1, 20, 6
	if everything() {
		seeds, crs, edits = 5, 100, 20
	}
	for seed := range seeds {
		t.Run(fmt.Sprintf("seed-%d", seed+1), func(t *testing.T) {
			t.Parallel()
			w := newProxied(t, harness.Settings{})
			op := w.start()
			w.storm(rand.New(rand.NewPCG(uint64(seed+1), 0)))
			roles := make([]*unstructured.Unstructured, crs)
			var all sync.WaitGroup
			for i := range roles {
				roles[i] = w.Create(role(fmt.Sprintf("fault-storm-%03d", i), "login-0"))
			}
			for _, one := range roles {
				all.Go(func() {
					for edit := range edits {
						login := fmt.Sprintf("login-%d", edit+1)
						w.SetSpec(one, loginSpec(login))
						if edit%2 == 1 { // else the next edit comes while the operator is at this one
							waitLogin(w.Test, one.GetName(), login)
						}
					}
				})
			}
			all.Wait()
			w.waitMore("patch", rolePlural, 3*crs)
			w.api.ClearRules()
			for _, one := range roles {
				waitLogin(w.Test, one.GetName(), fmt.Sprintf("login-%d", edits))
				waitSettled(w.Test, one)
			}
			w.atRest(op)
			w.mustHoldFinalizersFirst()
			w.mustHonourRetryAfter()
			w.mustKeepItsWindow()
			for _, one := range workload.Insane(w.Teleport.Audit(), "fault-") {
				t.Error(one)
			}
			for name, creates := range workload.Creates(w.Teleport.Audit(), "fault-") {
				if creates != 1 {
					t.Errorf("%s was created %d times", name, creates)
				}
			}
			t.Logf("T18: seed %d, %d CRs, %d edits, %d requests of which %d went wrong",
				seed+1, crs, crs*edits, len(w.api.Requests(nil)), len(w.api.Requests(wentWrong)))
			w.Stop(op)
		})
	}
}

func wentWrong(r *apiproxy.Request) bool {
	fault := r.Fault()
	return fault.Status != 0 || fault.Cut || fault.Reset
}

// storm lets stormShare of all requests go wrong until the rules are taken back.
func (w *proxied) storm(random *rand.Rand) {
	faults := []apiproxy.Fault{
		{Status: http.StatusTooManyRequests, RetryAfter: 1},
		{Status: http.StatusInternalServerError},
		{Status: http.StatusInternalServerError, AfterEffect: true},
		{Status: http.StatusServiceUnavailable},
		{Status: http.StatusGatewayTimeout, AfterEffect: true},
		{Reset: true},
		{Reset: true, AfterEffect: true},
		{Status: http.StatusConflict, Reason: "Conflict"},
	}
	// Decided before rules are tried, so that a request meets one fault or none.
	drawn := -1
	for i := range faults {
		w.api.Add(apiproxy.Rule{
			Match: func(call apiproxy.Call) bool {
				if i == 0 {
					drawn = -1
					if random.Float64() < stormShare {
						drawn = random.IntN(len(faults))
					}
					if call.Verb != "patch" && drawn == len(faults)-1 {
						drawn = 0 // nothing but a write conflicts
					}
				}
				return drawn == i
			},
			Fault: faults[i],
		})
	}
}

// mustHonourRetryAfter: no request about the same thing comes earlier than a 429 asked for. Events are
// independent of each other although they are created at one place.
func (w *proxied) mustHonourRetryAfter() {
	w.Helper()
	notBefore := map[string]time.Time{}
	refused := 0
	for _, one := range w.api.Requests(func(r *apiproxy.Request) bool { return r.Resource != "events" }) {
		thing := fmt.Sprintf("%s %s/%s %s", one.Verb, one.Resource, one.Subresource, one.Name)
		if limit := notBefore[thing]; one.Began.Before(limit) {
			w.Errorf("%s came %v too early", thing, limit.Sub(one.Began))
		}
		if fault := one.Fault(); fault.Status == http.StatusTooManyRequests && fault.RetryAfter > 0 {
			refused++
			notBefore[thing] = one.Answered().Add(time.Duration(fault.RetryAfter) * time.Second)
		}
	}
	if refused == 0 {
		w.Error("no 429 was answered: this run proves nothing")
	}
}

// mustKeepItsWindow: never are more requests under way than the client's window.
func (w *proxied) mustKeepItsWindow() {
	w.Helper()
	requests := w.api.Requests(func(r *apiproxy.Request) bool { return r.Verb != "watch" })
	for i, one := range requests {
		underWay := 1
		for _, earlier := range requests[:i] {
			if ended := earlier.Ended(); ended.IsZero() || ended.After(one.Began) {
				underWay++
			}
		}
		// Lists do not wait for the window: there is one a kind.
		if limit := mostAtOnce + harness.KindCount() + 1; underWay > limit {
			w.Errorf("%d requests under way at once, wanted %d at most", underWay, limit)
			return
		}
	}
}
