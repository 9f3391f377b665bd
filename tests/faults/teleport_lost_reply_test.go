package faults

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/teleport-operator-caf/tests/harness"
	"github.com/teleport-operator-caf/tests/teleport"
	"github.com/teleport-operator-caf/tests/workload"
)

// lostCase is one CR whose life is disturbed at one call to Teleport.
type lostCase struct {
	kind  workload.Kind
	verb  string // the write that is hit: create, update or delete
	code  string // what is answered in place of what the call came to
	after bool   // the call is carried out first
	times int    // in a row
	looks bool   // the answers of all other calls about the resource are lost as well
}

func (c lostCase) String() string {
	when := "before"
	if c.after {
		when = "after"
	}
	what := "write"
	if c.looks {
		what = "all"
	}
	text := fmt.Sprintf("%s-%s-%s-%s-%d-%s", c.verb, what, c.code, when, c.times, c.kind.CR)
	return strings.ToLower(strings.ReplaceAll(text, "_", "-"))
}

// faults are those of the case, which hit calls about its own resource only.
func (c lostCase) faults(methods writeMethods) []teleport.Fault {
	fault := teleport.Fault{
		Method: methods[c.kind.CR][c.verb], Resource: c.kind.NameInTeleport(c.String()),
		Code: c.code, Count: c.times, AfterEffect: c.after,
	}
	if c.looks {
		fault.Method = "*"
	}
	return []teleport.Fault{fault}
}

// lostCases is every write of every kind × code × carried out or not, and for the codes that leave it
// open whether it was, five times in a row, alone and together with every look.
func lostCases() []lostCase {
	var all []lostCase
	for _, kind := range plainKinds {
		for _, verb := range []string{"create", "update", "delete"} {
			for _, code := range []string{
				"UNAVAILABLE", "DEADLINE_EXCEEDED", "RESOURCE_EXHAUSTED", "ABORTED", "INTERNAL", "UNKNOWN",
			} {
				for _, after := range []bool{false, true} {
					all = append(all, lostCase{kind, verb, code, after, 1, false})
				}
			}
			for _, code := range []string{"UNAVAILABLE", "DEADLINE_EXCEEDED"} {
				for _, looks := range []bool{false, true} {
					all = append(all, lostCase{kind, verb, code, true, 5, looks})
				}
			}
		}
	}
	return all
}

// Every write to Teleport is answered with an error, whether it was carried out or not: the CR gets
// where it would have got, nothing is created, updated or deleted twice, nothing is left over.
func TestLostRepliesOfTeleport(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	// A Lease that an overloaded machine can't lose: who leads is not what this is about.
	op := h.StartOperatorWith(harness.OperatorOptions{Flags: map[string]string{
		"leader-elect-lease-duration": "300s", "leader-elect-renew-deadline": "280s",
	}})
	seen := h.Witness(kindsOf(plainKinds)...)
	methods := findWriteMethods(h, seen)
	cases := lostCases()
	failures, repeated := make([]error, len(cases)), make([]bool, len(cases))
	turns := make(chan struct{}, 200) // CRs that are on their way at once
	var wait sync.WaitGroup
	for i, one := range cases {
		wait.Go(func() {
			turns <- struct{}{}
			defer func() { <-turns }()
			repeated[i], failures[i] = one.run(h, seen, methods)
		})
	}
	wait.Wait()
	for i, err := range failures {
		if err != nil {
			t.Errorf("%s: %v", cases[i], err)
		}
	}
	mustRepeatForAReason(h, op, cases, repeated)
	t.Logf("lost replies of Teleport: %d cases", len(cases))
}

// mustRepeatForAReason: a write is repeated only when the API server did not take the note of it, which
// happens when the machine is overloaded.
func mustRepeatForAReason(h *harness.Test, op *harness.Operator, cases []lostCase, repeated []bool) {
	h.Helper()
	var names []string
	for i, again := range repeated {
		if again {
			names = append(names, cases[i].String())
		}
	}
	scraped, err := op.Scrape(h.Context)
	if err != nil {
		h.Fatal(err)
	}
	patches := scraped.Sum("rest_client_requests_total", "method", "PATCH")
	refused := patches - scraped.Sum("rest_client_requests_total", "method", "PATCH", "code", "200")
	if float64(len(names)) > refused {
		h.Errorf("%d writes were repeated, and %v patches of CRs failed: %v", len(names), refused, names)
	}
}

