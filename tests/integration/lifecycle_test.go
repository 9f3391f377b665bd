package integration

import (
	"fmt"
	"testing"

	"github.com/gravitational/teleport/api/types"

	"github.com/teleport-operator-caf/tests/harness"
)

// What a reader of the CR sees after each step (facts/operator-behaviour.md §2.8).
func TestConditionsSayWhatHappened(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	h.StartOperator()

	cr := h.WaitReady(h.Create(harness.CR("TeleportRoleV7", "conditions", roleWithLogins("one"))))
	h.MustHave(cr, harness.Condition{Type: "ValidStructure", Status: "True", Reason: "NoError",
		Message: "Kubernetes CR was successfully decoded."})
	h.MustHave(cr, harness.Condition{Type: "TeleportResourceOwned", Status: "True", Reason: "NewResource",
		Message: "No existing Teleport Resource found with that name. The created Resource is owned by the operator."})
	reconciled := harness.Condition{Type: "SuccessfullyReconciled", Status: "True", Reason: "NoError",
		Message: "Teleport Resource was successfully reconciled, no error was returned by Teleport."}
	h.MustHave(cr, reconciled)
	first := harness.Conditions(cr)
	h.WaitEvent(cr, "Normal", "")

	cr = h.WaitReady(h.SetSpec(cr, roleWithLogins("one, two")))
	h.MustHave(cr, reconciled)
	for _, condition := range harness.Conditions(cr) {
		for _, before := range first {
			if before.Type == condition.Type && before.Status == condition.Status &&
				before.LastTransitionTime != condition.LastTransitionTime {
				t.Errorf("%s is %s as before, but its lastTransitionTime moved", condition.Type, condition.Status)
			}
		}
	}
}

// Labels and description come from the CR; labels are replaced as a whole (§2.4, 7).
func TestMetadataFollowsTheCR(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	h.StartOperator()
	cr := harness.WithAnnotation(harness.CR("TeleportRoleV7", "labelled", roleWithLogins("one")),
		"description", "for tests")
	cr.SetLabels(map[string]string{"team": "blue"})
	cr = h.WaitReady(h.Create(cr))

	metadata := harness.InTeleport[*types.RoleV6](h, types.KindRole, "labelled").GetMetadata()
	if metadata.Description != "for tests" {
		t.Errorf("description %q", metadata.Description)
	}
	if len(metadata.Labels) != 2 || metadata.Labels["team"] != "blue" {
		t.Errorf("labels %v", metadata.Labels)
	}

	h.Annotate(cr, "description", "")
	harness.WaitInTeleport(h, types.KindRole, "labelled", func(role *types.RoleV6) error {
		if text := role.GetMetadata().Description; text != "" {
			return fmt.Errorf("description %q", text)
		}
		return nil
	})
}

// The server records who made a user; an edit by the operator must not lose it (§7, 16).
func TestUserKeepsItsCreator(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	h.StartOperator()
	cr := h.WaitReady(h.Create(harness.CR("TeleportUser", "created", "traits: {logins: [one]}")))
	before := harness.InTeleport[*types.UserV2](h, types.KindUser, "created").Spec.CreatedBy
	if before.User.Name != "bot-"+harness.BotName {
		t.Errorf("created by %q", before.User.Name)
	}
	h.WaitReady(h.SetSpec(cr, "traits: {logins: [two]}"))
	after := harness.InTeleport[*types.UserV2](h, types.KindUser, "created").Spec.CreatedBy
	if after.User.Name != before.User.Name || !after.Time.Equal(before.Time) {
		t.Errorf("created by %+v, before the edit %+v", after, before)
	}
}
