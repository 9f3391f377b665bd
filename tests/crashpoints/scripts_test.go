package crashpoints

import (
	"fmt"

	"github.com/gravitational/teleport/api/types"

	"github.com/teleport-operator-caf/tests/harness"
	"github.com/teleport-operator-caf/tests/workload"
)

// script is the life of a CR: what people do to it, step after step. Each has a CR kind of its own,
// so that a supervisor is that of one script.
type script struct {
	name string
	kind workload.Kind
	// before is what is there when the operator starts.
	before func(h *harness.Test, one instance) error
	steps  []step
	// plain: created, edited and deleted, no more.
	plain bool
	// stays: Teleport has the resource after the CR is gone.
	stays bool
}

const idpSecret = "crash-idp"

func roleKind(cr string) workload.Kind {
	return workload.Kind{CR: cr, Teleport: types.KindRole, Spec: "allow: {logins: [login-NUMBER]}"}
}

// plain is created, edited and deleted.
func plain(name string, kind workload.Kind) script {
	return script{name: name, kind: kind, plain: true, steps: []step{create(1), edit(2), remove(false)}}
}

// scripts: eleven kinds that differ in what the operator has to do for them, and what else can
// happen to a CR.
var scripts = []script{
	plain("role", workload.KindOf("TeleportRoleV7")),
	plain("user", workload.KindOf("TeleportUser")),                 // another name, a field that is kept
	plain("token", workload.KindOf("TeleportProvisionToken")),      // writes that are answered with nothing
	plain("connector", workload.KindOf("TeleportGithubConnector")), // a value from a Secret
	plain("app", workload.KindOf("TeleportAppV3")),
	plain("database", workload.KindOf("TeleportDatabaseV3")),
	plain("lock", workload.KindOf("TeleportLockV2")), // upserts only
	plain("bot", workload.KindOf("TeleportBotV1")),   // brings a user and a role
	plain("identity", workload.KindOf("TeleportWorkloadIdentityV1")),
	plain("list", workload.Kind{
		CR: "TeleportAccessList", Teleport: types.KindAccessList,
		Spec: `{title: list-NUMBER, owners: [{name: alice}], grants: {roles: [dev], traits: {team: [dev]}},
  audit: {recurrence: {frequency: 3months, day_of_month: last}, notifications: {start: 336h}}}`,
	}),
	plain("node", workload.Kind{
		CR: "TeleportOpenSSHServerV2", Teleport: types.KindNode,
		Spec: "{addr: '10.0.0.1:22', hostname: node-NUMBER}",
	}),
	plain("scoped", workload.Kind{
		CR: "TeleportScopedRoleV1", Teleport: "scoped_role", Spec: "assignable_scopes: [/team-NUMBER]",
	}),
	{
		name: "adopt", kind: roleKind("TeleportRoleV8"), before: foreignRole,
		steps: []step{annotatedCreate(1, harness.AdoptAnnotation), edit(2), remove(false)},
	},
	{
		name: "unowned", kind: roleKind("TeleportRoleV6"), before: foreignRole, stays: true,
		steps: []step{createUnowned(1), remove(true)},
	},
	{
		name: "invalid", kind: roleKind("TeleportRole"),
		steps: []step{create(1), breakSpec(), edit(3), remove(false)},
	},
	{
		name: "drift", kind: roleKind("TeleportRoleV9"),
		steps: []step{create(1), vanish(1), remove(false)},
	},
	{
		name: "keep", stays: true,
		kind:  workload.Kind{CR: "TeleportLoginRule", Teleport: types.KindLoginRule, Spec: `{priority: 1, traits_map: {logins: ['"l-NUMBER"']}}`},
		steps: []step{annotatedCreate(1, harness.KeepAnnotation), edit(2), remove(true)},
	},
	{
		name: "ignore", stays: true,
		kind: workload.Kind{
			CR: "TeleportOktaImportRule", Teleport: types.KindOktaImportRule,
			Spec: "{priority: 10, mappings: [{match: [{app_ids: [app-NUMBER]}], add_labels: {team: dev}}]}",
		},
		steps: []step{create(1), edit(2), ignoreAndRemove()},
	},
}

// foreignRole is one that somebody made by hand.
func foreignRole(h *harness.Test, one instance) error {
	return h.Teleport.Apply([]byte(fmt.Sprintf(`kind: role
version: v7
metadata: {name: %s, labels: {made-by: hand}}
spec: {allow: {logins: [theirs]}}
`, one.teleportName())))
}

// instance is one CR that goes through a script.
type instance struct {
	*script
	number int
	crash  *crash // nil: nobody disturbs it
}

func (one instance) name() string { return fmt.Sprintf("cp-%s-%04d", one.script.name, one.number) }

func (one instance) teleportName() string { return one.kind.NameInTeleport(one.name()) }

// mark is a number of five digits that stands in the spec of one version of this CR only.
func (one instance) mark(version int) string { return fmt.Sprint((1000+one.number)*10 + version) }

func (one instance) id() string { return one.kind.CR + " " + one.name() }