// run takes one CR through creation, an edit where that is what is hit, and deletion.
func (c lostCase) run(h *harness.Test, seen *harness.Witness, methods writeMethods) (repeated bool, err error) {
	life := crLife{h, seen, c.kind, c.String()}
	arm := func(verb string) error {
		if verb != c.verb {
			return nil
		}
		return h.Teleport.SetFaults(c.faults(methods)...)
	}
	wanted := []string{"create"}
	if err := arm("create"); err != nil {
		return false, err
	}
	if err := life.create("10001"); err != nil {
		return false, err
	}
	if c.verb == "update" {
		wanted = append(wanted, "update")
		if err := arm("update"); err != nil {
			return false, err
		}
		if err := life.edit("10002"); err != nil {
			return false, err
		}
	}
	wanted = append(wanted, "delete")
	if err := arm("delete"); err != nil {
		return false, err
	}
	if err := life.remove(); err != nil {
		return false, err
	}
	found := life.writes()
	again := slices.Insert(slices.Clone(wanted), len(wanted)-1, "update")
	repeated = slices.Equal(found, again)
	if !repeated && !slices.Equal(found, wanted) {
		return false, fmt.Errorf("Teleport carried out %v, wanted %v", found, wanted)
	}
	return repeated, c.mustHaveHit(h, methods)
}

// mustHaveHit: a case whose fault never struck shows nothing. One that five answers are to be lost to
// may need fewer: a look that finds the write done ends it.
func (c lostCase) mustHaveHit(h *harness.Test, methods writeMethods) error {
	for _, fault := range h.Teleport.Faults() {
		if fault.Resource == c.kind.NameInTeleport(c.String()) && fault.Count == c.times {
			return fmt.Errorf("no call %s came", c.faults(methods)[0].Method)
		}
	}
	return nil
}

// writeMethods are the calls by which CR kinds are written: kind → create, update, delete → method.
type writeMethods map[string]map[string]string

// findWriteMethods takes one CR of each kind through its life, undisturbed.
func findWriteMethods(h *harness.Test, seen *harness.Witness) writeMethods {
	h.Helper()
	methods := writeMethods{}
	for _, kind := range plainKinds {
		life := crLife{h, seen, kind, "undisturbed-" + strings.ToLower(kind.CR)}
		for _, step := range []func() error{
			func() error { return life.create("10001") }, func() error { return life.edit("10002") }, life.remove,
		} {
			if err := step(); err != nil {
				h.Fatalf("undisturbed: %v", err)
			}
		}
		of := map[string]string{}
		for _, write := range life.audit() {
			of[write.Verb] = write.Method
		}
		if len(of) != 3 {
			h.Fatalf("%s was written by %v", kind.CR, of)
		}
		methods[kind.CR] = of
	}
	return methods
}

// A call that Teleport does not answer at all ends at its deadline, and nothing is lost.
func TestTeleportThatNeverAnswersACall(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	h.StartOperator()
	seen := h.Witness(kindsOf(plainKinds)...)
	var wait sync.WaitGroup
	failures := make([]error, len(plainKinds))
	for i, kind := range plainKinds {
		life := crLife{h, seen, kind, "hung-" + strings.ToLower(kind.CR)}
		// Longer than the deadline of a call; the effect never comes.
		hung := teleport.Fault{Method: "*", Resource: life.inTeleport(), LatencyMS: 60_000, Count: 1}
		if err := h.Teleport.SetFaults(hung); err != nil {
			t.Fatal(err)
		}
		wait.Go(func() {
			if failures[i] = life.create("10001"); failures[i] == nil {
				failures[i] = life.remove()
			}
		})
	}
	wait.Wait()
	for i, err := range failures {
		if err != nil {
			t.Errorf("%s: %v", plainKinds[i].CR, err)
		}
	}
	if left := h.Teleport.Faults(); len(left) != 0 {
		t.Errorf("no call was hung for %v", left)
	}
	t.Logf("Teleport that never answers a call: %d cases", len(plainKinds))
}
