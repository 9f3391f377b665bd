package teleport

import (
	"strings"
	"testing"
	"time"

	"github.com/gravitational/trace"
	"google.golang.org/grpc/codes"

	"github.com/gravitational/teleport/api/client/proto"
	accesslistv1 "github.com/gravitational/teleport/api/gen/proto/go/teleport/accesslist/v1"
	machineidv1 "github.com/gravitational/teleport/api/gen/proto/go/teleport/machineid/v1"
	"github.com/gravitational/teleport/api/types"
)

func of[T any](t *testing.T, c collection[T], name string) *T {
	t.Helper()
	message, err := c.decode(sample(t, c.name, name, "d"))
	must(t, err)
	return message
}

func TestConnectorsHideTheirSecretsUnlessAsked(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	auth := proto.NewAuthServiceClient(w.operator(t))
	_, err := auth.CreateOIDCConnector(call(t), &proto.CreateOIDCConnectorRequest{Connector: of(t, oidcConnectors, "sso")})
	must(t, err)
	for _, secrets := range []bool{false, true, false} {
		got, err := auth.GetOIDCConnector(call(t), &types.ResourceWithSecretsRequest{Name: "sso", WithSecrets: secrets})
		must(t, err)
		if (got.Spec.ClientSecret == "canary") != secrets || (got.Spec.MFASettings.ClientSecret == "canary") != secrets {
			t.Errorf("with secrets %v: %q and %q", secrets, got.Spec.ClientSecret, got.Spec.MFASettings.ClientSecret)
		}
		all, err := auth.GetOIDCConnectors(call(t), &types.ResourcesWithSecretsRequest{WithSecrets: secrets})
		must(t, err)
		if (all.OIDCConnectors[0].Spec.ClientSecret == "canary") != secrets {
			t.Errorf("list with secrets %v: %q", secrets, all.OIDCConnectors[0].Spec.ClientSecret)
		}
	}
	body, err := w.GetJSON("oidc", "sso")
	must(t, err)
	if !strings.Contains(string(body), `"client_secret":"canary"`) {
		t.Errorf("the admin API shows all: %s", body)
	}
}

func TestConnectorUpdatesCompareRevisions(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	auth := proto.NewAuthServiceClient(w.operator(t))
	stored, err := auth.CreateGithubConnector(call(t), &proto.CreateGithubConnectorRequest{Connector: of(t, githubConnectors, "gh")})
	must(t, err)
	_, err = auth.UpdateGithubConnector(call(t), &proto.UpdateGithubConnectorRequest{Connector: of(t, githubConnectors, "gh")})
	wantStatus(t, err, codes.FailedPrecondition, "revision does not match")
	_, err = auth.UpdateGithubConnector(call(t), &proto.UpdateGithubConnectorRequest{Connector: stored})
	must(t, err)
}

func TestAccessListsGetDefaultsAndKeepWhatIsNewer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	lists := accesslistv1.NewAccessListServiceClient(w.operator(t))
	list := of(t, accessLists, "ops")
	list.Spec.Audit.NextAuditDate = nil
	newer := []byte{0xf2, 0x7d, 3, 'n', 'e', 'w'} // field 2014
	list.Spec.ProtoReflect().SetUnknown(newer)
	stored, err := lists.UpsertAccessList(call(t), &accesslistv1.UpsertAccessListRequest{AccessList: list})
	must(t, err)
	audit := stored.Spec.Audit
	if audit.NextAuditDate.AsTime().Before(time.Now()) || audit.Recurrence.DayOfMonth != accesslistv1.ReviewDayOfMonth_REVIEW_DAY_OF_MONTH_LAST {
		t.Errorf("audit %v", audit)
	}
	if stored.Spec.Owners[0].MembershipKind != accesslistv1.MembershipKind_MEMBERSHIP_KIND_UNSPECIFIED &&
		stored.Spec.Owners[0].MembershipKind != accesslistv1.MembershipKind_MEMBERSHIP_KIND_USER {
		t.Errorf("owner %v", stored.Spec.Owners[0])
	}
	if string(stored.Spec.ProtoReflect().GetUnknown()) != string(newer) {
		t.Error("a field newer than the API module is lost")
	}
	_, err = lists.UpdateAccessList(call(t), &accesslistv1.UpdateAccessListRequest{AccessList: list})
	wantStatus(t, err, codes.FailedPrecondition, "revision does not match")
	_, err = lists.UpdateAccessList(call(t), &accesslistv1.UpdateAccessListRequest{AccessList: stored})
	must(t, err)
	list.Spec.Owners = nil
	_, err = lists.UpsertAccessList(call(t), &accesslistv1.UpsertAccessListRequest{AccessList: list})
	wantStatus(t, err, codes.InvalidArgument, "owners are missing")
}

