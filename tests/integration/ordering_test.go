package integration

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/gravitational/teleport/api/types"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/teleport-operator-caf/tests/harness"
	"github.com/teleport-operator-caf/tests/teleport"
)

// several wait for the same thing: one of them may just be trying again by its back-off when that
// arrives, but not all of them.
const several = 10

// Resources that Teleport refuses for want of another are there as soon as that one is: kinds with
// events and without, refusals of several forms.
func TestARefusedResourceComesWithTheOneThatItNeeds(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name    string
		waiting func(name string) *unstructured.Unstructured
		// How a Teleport that insists on this reference refuses; "" method: the test Teleport does.
		method, refusal string
		needed          *unstructured.Unstructured
	}{
		{
			name:    "UserAndRole",
			waiting: waitingCR("TeleportUser", "roles: [needed]"),
			refusal: "role needed is not found",
			needed:  harness.CR("TeleportRoleV7", "needed", roleWithLogins("one")),
		},
		{
			name: "TokenAndBot",
			waiting: waitingCR("TeleportProvisionToken",
				"{roles: [Bot], bot_name: needed, join_method: kubernetes, "+
					"kubernetes: {type: in_cluster, allow: [{service_account: 'default:ci'}]}}"),
			method: "UpsertTokenV2", refusal: `bot "needed" does not exist`,
			needed: harness.CR("TeleportBotV1", "needed", "roles: []"),
		},
		{
			name:    "BotAndRole",
			waiting: waitingCR("TeleportBotV1", "roles: [needed]"),
			method:  "CreateBot", refusal: "role needed is not found",
			needed: harness.CR("TeleportRoleV6", "needed", roleWithLogins("one")),
		},
		{
			name: "AccessListAndRole",
			waiting: waitingCR("TeleportAccessList",
				"{title: t, owners: [{name: alice}], grants: {roles: [needed]}, "+
					"audit: {recurrence: {frequency: 3months, day_of_month: '1'}}}"),
			method: "UpsertAccessList", refusal: "grants: role 'needed' is not found",
			needed: harness.CR("TeleportRoleV7", "needed", roleWithLogins("one")),
		},
		{
			name: "ConnectorAndRole",
			waiting: func(name string) *unstructured.Unstructured {
				return connector(name, "value")
			},
			method: "CreateGithubConnector", refusal: "role access is not found.",
			needed: harness.CR("TeleportRoleV7", "access", roleWithLogins("one")),
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := harness.NewTest(t)
			op := h.StartOperator()
			if c.method != "" {
				refuse(h, teleport.Fault{Method: c.method, Code: "NOT_FOUND", Message: c.refusal})
			}
			var waiting []*unstructured.Unstructured
			for i := range several {
				waiting = append(waiting, h.Create(c.waiting(fmt.Sprintf("waiting-%d", i))))
			}
			for _, cr := range waiting {
				h.WaitConditionIn(longEnough, cr, harness.Condition{Type: "Ready", Status: "False", Message: c.refusal})
			}
			h.Teleport.ClearFaults()
			waitReady(h, h.Create(c.needed))
			for _, cr := range waiting {
				waitReady(h, cr)
			}
			mustHaveWoken(h, op, "waiting-")
		})
	}
}

func waitingCR(kind, spec string) func(name string) *unstructured.Unstructured {
	return func(name string) *unstructured.Unstructured { return harness.CR(kind, name, spec) }
}

