package integration

import (
	"context"
	"fmt"
	"testing"

	"github.com/gravitational/teleport/api/types"

	"github.com/teleport-operator-caf/tests/harness"
	"github.com/teleport-operator-caf/tests/teleport"
)

func TestTeleportsRefusalIsOnTheCR(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	h.StartOperator()
	const why = "selector *:<val> is not supported" // literally so, in the official validation
	cr := h.Create(harness.CR("TeleportRoleV7", "rejected", "allow: {node_labels: {'*': [one]}}"))
	current := h.WaitCondition(cr, harness.Condition{
		Type: "SuccessfullyReconciled", Status: "False", Reason: "TeleportError",
		Message: "Teleport returned the error: ",
	})
	h.MustHave(current, harness.Condition{Type: "SuccessfullyReconciled", Status: "False", Message: why})
	h.MustHave(current, harness.Condition{Type: "Ready", Status: "False"})
	h.MustHave(current, harness.Condition{Type: "ValidStructure", Status: "True"})
	h.WaitEvent(cr, "Warning", why)

	cr = h.WaitReady(h.SetSpec(cr, roleWithLogins("one")))
	h.MustHave(cr, harness.Condition{Type: "SuccessfullyReconciled", Status: "True", Reason: "NoError"})
}

// A user before its role: refused, and accepted without an edit once the role is there.
func TestUserWaitsForItsRole(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	h.StartOperator()
	user := h.Create(harness.CR("TeleportUser", "early", "roles: [late]"))
	h.WaitCondition(user, harness.Condition{
		Type: "SuccessfullyReconciled", Status: "False", Reason: "TeleportError",
		Message: "role late is not found",
	})
	h.MustNotBeInTeleport(types.KindUser, "early")
	h.WaitReady(h.Create(harness.CR("TeleportRoleV7", "late", roleWithLogins("one"))))
	h.WaitReadyLater(user)
}

// What failed for a while is done when it no longer fails, and says so only at the end.
func TestPassingFailureIsRetried(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"UNAVAILABLE", "RESOURCE_EXHAUSTED", "DEADLINE_EXCEEDED", "INTERNAL"} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			h := harness.NewTest(t)
			h.StartOperator()
			fault := teleport.Fault{Method: "UpsertRoleV2", Code: code, Count: 2}
			if err := h.Teleport.SetFaults(fault); err != nil {
				t.Fatal(err)
			}
			cr := h.WaitReadyLater(h.Create(harness.CR("TeleportRoleV7", "retried", roleWithLogins("one"))))
			h.MustHave(cr, harness.Condition{Type: "SuccessfullyReconciled", Status: "True"})
		})
	}
}

// A write that took effect but whose answer was lost is found in place, not repeated
// (facts/controller-testing.md T4).
func TestLostAnswerIsNotRepeated(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	h.StartOperator()
	lost := teleport.Fault{Method: "CreateUser", Code: "UNAVAILABLE", Count: 1, AfterEffect: true}
	if err := h.Teleport.SetFaults(lost); err != nil {
		t.Fatal(err)
	}
	h.WaitReady(h.Create(harness.CR("TeleportUser", "once", "traits: {logins: [one]}")))
	if writes := h.Teleport.Writes(types.KindUser, "once"); writes["create"] != 1 || len(writes) != 1 {
		t.Errorf("writes in Teleport: %v, wanted one create", writes)
	}
}

// Repeats of one refusal are one Event with a count.
func TestRepeatedRefusalIsOneEvent(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	h.StartOperator()
	cr := h.Create(harness.CR("TeleportUser", "again", "roles: [nobody]"))
	h.WaitEvent(cr, "Warning", "role nobody is not found")
	for i := range 4 {
		calls := h.Teleport.CallsOf("CreateUser")
		h.Annotate(cr, "touched", fmt.Sprint(i))
		h.Eventually("another try", func(context.Context) error {
			if now := h.Teleport.CallsOf("CreateUser"); now <= calls {
				return fmt.Errorf("%d CreateUser calls as before", now)
			}
			return nil
		})
	}
	warnings := 0
	for _, event := range h.Events(cr) {
		if event.Type == "Warning" {
			warnings++
		}
	}
	if warnings != 1 {
		t.Errorf("%d Warning Events for one repeated refusal: %v", warnings, h.Events(cr))
	}
}
