package faults

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/teleport-operator-caf/tests/apiproxy"
	"github.com/teleport-operator-caf/tests/harness"
)

// Each renewal of the Lease meets each way in which a request goes wrong, twice in a row: the lease is
// kept, or had again by the same process, and CRs are reconciled.
func TestLeaseRequestsGoWrong(t *testing.T) {
	t.Parallel()
	answers := []string{"409", "429", "cut-after-effect", "truncated"}
	if everything() {
		answers = slices.Sorted(maps.Keys(brokenAnswers))
	}
	w := newProxied(t, harness.Settings{})
	op := w.start()
	cr := waitSettled(w.Test, w.Create(role("fault-led", "login-0")))
	holder := w.leaseHolder()
	for i, answer := range answers {
		before := len(w.api.Requests(disturbed))
		remove := w.api.Add(apiproxy.Rule{
			Verb: "update", Resource: "leases", Count: 2, Fault: brokenAnswers[answer],
		})
		w.waitDisturbed("the lease met "+answer, before+2)
		remove()
		login := fmt.Sprintf("login-%d", i+1)
		waitSettled(w.Test, w.SetSpec(cr, loginSpec(login)))
		waitLogin(w.Test, "fault-led", login)
		if now := w.leaseHolder(); now != holder {
			t.Errorf("after %s the lease is %q's, it was %q's", answer, now, holder)
		}
	}
	w.Stop(op)
	t.Logf("T18: renewals of the lease × %d ways to go wrong", len(answers))
}

// leaseHolder is who holds the only Lease of the namespace.
func (w *proxied) leaseHolder() string {
	w.Helper()
	leases, err := w.Kube.CoordinationV1().Leases(w.Namespace).List(w.Context, metav1.ListOptions{})
	if err != nil {
		w.Fatal(err)
	}
	if len(leases.Items) != 1 || leases.Items[0].Spec.HolderIdentity == nil {
		w.Fatalf("%d leases: %+v", len(leases.Items), leases.Items)
	}
	return *leases.Items[0].Spec.HolderIdentity
}
