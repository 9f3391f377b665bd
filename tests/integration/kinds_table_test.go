package integration

import "github.com/gravitational/teleport/api/types"

const (
	roleCase  = "allow: {logins: [VALUE]}"
	roleShows = "spec.allow.logins.0"
)

var kindCases = []kindCase{
	{cr: "TeleportRole", kind: types.KindRole, version: types.V5, spec: roleCase, shows: roleShows},
	{cr: "TeleportRoleV6", kind: types.KindRole, version: types.V6, spec: roleCase, shows: roleShows},
	{cr: "TeleportRoleV7", kind: types.KindRole, version: types.V7, spec: roleCase, shows: roleShows},
	{cr: "TeleportRoleV8", kind: types.KindRole, version: "v8", spec: roleCase, shows: roleShows},
	{cr: "TeleportRoleV9", kind: types.KindRole, version: "v9", spec: roleCase, shows: roleShows},
	{
		cr: "TeleportUser", kind: types.KindUser, version: types.V2,
		spec: "traits: {logins: [VALUE]}", shows: "spec.traits.logins.0",
	},
	{
		cr: "TeleportProvisionToken", kind: types.KindToken, version: types.V2,
		spec: `{roles: [Node], join_method: iam, allow: [
  {aws_account: '111111111111', aws_arn: 'arn:aws:sts::111111111111:assumed-role/VALUE/*'}]}`,
		shows: "spec.allow.0.aws_arn", as: "arn:aws:sts::111111111111:assumed-role/VALUE/*",
	},
	{
		cr: "TeleportGithubConnector", kind: types.KindGithub, version: types.V3,
		spec: `{client_id: id, client_secret: fixed, redirect_url: 'https://proxy.example.com/callback',
  display: VALUE, teams_to_roles: [{organization: acme, team: dev, roles: [dev]}]}`,
		shows: "spec.display",
	},
	{
		cr: "TeleportOIDCConnector", kind: types.KindOIDC, version: types.V3,
		spec: `{issuer_url: 'https://idp.example.com', client_id: id, client_secret: fixed, display: VALUE,
  redirect_url: ['https://proxy.example.com/callback'],
  claims_to_roles: [{claim: groups, value: dev, roles: [dev]}]}`,
		shows: "spec.display",
	},
	{
		cr: "TeleportSAMLConnector", kind: types.KindSAML, version: types.V2,
		spec: `{issuer: 'https://idp.example.com', sso: 'https://idp.example.com/sso', cert: certificate,
  acs: 'https://proxy.example.com/acs', display: VALUE,
  attributes_to_roles: [{name: groups, value: dev, roles: [dev]}]}`,
		shows: "spec.display",
	},
	{
		cr: "TeleportLoginRule", kind: types.KindLoginRule, version: types.V1,
		spec: `{priority: 1, traits_map: {logins: ['"VALUE"']}}`, shows: "spec.traits_map.logins.0", as: `"VALUE"`,
	},
	{
		cr: "TeleportOktaImportRule", kind: types.KindOktaImportRule, version: types.V1,
		spec:  "{priority: 10, mappings: [{match: [{app_ids: [VALUE]}], add_labels: {team: dev}}]}",
		shows: "spec.mappings.0.match.0.app_ids.0",
	},
	{
		cr: "TeleportAccessList", kind: types.KindAccessList, version: types.V1,
		spec: `{title: VALUE, owners: [{name: alice}], grants: {roles: [dev], traits: {team: [dev]}},
  audit: {recurrence: {frequency: 3months, day_of_month: last}, notifications: {start: 336h}}}`,
		shows: "spec.title",
	},
	{
		cr: "TeleportOpenSSHServerV2", kind: types.KindNode, subKind: "openssh", version: types.V2,
		spec: "{addr: '10.0.0.1:22', hostname: VALUE}", shows: "spec.hostname",
	},
	{
		cr: "TeleportOpenSSHEICEServerV2", kind: types.KindNode, subKind: "openssh-ec2-ice", version: types.V2,
		spec: `{addr: '10.0.0.2:22', hostname: VALUE, cloud_metadata: {aws: {account_id: '111111111111',
  instance_id: i-1, region: eu-west-1, vpc_id: vpc-1, subnet_id: subnet-1, integration: aws}}}`,
		shows: "spec.hostname",
	},
	{
		cr: "TeleportTrustedClusterV2", kind: types.KindTrustedCluster, version: types.V2,
		spec: `{enabled: true, token: fixed, web_proxy_addr: 'leaf.example.com:443', tunnel_addr: 'leaf.example.com:3024',
  role_map: [{remote: VALUE, local: [dev]}]}`,
		shows: "spec.role_map.0.remote",
	},
	{
		cr: "TeleportBotV1", kind: types.KindBot, version: types.V1,
		spec: "{roles: [operator], traits: [{name: logins, values: [VALUE]}]}", shows: "spec.traits.0.values.0",
	},
	{
		cr: "TeleportWorkloadIdentityV1", kind: types.KindWorkloadIdentity, version: types.V1,
		spec: "spiffe: {id: /VALUE}", shows: "spec.spiffe.id", as: "/VALUE",
	},
	{
		cr: "TeleportAutoupdateConfigV1", kind: types.KindAutoUpdateConfig, version: types.V1,
		name:   types.MetaNameAutoUpdateConfig,
		spec:   "tools: {mode: VALUE}",
		values: [3]string{"enabled", "disabled", "disabled"}, shows: "spec.tools.mode",
	},
	{
		cr: "TeleportAutoupdateVersionV1", kind: types.KindAutoUpdateVersion, version: types.V1,
		name:   types.MetaNameAutoUpdateVersion,
		spec:   "tools: {target_version: VALUE}",
		values: [3]string{"18.1.0", "18.2.0", "18.3.0"}, shows: "spec.tools.target_version",
	},
	{
		cr: "TeleportAppV3", kind: types.KindApp, version: types.V3,
		spec: "uri: 'http://VALUE:80'", shows: "spec.uri", as: "http://VALUE:80",
	},
	{
		cr: "TeleportDatabaseV3", kind: types.KindDatabase, version: types.V3,
		spec: "{protocol: postgres, uri: 'VALUE:5432'}", shows: "spec.uri", as: "VALUE:5432",
	},
	{
		cr: "TeleportLockV2", kind: types.KindLock, version: types.V2,
		spec: "{target: {user: mallory}, message: VALUE}", shows: "spec.message",
	},
	{
		cr: "TeleportAccessMonitoringRuleV1", kind: types.KindAccessMonitoringRule, version: types.V1,
		spec: `{subjects: [access_request], condition: 'true',
  notification: {name: slack, recipients: [VALUE]}}`,
		shows: "spec.notification.recipients.0",
	},
	{
		cr: "TeleportInferenceModel", kind: "inference_model", version: types.V1,
		spec:  "openai: {openai_model_id: VALUE, api_key_secret_ref: key}",
		shows: "spec.openai.openai_model_id",
	},
	{
		cr: "TeleportInferencePolicy", kind: "inference_policy", version: types.V1,
		spec: "{kinds: [ssh], model: VALUE}", shows: "spec.model",
	},
	{
		cr: "TeleportInferenceSecret", kind: "inference_secret", version: types.V1,
		spec: "value: VALUE", shows: "spec.value", writeOnly: true,
	},
	{
		cr: "TeleportRetrievalModelV1", kind: "retrieval_model", version: types.V1, name: "retrieval-model",
		spec:  "openai: {openai_model_id: VALUE, api_key_secret_ref: key}",
		shows: "spec.openai.openai_model_id",
	},
	{
		cr: "TeleportSAMLIdPServiceProviderV1", kind: types.KindSAMLIdPServiceProvider, version: types.V1,
		spec:  "{entity_id: 'https://sp.example.com', acs_url: 'https://VALUE.example.com/acs'}",
		shows: "spec.acs_url", as: "https://VALUE.example.com/acs",
	},
	{
		cr: "TeleportScopedRoleV1", kind: "scoped_role", version: types.V1,
		spec: "assignable_scopes: [/VALUE]", shows: "spec.assignable_scopes.0", as: "/VALUE",
	},
	{
		cr: "TeleportScopedRoleAssignmentV1", kind: "scoped_role_assignment", subKind: "dynamic", version: types.V1,
		spec: "{user: VALUE, assignments: [{role: dev, scope: /team}]}", shows: "spec.user",
	},
	{
		cr: "TeleportScopedTokenV1", kind: "scoped_token", version: types.V1,
		spec:  "{roles: [Node], join_method: token, usage_mode: unlimited, assigned_scope: /VALUE}",
		shows: "spec.assigned_scope", as: "/VALUE",
	},
}
