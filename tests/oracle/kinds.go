package oracle

import (
	"github.com/gravitational/teleport/api/types"
)

// form is how the official operator turns a kind's `spec` into the message.
type form int

const (
	legacy form = iota // by struct tags and the types' own readers (facts/operator-behaviour.md §6.1, §6.3)
	newer              // by protobuf's canonical JSON (§6.2)
)

// kindRow is what the oracle knows of a CR kind.
type kindRow struct {
	teleportKind, subKind, version string
	message                        string // on the wire
	form                           form
	atRoot                         bool   // the spec's properties are fields of the resource itself
	namespace                      string // in the metadata; the API client fills it in (§3.3)
	// always are the messages of the spec that are sent even when they are empty.
	always []string
	// decode makes the resource with the API module's types; nil where the module has no such kind.
	decode func(row *kindRow, object map[string]any) (message, error)
}

// rows are all CR kinds of the operator.
var rows = map[string]*kindRow{
	"TeleportRole":   {teleportKind: types.KindRole, version: types.V5, message: "types.RoleV6", decode: role}, // v5 for both API versions
	"TeleportRoleV6": {teleportKind: types.KindRole, version: types.V6, message: "types.RoleV6", decode: role},
	"TeleportRoleV7": {teleportKind: types.KindRole, version: types.V7, message: "types.RoleV6", decode: role},
	"TeleportRoleV8": {teleportKind: types.KindRole, version: "v8", message: "types.RoleV6", decode: role},
	"TeleportRoleV9": {teleportKind: types.KindRole, version: "v9", message: "types.RoleV6", decode: role},

	"TeleportUser":            {teleportKind: types.KindUser, version: types.V2, message: "types.UserV2", decode: user},
	"TeleportProvisionToken":  {teleportKind: types.KindToken, version: types.V2, message: "types.ProvisionTokenV2", decode: token},
	"TeleportGithubConnector": {teleportKind: types.KindGithub, version: types.V3, message: "types.GithubConnectorV3", decode: github},
	"TeleportOIDCConnector":   {teleportKind: types.KindOIDC, version: types.V3, message: "types.OIDCConnectorV3", decode: oidc},
	"TeleportSAMLConnector":   {teleportKind: types.KindSAML, version: types.V2, message: "types.SAMLConnectorV2", decode: saml},
	"TeleportLoginRule":       {teleportKind: types.KindLoginRule, version: types.V1, message: "teleport.loginrule.v1.LoginRule", atRoot: true, decode: loginRule},
	"TeleportOktaImportRule":  {teleportKind: types.KindOktaImportRule, version: types.V1, message: "types.OktaImportRuleV1", decode: oktaImportRule},
	"TeleportAccessList": {teleportKind: types.KindAccessList, version: types.V1, message: "teleport.accesslist.v1.AccessList", decode: accessList,
		always: []string{"audit", "membership_requires", "ownership_requires", "grants"}},
	"TeleportAppV3":               {teleportKind: types.KindApp, version: types.V3, message: "types.AppV3", decode: app},
	"TeleportDatabaseV3":          {teleportKind: types.KindDatabase, version: types.V3, message: "types.DatabaseV3", decode: database},
	"TeleportLockV2":              {teleportKind: types.KindLock, version: types.V2, message: "types.LockV2", decode: lock},
	"TeleportTrustedClusterV2":    {teleportKind: types.KindTrustedCluster, version: types.V2, message: "types.TrustedClusterV2", decode: trustedCluster},
	"TeleportOpenSSHServerV2":     {teleportKind: types.KindNode, subKind: types.SubKindOpenSSHNode, version: types.V2, namespace: "default", message: "types.ServerV2", decode: server},
	"TeleportOpenSSHEICEServerV2": {teleportKind: types.KindNode, subKind: types.SubKindOpenSSHEICENode, version: types.V2, namespace: "default", message: "types.ServerV2", decode: server},
	"TeleportSAMLIdPServiceProviderV1": {teleportKind: types.KindSAMLIdPServiceProvider, version: types.V1,
		message: "types.SAMLIdPServiceProviderV1", decode: samlServiceProvider},

	"TeleportBotV1":                  {form: newer, teleportKind: types.KindBot, version: types.V1, message: "teleport.machineid.v1.Bot", decode: bot},
	"TeleportWorkloadIdentityV1":     {form: newer, teleportKind: types.KindWorkloadIdentity, version: types.V1, message: "teleport.workloadidentity.v1.WorkloadIdentity", decode: workloadIdentity},
	"TeleportAutoupdateConfigV1":     {form: newer, teleportKind: types.KindAutoUpdateConfig, version: types.V1, message: "teleport.autoupdate.v1.AutoUpdateConfig", decode: autoUpdateConfig},
	"TeleportAutoupdateVersionV1":    {form: newer, teleportKind: types.KindAutoUpdateVersion, version: types.V1, message: "teleport.autoupdate.v1.AutoUpdateVersion", decode: autoUpdateVersion},
	"TeleportAccessMonitoringRuleV1": {form: newer, teleportKind: types.KindAccessMonitoringRule, version: types.V1, message: "teleport.accessmonitoringrules.v1.AccessMonitoringRule", decode: accessMonitoringRule},

	"TeleportInferenceModel":         {form: newer, teleportKind: "inference_model", version: types.V1, message: "teleport.summarizer.v1.InferenceModel"},
	"TeleportInferencePolicy":        {form: newer, teleportKind: "inference_policy", version: types.V1, message: "teleport.summarizer.v1.InferencePolicy"},
	"TeleportInferenceSecret":        {form: newer, teleportKind: "inference_secret", version: types.V1, message: "teleport.summarizer.v1.InferenceSecret"},
	"TeleportRetrievalModelV1":       {form: newer, teleportKind: "retrieval_model", version: types.V1, message: "teleport.summarizer.v1.RetrievalModel"},
	"TeleportScopedRoleV1":           {form: newer, teleportKind: "scoped_role", version: types.V1, message: "teleport.scopes.access.v1.ScopedRole"},
	"TeleportScopedRoleAssignmentV1": {form: newer, teleportKind: "scoped_role_assignment", subKind: "dynamic", version: types.V1, message: "teleport.scopes.access.v1.ScopedRoleAssignment"},
	"TeleportScopedTokenV1":          {form: newer, teleportKind: "scoped_token", version: types.V1, message: "teleport.scopes.joining.v1.ScopedToken"},
}
