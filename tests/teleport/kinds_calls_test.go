package teleport

import (
	"context"
	"testing"

	"github.com/gravitational/teleport/api/client"
	accesslistv1 "github.com/gravitational/teleport/api/gen/proto/go/teleport/accesslist/v1"
	loginrulev1 "github.com/gravitational/teleport/api/gen/proto/go/teleport/loginrule/v1"
	machineidv1 "github.com/gravitational/teleport/api/gen/proto/go/teleport/machineid/v1"
	workloadidentityv1 "github.com/gravitational/teleport/api/gen/proto/go/teleport/workloadidentity/v1"
	"github.com/gravitational/teleport/api/types"
)

// Every kind that the API module knows, through the official client.
func TestTheOfficialClientWorksWithEveryKind(t *testing.T) {
	t.Parallel()
	type c = *client.Client
	exercise(t, roles, "it", func(by c) rpcs {
		return rpcs{put(by.CreateRole), put(by.UpsertRole), get(by.GetRole), list(by.GetRoles), by.DeleteRole}
	})
	exercise(t, users, "it", func(by c) rpcs {
		return rpcs{put(by.CreateUser), put(by.UpdateUser), get(bare(by.GetUser)), list(bareList(by.GetUsers)), by.DeleteUser}
	})
	exercise(t, tokens, "it", func(by c) rpcs {
		return rpcs{putOnly(by.CreateToken), putOnly(by.UpsertToken), get(by.GetToken), list(by.GetTokens), by.DeleteToken}
	})
	exercise(t, githubConnectors, "it", func(by c) rpcs {
		return rpcs{put(by.CreateGithubConnector), put(by.UpsertGithubConnector), get(bare(by.GetGithubConnector)),
			list(bareList(by.GetGithubConnectors)), by.DeleteGithubConnector}
	})
	exercise(t, oidcConnectors, "it", func(by c) rpcs {
		return rpcs{put(by.CreateOIDCConnector), put(by.UpsertOIDCConnector), get(bare(by.GetOIDCConnector)),
			list(bareList(by.GetOIDCConnectors)), by.DeleteOIDCConnector}
	})
	exercise(t, samlConnectors, "it", func(by c) rpcs {
		return rpcs{put(by.CreateSAMLConnector), put(by.UpsertSAMLConnector), get(bare(by.GetSAMLConnector)),
			list(bareList(by.GetSAMLConnectors)), by.DeleteSAMLConnector}
	})
	exercise(t, loginRules, "it", func(by c) rpcs {
		return rpcs{put(by.CreateLoginRule), put(by.UpsertLoginRule), get(by.GetLoginRule), list(listLoginRules(by)), by.DeleteLoginRule}
	})
	exercise(t, oktaImportRules, "it", func(by c) rpcs {
		okta := by.OktaClient()
		return rpcs{put(okta.CreateOktaImportRule), put(okta.UpdateOktaImportRule), get(okta.GetOktaImportRule),
			page(okta.ListOktaImportRules), okta.DeleteOktaImportRule}
	})
	exercise(t, accessLists, "it", accessListRPCs)
	exercise(t, nodes, "it", func(by c) rpcs {
		return rpcs{nil, put(by.UpsertNode), get(inNamespace(by.GetNode)), list(inNamespaceAll(by.GetNodes)),
			func(ctx context.Context, name string) error { return by.DeleteNode(ctx, "default", name) }}
	})
	exercise(t, trustedClusters, "it", func(by c) rpcs {
		return rpcs{put(by.CreateTrustedCluster), put(by.UpsertTrustedCluster), get(by.GetTrustedCluster),
			list(by.GetTrustedClusters), by.DeleteTrustedCluster}
	})
	exercise(t, bots, "it", botRPCs)
	exercise(t, workloadIdentities, "it", func(by c) rpcs {
		return rpcs{put(by.CreateWorkloadIdentity), put(by.UpsertWorkloadIdentity), get(by.GetWorkloadIdentity),
			list(listWorkloadIdentities(by)), by.DeleteWorkloadIdentity}
	})
	exercise(t, autoUpdateConfigs, types.MetaNameAutoUpdateConfig, func(by c) rpcs {
		return rpcs{put(by.CreateAutoUpdateConfig), put(by.UpdateAutoUpdateConfig), nameless(by.GetAutoUpdateConfig),
			list(one(by.GetAutoUpdateConfig)),
			func(ctx context.Context, _ string) error { return by.DeleteAutoUpdateConfig(ctx) }}
	})
	exercise(t, autoUpdateVersions, types.MetaNameAutoUpdateVersion, func(by c) rpcs {
		return rpcs{put(by.CreateAutoUpdateVersion), put(by.UpsertAutoUpdateVersion), nameless(by.GetAutoUpdateVersion),
			list(one(by.GetAutoUpdateVersion)),
			func(ctx context.Context, _ string) error { return by.DeleteAutoUpdateVersion(ctx) }}
	})
	exercise(t, apps, "it", func(by c) rpcs {
		return rpcs{putOnly(by.CreateApp), putOnly(by.UpdateApp), get(by.GetApp), list(by.GetApps), by.DeleteApp}
	})
	exercise(t, databases, "it", func(by c) rpcs {
		return rpcs{putOnly(by.CreateDatabase), putOnly(by.UpdateDatabase), get(by.GetDatabase), list(by.GetDatabases), by.DeleteDatabase}
	})
	exercise(t, locks, "it", func(by c) rpcs {
		return rpcs{nil, putOnly(by.UpsertLock), get(by.GetLock),
			list(func(ctx context.Context) ([]types.Lock, error) { return by.GetLocks(ctx, false) }), by.DeleteLock}
	})
	exercise(t, accessMonitoringRules, "it", func(by c) rpcs {
		rules := by.AccessMonitoringRulesClient()
		return rpcs{put(rules.CreateAccessMonitoringRule), put(rules.UpsertAccessMonitoringRule), get(rules.GetAccessMonitoringRule),
			page(rules.ListAccessMonitoringRules), rules.DeleteAccessMonitoringRule}
	})
	exercise(t, serviceProviders, "it", func(by c) rpcs {
		return rpcs{putOnly(by.CreateSAMLIdPServiceProvider), putOnly(by.UpdateSAMLIdPServiceProvider),
			get(by.GetSAMLIdPServiceProvider), page(by.ListSAMLIdPServiceProviders), by.DeleteSAMLIdPServiceProvider}
	})
}