// Roles and their users deleted in one go, the roles first: they go with the last user that has
// them.
func TestADeletionGoesOnWhenItsObstaclesAreGone(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	op := h.StartOperator()
	var roles []*unstructured.Unstructured
	var names string
	for i := range several {
		name := fmt.Sprintf("held-%d", i)
		roles = append(roles, h.Create(harness.CR("TeleportRoleV7", name, roleWithLogins("one"))))
		names += name + ", "
	}
	first := h.Create(harness.CR("TeleportUser", "first", "roles: ["+names+"]"))
	second := h.Create(harness.CR("TeleportUser", "second", "roles: ["+names+"]"))
	waitReady(h, first)
	waitReady(h, second)

	for _, role := range roles {
		h.Delete(role)
	}
	for _, role := range roles {
		h.WaitConditionIn(longEnough, role, harness.Condition{Type: "Ready", Status: "False", Message: `"first", "second"`})
	}
	h.Delete(first)
	h.SetSpec(second, "roles: []") // it stays, without the roles
	for _, role := range roles {
		h.WaitGoneIn(longEnough, role)
		h.MustNotBeInTeleport(types.KindRole, role.GetName())
	}
	h.WaitGoneIn(longEnough, first)
	waitReady(h, second)
	mustHaveWoken(h, op, "held-")
}

// One `kubectl apply` of users and their roles, users first, and one `kubectl delete` of all,
// roles first.
func TestManyInAnyOrder(t *testing.T) {
	t.Parallel()
	const users, roles = 200, 20
	h := harness.NewTest(t)
	h.StartOperator()
	var all []*unstructured.Unstructured
	for i := range users {
		all = append(all, h.Create(harness.CR("TeleportUser", fmt.Sprintf("user-%d", i),
			fmt.Sprintf("roles: [role-%d]", i%roles))))
	}
	for i := range roles {
		all = append(all, h.Create(harness.CR("TeleportRoleV7", fmt.Sprintf("role-%d", i), roleWithLogins("one"))))
	}
	h.EventuallyIn(2*longEnough, "all are ready", func(context.Context) error {
		return allReady(h, len(all))
	})
	t.Logf("%d users came with %d calls of CreateUser", users, h.Teleport.CallsOf("CreateUser"))
	for i := range users {
		writes := h.Teleport.Writes(types.KindUser, fmt.Sprintf("user-%d", i))
		// Where the API server was too busy to take the status, it is written once more.
		if writes["create"] != 1 || writes["delete"] != 0 {
			t.Errorf("writes of user %d: %v, wanted one create and no delete", i, writes)
		}
	}

	for i := range all {
		h.Delete(all[len(all)-1-i])
	}
	h.EventuallyIn(2*longEnough, "all are gone", func(context.Context) error {
		if left := h.AllCRs("TeleportUser", "TeleportRoleV7"); len(left) > 0 {
			return fmt.Errorf("%d are left, %s %s among them: %+v", len(left), left[0].GetKind(),
				left[0].GetName(), harness.Conditions(left[0]))
		}
		return nil
	})
	t.Logf("%d roles went with %d calls of DeleteRole", roles, h.Teleport.CallsOf("DeleteRole"))
	for i := range roles {
		h.MustNotBeInTeleport(types.KindRole, fmt.Sprintf("role-%d", i))
	}
}

func refuse(h *harness.Test, fault teleport.Fault) {
	h.Helper()
	if err := h.Teleport.SetFaults(fault); err != nil {
		h.Fatal(err)
	}
}

func allReady(h *harness.Test, wanted int) error {
	crs := h.AllCRs("TeleportUser", "TeleportRoleV7")
	if len(crs) != wanted {
		return fmt.Errorf("%d CRs, wanted %d", len(crs), wanted)
	}
	for _, cr := range crs {
		ready := false
		for _, one := range harness.Conditions(cr) {
			ready = ready || (one.Type == "Ready" && one.Status == "True")
		}
		if !ready {
			return fmt.Errorf("%s %s has %+v", cr.GetKind(), cr.GetName(), harness.Conditions(cr))
		}
	}
	return nil
}

// mustHaveWoken: of the CRs whose names begin so, at least one was looked at again since what it
// waited for had moved, not by its back-off.
func mustHaveWoken(h *harness.Test, op *harness.Operator, prefix string) {
	h.Helper()
	logs, _ := op.Output.Logs()
	for _, line := range logs {
		if line.Text("id") == "awaited-moved" && strings.HasPrefix(line.Text("name"), prefix) {
			return
		}
	}
	h.Errorf("none of %q was woken when what it waited for moved", prefix)
}
