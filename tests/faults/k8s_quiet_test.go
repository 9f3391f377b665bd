package faults

import (
	"fmt"
	"testing"

	"github.com/teleport-operator-caf/tests/apiproxy"
	"github.com/teleport-operator-caf/tests/harness"
	"github.com/teleport-operator-caf/tests/teleport"
)

// windowEdits is how long it is watched that nothing is written: for as long as so many edits of
// another CR take, one after another.
const windowEdits = 25

// T21: what is in sync is not written, whatever happens beside it, and what fails for the same reason
// is not written again to say the same.
func TestQuiet(t *testing.T) {
	healthy := []int{1, 100}
	if everything() {
		healthy = append(healthy, 1000)
	}
	for _, count := range healthy {
		t.Run(fmt.Sprintf("healthy-%d", count), func(t *testing.T) {
			t.Parallel()
			w := newProxied(t, harness.Settings{})
			op := w.start()
			for i := range count {
				w.Create(role(fmt.Sprintf("fault-quiet-%03d", i), "one"))
			}
			for i := range count {
				waitSettled(w.Test, role(fmt.Sprintf("fault-quiet-%03d", i), ""))
			}
			w.mustBeQuiet(op)
		})
	}
	t.Run("refused-100", func(t *testing.T) {
		t.Parallel()
		w := newProxied(t, harness.Settings{})
		op := w.start()
		for i := range 100 {
			name := fmt.Sprintf("fault-refused-%03d", i)
			w.ApplyInTeleport("{kind: role, version: v7, metadata: {name: " + name + "}, spec: {allow: {logins: [theirs]}}}")
			w.Create(role(name, "one"))
		}
		for i := range 100 {
			waitNotOurs(w, role(fmt.Sprintf("fault-refused-%03d", i), ""))
		}
		w.mustBeQuiet(op)
	})
	t.Run("failing-100-in-other-words-each-time", failsInOtherWords)
	t.Logf("T21: %d windows of %d edits", len(healthy)+1, windowEdits)
}

// mustBeQuiet: no write about any CR but the one that is edited, and none to Teleport.
func (w *proxied) mustBeQuiet(op *harness.Operator) {
	w.Helper()
	probe := waitSettled(w.Test, w.Create(role("fault-probe", "login-0")))
	w.atRest(op)
	w.api.ForgetRequests()
	before := len(w.Teleport.Audit())
	for edit := range windowEdits {
		waitSettled(w.Test, w.SetSpec(probe, loginSpec(fmt.Sprintf("login-%d", edit+1))))
	}
	for _, one := range w.api.Requests((*apiproxy.Request).Writes) {
		about := one.Name == "fault-probe" || one.Resource == "leases" || one.Resource == "events"
		if !about {
			w.Errorf("%s %s/%s %s while nothing happened: %s", one.Verb, one.Resource, one.Subresource, one.Name, one.Body)
		}
	}
	for _, one := range w.Teleport.Audit()[before:] {
		if one.Name != "fault-probe" {
			w.Errorf("%s of %s %s while nothing happened", one.Verb, one.Kind, one.Name)
		}
	}
}

// failsInOtherWords: a server that puts ids and times into its errors must not turn each look into
// more than one write: the status says each text once, and the tries get rarer.
func failsInOtherWords(t *testing.T) {
	t.Parallel()
	w := newProxied(t, harness.Settings{})
	op := w.start()
	const crs, words = 100, 4
	for i := range crs {
		for word := range words {
			fault := teleport.Fault{
				Method: "UpsertRoleV2", Resource: fmt.Sprintf("fault-words-%03d", i), Count: 1, Code: "INTERNAL",
				Message: fmt.Sprintf("request %d-%d failed at step %d", i, word, word*7919%101),
			}
			if err := w.Teleport.SetFaults(fault); err != nil {
				t.Fatal(err)
			}
		}
		w.Create(role(fmt.Sprintf("fault-words-%03d", i), "one"))
	}
	for i := range crs {
		waitSettled(w.Test, role(fmt.Sprintf("fault-words-%03d", i), ""))
	}
	w.atRest(op)
	answered := w.allAnswered()
	for i := range crs {
		name := fmt.Sprintf("fault-words-%03d", i)
		tries := w.Teleport.CallsAbout(name)["/proto.AuthService/UpsertRoleV2"]
		said := map[string]int{}
		patches := 0
		for _, one := range w.api.Requests(apiproxy.About("patch", rolePlural)) {
			if one.Name == name && one.Subresource == "status" && one.TookEffect() {
				patches++
				said[string(one.Body)]++
			}
		}
		if tries < words+1 || (patches > tries && answered) {
			t.Errorf("%s: %d tries, wanted %d; %d writes of its status", name, tries, words+1, patches)
		}
		for body, times := range said {
			if times > 1 && answered {
				t.Errorf("%s: the same status was written %d times: %s", name, times, body)
			}
		}
	}
	w.mustHoldFinalizersFirst()
}