func TestNodesKeepTheirSubkindAndLiveInOneNamespace(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	auth := proto.NewAuthServiceClient(w.operator(t))
	keepAlive, err := auth.UpsertNode(call(t), of(t, nodes, "ssh"))
	must(t, err)
	if keepAlive.Name != "" {
		t.Errorf("a node that does not expire has no lease: %v", keepAlive)
	}
	got, err := auth.GetNode(call(t), &types.ResourceInNamespaceRequest{Name: "ssh", Namespace: "default"})
	must(t, err)
	if got.SubKind != types.SubKindOpenSSHNode || got.GetNamespace() != "default" {
		t.Errorf("sub_kind %q, namespace %q", got.SubKind, got.GetNamespace())
	}
	_, err = auth.GetNode(call(t), &types.ResourceInNamespaceRequest{Name: "ssh"})
	wantStatus(t, err, codes.InvalidArgument, "namespace")
	eice := of(t, nodes, "eice")
	eice.SubKind = types.SubKindOpenSSHEICENode
	_, err = auth.UpsertNode(call(t), eice)
	wantStatus(t, err, codes.InvalidArgument, "missing AWS CloudMetadata")

	for team, want := range map[string]int{"dev": 1, "ops": 0} {
		page, err := auth.ListResources(call(t), &proto.ListResourcesRequest{
			ResourceType: "node", Namespace: "default", Limit: 10, Labels: map[string]string{"team": team}})
		must(t, err)
		if len(page.Resources) != want {
			t.Errorf("team %s: %d nodes, want %d", team, len(page.Resources), want)
		}
	}
}

func TestTrustedClustersRefuseOtherPeers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	auth := proto.NewAuthServiceClient(w.operator(t))
	_, err := auth.UpsertTrustedCluster(call(t), of(t, trustedClusters, "leaf"))
	must(t, err)
	other := of(t, trustedClusters, "leaf")
	other.Spec.Token = "another"
	_, err = auth.UpsertTrustedCluster(call(t), other)
	wantStatus(t, err, codes.InvalidArgument, "can not update token for existing leaf cluster")
	disabled := of(t, trustedClusters, "leaf")
	disabled.Spec.Enabled = false
	_, err = auth.UpsertTrustedCluster(call(t), disabled)
	must(t, err)
}

