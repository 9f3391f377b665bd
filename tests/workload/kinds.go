// Package workload is what tests that disturb the operator have in common: kinds of CRs that differ
// in what they ask of it, what to leave out when two ends of a run are compared, and what must hold
// of the order of all writes, whatever happened meanwhile.
package workload

import (
	"fmt"
	"strings"

	"github.com/gravitational/teleport/api/types"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/teleport-operator-caf/tests/harness"
)

// NameAnnotation is where a CR says what its resource is called in Teleport.
const NameAnnotation = "resources.teleport.dev/name"

// Kind is a kind of CR that work is made of.
type Kind struct {
	CR       string
	Teleport string
	// Spec has NUMBER where it tells which state of which CR this is, and SECRET for the Secret that
	// it refers to.
	Spec string
	// Named is the name in Teleport, with NAME for the CR's own; "": that one.
	Named string
	// Secrets: its spec holds a reference. What the operator remembers of what it sent then depends
	// on the Secret's identity, which differs between any two runs.
	Secrets bool
	// Silent: Teleport's event stream tells nothing of it, so what is deleted there stays away until
	// the next full comparison.
	Silent bool
}

// Kinds differ in what the operator has to do for them: calls that answer the resource or nothing,
// upserts only, a field kept from what is stored, labels beside the spec, a look-up, a name of their
// own, two that share the names of one Teleport kind.
var Kinds = []Kind{
	{
		CR: "TeleportRoleV7", Teleport: types.KindRole,
		Spec: "allow: {logins: [login-NUMBER], node_labels: {env: [test]}}",
	},
	{
		CR: "TeleportRoleV8", Teleport: types.KindRole,
		Spec: "allow: {logins: [login-NUMBER], app_labels: {env: [test]}}",
	},
	{
		CR: "TeleportUser", Teleport: types.KindUser, Named: "NAME@example.com",
		Spec: "traits: {logins: [login-NUMBER]}",
	},
	{
		CR: "TeleportProvisionToken", Teleport: types.KindToken,
		Spec: "{roles: [Node], join_method: iam, allow: [{aws_account: '1111000NUMBER'}]}",
	},
	{
		CR: "TeleportGithubConnector", Teleport: types.KindGithub, Silent: true, Secrets: true,
		Spec: `{client_id: id-NUMBER, client_secret: 'secret://SECRET/value',
  redirect_url: 'https://proxy.example.com/callback',
  teams_to_roles: [{organization: acme, team: dev, roles: [dev]}]}`,
	},
	{
		CR: "TeleportAppV3", Teleport: types.KindApp,
		Spec: "uri: 'http://app-NUMBER:80'",
	},
	{
		CR: "TeleportDatabaseV3", Teleport: types.KindDatabase,
		Spec: "{protocol: postgres, uri: 'db-NUMBER:5432'}",
	},
	{
		CR: "TeleportLockV2", Teleport: types.KindLock,
		Spec: "{target: {user: mallory}, message: lock-NUMBER}",
	},
	{
		CR: "TeleportBotV1", Teleport: types.KindBot, Silent: true,
		Spec: "{roles: [operator], traits: [{name: logins, values: [login-NUMBER]}]}",
	},
	{
		CR: "TeleportWorkloadIdentityV1", Teleport: types.KindWorkloadIdentity,
		Spec: "spiffe: {id: /id-NUMBER}",
	},
}

// KindOf is the row of a CR kind. A name without one is a mistake in the test, so it panics.
func KindOf(cr string) Kind {
	for _, kind := range Kinds {
		if kind.CR == cr {
			return kind
		}
	}
	panic(fmt.Sprintf("workload: no row for %q", cr))
}

// Resource is where the API server serves the kind's CRs.
func (k Kind) Resource() schema.GroupVersionResource {
	version := harness.CR(k.CR, "", "").GroupVersionKind().Version
	return schema.GroupVersionResource{Group: harness.Group, Version: version, Resource: harness.Plural(k.CR)}
}

// NameInTeleport is what a CR's resource is called there.
func (k Kind) NameInTeleport(cr string) string {
	if k.Named == "" {
		return cr
	}
	return strings.ReplaceAll(k.Named, "NAME", cr)
}

// SpecOf fills the spec in: mark is a number of five digits, so that it fits everywhere.
func (k Kind) SpecOf(mark, secret string) string {
	return strings.NewReplacer("NUMBER", mark, "SECRET", secret).Replace(k.Spec)
}

// Custom is a CR of the kind in the state that the mark stands for, with the annotation for its name
// where the kind has another one in Teleport.
func (k Kind) Custom(name, mark, secret string) *unstructured.Unstructured {
	cr := harness.CR(k.CR, name, k.SpecOf(mark, secret))
	if k.Named != "" {
		harness.WithAnnotation(cr, NameAnnotation, k.NameInTeleport(name))
	}
	return cr
}

// TeleportKinds are those in which work with these kinds leaves something, each once: bots have a
// user and a role of their own.
func TeleportKinds(kinds []Kind) []string {
	var all []string
	seen := map[string]bool{}
	for _, kind := range kinds {
		if !seen[kind.Teleport] {
			seen[kind.Teleport] = true
			all = append(all, kind.Teleport)
		}
	}
	return all
}
