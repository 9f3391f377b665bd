package teleport

import (
	"strings"

	"github.com/coreos/go-semver/semver"
)

// What a cluster of a version has. The ways to join are known from facts/teleport-connection.md §0, the
// key fields of GenerateUserCerts from §5.2, the revisions from the project's design. In which
// version a call of a resource came or went is not known: the table is plausible, no more. It has
// what matters to a client: for each thing that has an older and a newer call, versions that know
// only the one, both, and only the other.

// Limits of what is no gRPC call.
var (
	firstWithRevisions        = *semver.New("15.0.0") // of resources
	firstWithBotInstances     = *semver.New("16.2.0")
	firstWithSplitKeys        = *semver.New("17.0.0") // in GenerateUserCerts
	firstWithKubernetesOIDC   = *semver.New("17.7.3") // tokens of the kubernetes type "oidc"
	firstWithoutTokenRegister = *semver.New("18.0.0") // HTTP tokens/register on auth
	firstWithKubernetesStream = *semver.New("18.5.0") // "kubernetes" in the join stream
	firstBeyondTheModule      = *semver.New("19.0.0") // answers have what no client knows yet
)

// span is from the first version that has a call to the first that has it no more; "" is no limit.
type span struct{ from, until string }

const (
	authCalls                = "/proto.AuthService/"
	registerUsingTokenMethod = "/proto.JoinService/RegisterUsingToken"
)

// spans is by full method, or by service ("/package.Service/"). What is not here all versions have.
var spans = map[string]span{
	joinStreamMethod:         {from: "18.3.0"},
	registerUsingTokenMethod: {from: "17.0.0"},

	authCalls + "GetAuthPreference":                                    {until: "18.0.0"},
	"/teleport.clusterconfig.v1.ClusterConfigService/":                 {from: "16.0.0"},
	"/teleport.machineid.v1.BotInstanceService/":                       {from: "17.0.0"},
	authCalls + "UpsertRole":                                           {until: "18.0.0"},
	authCalls + "UpsertRoleV2":                                         {from: "15.0.0"},
	authCalls + "CreateRole":                                           {from: "15.0.0"},
	authCalls + "UpdateRole":                                           {from: "15.0.0"},
	authCalls + "GetUser":                                              {until: "19.0.0"},
	authCalls + "GetUsers":                                             {until: "19.0.0"},
	authCalls + "CreateUser":                                           {until: "19.0.0"},
	authCalls + "UpdateUser":                                           {until: "19.0.0"},
	authCalls + "DeleteUser":                                           {until: "19.0.0"},
	"/teleport.users.v1.UsersService/":                                 {from: "15.0.0"},
	authCalls + "GetTokens":                                            {until: "21.0.0"},
	authCalls + "ListProvisionTokens":                                  {from: "18.2.0"},
	authCalls + "ListApps":                                             {from: "18.2.0"},
	authCalls + "ListDatabases":                                        {from: "18.2.0"},
	authCalls + "ListLocks":                                            {from: "18.2.0"},
	"/teleport.accesslist.v1.AccessListService/ListAccessListsV2":      {from: "18.3.0"},
	authCalls + "UpsertTrustedCluster":                                 {until: "19.0.0"},
	"/teleport.trust.v1.TrustService/UpsertTrustedCluster":             {from: "17.3.0"},
	"/teleport.trust.v1.TrustService/CreateTrustedCluster":             {from: "17.3.0"},
	"/teleport.trust.v1.TrustService/UpdateTrustedCluster":             {from: "17.3.0"},
	"/teleport.machineid.v1.BotService/":                               {from: "15.0.0"},
	"/teleport.accessmonitoringrules.v1.AccessMonitoringRulesService/": {from: "15.1.0"},
	"/teleport.autoupdate.v1.AutoUpdateService/":                       {from: "17.0.0"},
	"/teleport.workloadidentity.v1.WorkloadIdentityResourceService/":   {from: "17.1.0"},
	"/teleport.summarizer.v1.SummarizerService/":                       {from: "18.2.0"},
	"/teleport.scopes.access.v1.ScopedAccessService/":                  {from: "18.6.0"},
	"/teleport.scopes.joining.v1.ScopedJoiningService/":                {from: "18.6.0"},
}

func init() {
	for _, connector := range []string{"Github", "OIDC", "SAML"} {
		name := connector + "Connector"
		spans[authCalls+"Upsert"+name] = span{until: "19.0.0"}
		spans[authCalls+"Create"+name] = span{from: "15.0.0"}
		spans[authCalls+"Update"+name] = span{from: "15.0.0"}
		spans[authCalls+"Upsert"+name+"V2"] = span{from: "15.0.0"}
		spans[authCalls+"List"+name+"s"] = span{from: "18.2.0"}
	}
}

func (s span) has(version semver.Version) bool {
	after := s.from == "" || !version.LessThan(*semver.New(s.from))
	before := s.until == "" || version.LessThan(*semver.New(s.until))
	return after && before
}

// methodIn says whether a cluster of the version has the method.
func methodIn(version semver.Version, method string) bool {
	if own, listed := spans[method]; listed {
		return own.has(version)
	}
	return spans[method[:strings.LastIndexByte(method, '/')+1]].has(version)
}

// atLeast says whether the cluster's version is this one or newer.
func (s *Server) atLeast(first semver.Version) bool {
	own, err := semver.NewVersion(s.opts.ServerVersion)
	return err == nil && !own.LessThan(first)
}

// serves says whether a cluster of this version, with its switches, has the method.
func (s *Server) serves(method string) bool {
	if method == joinStreamMethod && s.switches.get().WithoutJoinService {
		return false
	}
	own, err := semver.NewVersion(s.opts.ServerVersion)
	return err == nil && methodIn(*own, method)
}

// servesKubernetesStream says whether the join stream knows the method "kubernetes" already.
func (s *Server) servesKubernetesStream() bool {
	return s.atLeast(firstWithKubernetesStream) && !s.switches.get().JoinWithoutKubernetes
}