func TestServiceProvidersGetOneLayout(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	auth := proto.NewAuthServiceClient(w.operator(t))
	_, err := auth.CreateSAMLIdPServiceProvider(call(t), of(t, serviceProviders, "made"))
	must(t, err)
	made := w.Get("saml_idp_service_provider", "made").(*types.SAMLIdPServiceProviderV1)
	if !strings.Contains(made.Spec.EntityDescriptor, `entityID="https://sp.example.com"`) ||
		!strings.Contains(made.Spec.EntityDescriptor, `Location="https://sp.example.com/acs"`) {
		t.Errorf("made descriptor %q", made.Spec.EntityDescriptor)
	}

	given := of(t, serviceProviders, "given")
	given.Spec.EntityID, given.Spec.ACSURL = "", ""
	given.Spec.EntityDescriptor = "<?xml version='1.0'?><!-- c -->\n<md:EntityDescriptor xmlns:md='urn:oasis:names:tc:SAML:2.0:metadata'\n entityID='iam'><md:Name> a &amp; b </md:Name></md:EntityDescriptor>"
	_, err = auth.CreateSAMLIdPServiceProvider(call(t), given)
	must(t, err)
	stored := w.Get("saml_idp_service_provider", "given").(*types.SAMLIdPServiceProviderV1)
	want := `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="iam">` + "\n" +
		"  <md:Name>a &amp; b</md:Name>\n</md:EntityDescriptor>"
	if stored.Spec.EntityID != "iam" || stored.Spec.EntityDescriptor != want {
		t.Errorf("entity ID %q, descriptor\n%s", stored.Spec.EntityID, stored.Spec.EntityDescriptor)
	}
	again := of(t, serviceProviders, "again")
	again.Spec = stored.Spec
	must(t, checkServiceProvider(again))
	if again.Spec.EntityDescriptor != want {
		t.Errorf("laying out twice gives\n%s", again.Spec.EntityDescriptor)
	}

	given.Spec.EntityID = "other"
	_, err = auth.UpdateSAMLIdPServiceProvider(call(t), given)
	wantStatus(t, err, codes.InvalidArgument, "entity ID parsed from the entity descriptor does not match")
	given.Spec.EntityID, given.Spec.EntityDescriptor = "iam", "<EntityDescriptor entityID='iam'>"
	_, err = auth.UpdateSAMLIdPServiceProvider(call(t), given)
	wantStatus(t, err, codes.InvalidArgument, "invalid entity descriptor")
}

func TestSingletonsHaveOneName(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	_, err := w.official(t).CreateAutoUpdateConfig(t.Context(), of(t, autoUpdateConfigs, "mine"))
	if !trace.IsBadParameter(err) {
		t.Errorf("another name: %v", err)
	}
}

func TestLocksRememberWhoMadeThem(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	auth := proto.NewAuthServiceClient(w.operator(t))
	_, err := auth.UpsertLock(call(t), of(t, locks, "l"))
	must(t, err)
	made, err := auth.GetLock(call(t), &proto.GetLockRequest{Name: "l"})
	must(t, err)
	if made.CreatedBy() != "bot-operator" || made.CreatedAt().IsZero() {
		t.Errorf("created by %q at %v", made.CreatedBy(), made.CreatedAt())
	}
	kept := of(t, locks, "l")
	kept.SetCreatedBy("alice")
	kept.SetCreatedAt(made.CreatedAt())
	_, err = auth.UpsertLock(call(t), kept)
	must(t, err)
	again, err := auth.GetLock(call(t), &proto.GetLockRequest{Name: "l"})
	must(t, err)
	if again.CreatedBy() != "alice" || !again.CreatedAt().Equal(made.CreatedAt()) {
		t.Errorf("what the caller says counts: %q at %v", again.CreatedBy(), again.CreatedAt())
	}
}

func TestBotsBringAUserAndARole(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	service := w.official(t).BotServiceClient()
	bot, err := service.CreateBot(call(t), &machineidv1.CreateBotRequest{Bot: of(t, bots, "ci")})
	must(t, err)
	if bot.Status.UserName != "bot-ci" || w.Get("user", "bot-ci") == nil || w.Get("role", "bot-ci") == nil {
		t.Errorf("status %v, user %v, role %v", bot.Status, w.Get("user", "bot-ci"), w.Get("role", "bot-ci"))
	}
	_, err = service.DeleteBot(call(t), &machineidv1.DeleteBotRequest{BotName: "ci"})
	must(t, err)
	if w.Get("user", "bot-ci") != nil || w.Get("role", "bot-ci") != nil {
		t.Error("user and role go with the bot")
	}
}
