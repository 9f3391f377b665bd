package integration

import (
	"strings"
	"testing"

	"github.com/gravitational/teleport/api/types"

	"github.com/teleport-operator-caf/tests/harness"
)

// What users write in the official tests' manifests, and how Teleport shows it
// (facts/operator-behaviour.md §6.3 and §7, 15–18).
func TestSpecsOfTheOfficialTestsArrive(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, cr, kind, spec, path, wanted string }{
		{"host-user-mode-word", "TeleportRoleV7", types.KindRole,
			"options: {create_host_user_mode: keep}", "spec.options.create_host_user_mode", "keep"},
		{"host-user-mode-number", "TeleportRoleV7", types.KindRole,
			"options: {create_host_user_mode: 3}", "spec.options.create_host_user_mode", "keep"},
		{"wildcard-as-text", "TeleportRoleV6", types.KindRole,
			"allow: {node_labels: {'*': '*'}}", "spec.allow.node_labels.*", "*"},
		{"wildcard-as-list", "TeleportRoleV6", types.KindRole,
			"allow: {node_labels: {'*': ['*']}}", "spec.allow.node_labels.*", "*"},
		{"user-without-traits", "TeleportUser", types.KindUser, "roles: [operator]", "spec.roles", "[operator]"},
		{"user-one-trait", "TeleportUser", types.KindUser,
			"traits: {logins: [one]}", "spec.traits", "map[logins:[one]]"},
		{"user-traits", "TeleportUser", types.KindUser,
			"traits: {logins: [one, two], groups: [three]}", "spec.traits", "map[groups:[three] logins:[one two]]"},
		{"github-join", "TeleportProvisionToken", types.KindToken,
			"{roles: [Node], join_method: github, github: {allow: [{repository: acme/app, environment: prod}]}}",
			"spec.github.allow", "[map[environment:prod repository:acme/app]]"},
		{"oidc-one-url", "TeleportOIDCConnector", types.KindOIDC,
			oidcWith("redirect_url: ['https://a/cb']"), "spec.redirect_url", "https://a/cb"},
		{"oidc-two-urls", "TeleportOIDCConnector", types.KindOIDC,
			oidcWith("redirect_url: ['https://a/cb', 'https://b/cb']"), "spec.redirect_url", "[https://a/cb https://b/cb]"},
		{"oidc-max-age", "TeleportOIDCConnector", types.KindOIDC,
			oidcWith("{redirect_url: ['https://a/cb'], max_age: 1h}"), "spec.max_age", "1h0m0s"},
		{"saml-force-authn", "TeleportSAMLConnector", types.KindSAML,
			`{issuer: 'https://idp', sso: 'https://idp/sso', cert: certificate, acs: 'https://proxy/acs',
  force_authn: "yes", attributes_to_roles: [{name: groups, value: dev, roles: [dev]}]}`,
			"spec.force_authn", "yes"},
		{"database-tls", "TeleportDatabaseV3", types.KindDatabase,
			"{protocol: postgres, uri: 'host:5432', tls: {mode: insecure}}", "spec.tls.mode", "2"},
		{"schedule", "TeleportAutoupdateConfigV1", types.KindAutoUpdateConfig,
			"agents: {mode: enabled, strategy: time-based, maintenance_window_duration: 30m}",
			"spec.agents.maintenance_window_duration", "1800s"},
		{"list-owner", "TeleportAccessList", types.KindAccessList,
			`{title: t, grants: {roles: [dev]}, owners: [{name: owners, membership_kind: MEMBERSHIP_KIND_LIST}],
  audit: {recurrence: {frequency: 1year, day_of_month: "15"}, notifications: {start: 24h}}}`,
			"spec.owners.0.membership_kind", "MEMBERSHIP_KIND_LIST"},
	}
	h := harness.NewTest(t)
	h.StartOperator()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := h.In(t)
			name := c.name
			if c.kind == types.KindAutoUpdateConfig {
				name = types.MetaNameAutoUpdateConfig
			}
			h.WaitReady(h.Create(harness.CR(c.cr, name, c.spec)))
			h.MustBeInTeleport(c.kind, name, c.path, c.wanted)
		})
	}
}

func oidcWith(fields string) string {
	return `{issuer_url: 'https://idp', client_id: id, client_secret: fixed,
  claims_to_roles: [{claim: groups, value: dev, roles: [dev]}], ` + strings.Trim(fields, "{}") + "}"
}

// What the official decoder takes for something else than was meant, ours refuses, and names the
// field (docs/differences.md).
func TestSloppyWordsAreRefused(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, cr, kind, spec, path string }{
		{"list-frequency", "TeleportAccessList", types.KindAccessList,
			`{title: t, grants: {roles: [dev]}, owners: [{name: alice}],
  audit: {recurrence: {frequency: weekly, day_of_month: first}, notifications: {start: 24h}}}`,
			"spec.audit.recurrence.frequency"},
		{"list-day", "TeleportAccessList", types.KindAccessList,
			`{title: t, grants: {roles: [dev]}, owners: [{name: alice}],
  audit: {recurrence: {frequency: 1month, day_of_month: someday}, notifications: {start: 24h}}}`,
			"spec.audit.recurrence.day_of_month"},
		{"database-tls-mode", "TeleportDatabaseV3", types.KindDatabase,
			"{protocol: postgres, uri: 'host:5432', tls: {mode: maybe}}", "spec.tls.mode"},
		{"token-labels", "TeleportProvisionToken", types.KindToken,
			"{roles: [Node], join_method: token, suggested_labels: {env: 7}}", "spec.suggested_labels"},
	}
	h := harness.NewTest(t)
	h.StartOperator()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := h.In(t)
			cr := h.Create(harness.CR(c.cr, c.name, c.spec))
			h.WaitCondition(cr, harness.Condition{
				Type: "ValidStructure", Status: "False", Reason: "FailedToDecode", Message: c.path,
			})
			h.MustNotBeInTeleport(c.kind, c.name)
			h.Delete(cr)
			h.WaitGone(cr) // a CR that can't be read can be deleted
		})
	}
}