// accessListRPCs are the generated ones: the official client's own speak of another Go type.
func accessListRPCs(by *client.Client) rpcs {
	lists := accesslistv1.NewAccessListServiceClient(by.GetConnection())
	return rpcs{
		write: put(sent(lists.UpsertAccessList, func(list *accesslistv1.AccessList) *accesslistv1.UpsertAccessListRequest {
			return &accesslistv1.UpsertAccessListRequest{AccessList: list}
		})),
		get: get(sent(lists.GetAccessList, func(name string) *accesslistv1.GetAccessListRequest {
			return &accesslistv1.GetAccessListRequest{Name: name}
		})),
		list: list(func(ctx context.Context) ([]*accesslistv1.AccessList, error) {
			all, err := lists.GetAccessLists(ctx, &accesslistv1.GetAccessListsRequest{})
			return all.GetAccessLists(), err
		}),
		remove: removed(lists.DeleteAccessList, func(name string) *accesslistv1.DeleteAccessListRequest {
			return &accesslistv1.DeleteAccessListRequest{Name: name}
		}),
	}
}

func botRPCs(by *client.Client) rpcs {
	service := by.BotServiceClient()
	return rpcs{
		create: put(sent(service.CreateBot, func(bot *machineidv1.Bot) *machineidv1.CreateBotRequest {
			return &machineidv1.CreateBotRequest{Bot: bot}
		})),
		write: put(sent(service.UpsertBot, func(bot *machineidv1.Bot) *machineidv1.UpsertBotRequest {
			return &machineidv1.UpsertBotRequest{Bot: bot}
		})),
		get: get(sent(service.GetBot, func(name string) *machineidv1.GetBotRequest {
			return &machineidv1.GetBotRequest{BotName: name}
		})),
		list: list(func(ctx context.Context) ([]*machineidv1.Bot, error) {
			page, err := service.ListBots(ctx, &machineidv1.ListBotsRequest{})
			return page.GetBots(), err
		}),
		remove: removed(service.DeleteBot, func(name string) *machineidv1.DeleteBotRequest {
			return &machineidv1.DeleteBotRequest{BotName: name}
		}),
	}
}

func listLoginRules(by *client.Client) func(context.Context) ([]*loginrulev1.LoginRule, error) {
	return func(ctx context.Context) ([]*loginrulev1.LoginRule, error) {
		page, err := by.LoginRuleClient().ListLoginRules(ctx, &loginrulev1.ListLoginRulesRequest{})
		return page.GetLoginRules(), err
	}
}

func listWorkloadIdentities(by *client.Client) func(context.Context) ([]*workloadidentityv1.WorkloadIdentity, error) {
	return func(ctx context.Context) ([]*workloadidentityv1.WorkloadIdentity, error) {
		page, err := by.WorkloadIdentityResourceServiceClient().ListWorkloadIdentities(ctx,
			&workloadidentityv1.ListWorkloadIdentitiesRequest{})
		return page.GetWorkloadIdentities(), err
	}
}

// one is the list of a singleton.
func one[M any](call func(context.Context) (M, error)) func(context.Context) ([]M, error) {
	return func(ctx context.Context) ([]M, error) {
		it, err := call(ctx)
		return []M{it}, err
	}
}

func inNamespace[M any](call func(context.Context, string, string) (M, error)) func(context.Context, string) (M, error) {
	return func(ctx context.Context, name string) (M, error) { return call(ctx, "default", name) }
}

func inNamespaceAll[M any](call func(context.Context, string) (M, error)) func(context.Context) (M, error) {
	return func(ctx context.Context) (M, error) { return call(ctx, "default") }
}
