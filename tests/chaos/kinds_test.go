package chaos

import (
	"fmt"
	"strings"

	"github.com/gravitational/teleport/api/types"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/teleport-operator-caf/tests/harness"
)

// workKind is a kind of CR that the work is made of.
type workKind struct {
	cr       string
	teleport string
	// spec has NUMBER where it tells which state of which CR this is, and SECRET for the Secret that
	// it refers to.
	spec string
	// named is the name in Teleport, with NAME for the CR's own; "": that one.
	named string
	// secrets: its spec holds a reference. What the operator remembers of what it sent then depends
	// on the Secret's identity, which differs between any two runs.
	secrets bool
	// silent: Teleport's event stream tells nothing of it, so what is deleted there stays away until
	// the next full comparison.
	silent bool
}

// workKinds differ in what the operator has to do for them: calls that answer the resource or
// nothing, upserts only, a field kept from what is stored, labels beside the spec, a look-up, a
// name of their own, two that share the names of one Teleport kind.
var workKinds = []workKind{
	{
		cr: "TeleportRoleV7", teleport: types.KindRole,
		spec: "allow: {logins: [login-NUMBER], node_labels: {env: [test]}}",
	},
	{
		cr: "TeleportRoleV8", teleport: types.KindRole,
		spec: "allow: {logins: [login-NUMBER], app_labels: {env: [test]}}",
	},
	{
		cr: "TeleportUser", teleport: types.KindUser, named: "NAME@example.com",
		spec: "traits: {logins: [login-NUMBER]}",
	},
	{
		cr: "TeleportProvisionToken", teleport: types.KindToken,
		spec: "{roles: [Node], join_method: iam, allow: [{aws_account: '1111000NUMBER'}]}",
	},
	{
		cr: "TeleportGithubConnector", teleport: types.KindGithub, secrets: true,
		spec: `{client_id: id-NUMBER, client_secret: 'secret://SECRET/value',
  redirect_url: 'https://proxy.example.com/callback',
  teams_to_roles: [{organization: acme, team: dev, roles: [dev]}]}`,
	},
	{
		cr: "TeleportAppV3", teleport: types.KindApp,
		spec: "uri: 'http://app-NUMBER:80'",
	},
	{
		cr: "TeleportDatabaseV3", teleport: types.KindDatabase,
		spec: "{protocol: postgres, uri: 'db-NUMBER:5432'}",
	},
	{
		cr: "TeleportLockV2", teleport: types.KindLock,
		spec: "{target: {user: mallory}, message: lock-NUMBER}",
	},
	{
		cr: "TeleportBotV1", teleport: types.KindBot, silent: true,
		spec: "{roles: [operator], traits: [{name: logins, values: [login-NUMBER]}]}",
	},
	{
		cr: "TeleportWorkloadIdentityV1", teleport: types.KindWorkloadIdentity,
		spec: "spiffe: {id: /id-NUMBER}",
	},
}

// resource is where the API server serves the kind's CRs.
func (k workKind) resource() schema.GroupVersionResource {
	version := harness.CR(k.cr, "", "").GroupVersionKind().Version
	return schema.GroupVersionResource{Group: harness.Group, Version: version, Resource: harness.Plural(k.cr)}
}

// nameInTeleport is what a CR's resource is called there.
func (k workKind) nameInTeleport(cr string) string {
	if k.named == "" {
		return cr
	}
	return strings.ReplaceAll(k.named, "NAME", cr)
}

// specOf is the spec of a job's CR in one of its versions.
func (k workKind) specOf(j job, version int) string {
	return strings.NewReplacer("NUMBER", j.mark(version), "SECRET", secretName(j.secret())).Replace(k.spec)
}

// teleportKinds are those in which the work leaves something, each once: bots have a user and a
// role of their own.
func teleportKinds() []string {
	var all []string
	seen := map[string]bool{}
	for _, kind := range workKinds {
		if !seen[kind.teleport] {
			seen[kind.teleport] = true
			all = append(all, kind.teleport)
		}
	}
	return all
}

// mark is a number of five digits that stands in the spec of one version of one CR only.
func (j job) mark(version int) string { return fmt.Sprint((1000+j.number)*10 + version) }
