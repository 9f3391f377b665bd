package teleport

import (
	"encoding/json"
	"slices"
	"testing"

	"google.golang.org/grpc/codes"

	"github.com/gravitational/teleport/api/client/proto"
	usersv1 "github.com/gravitational/teleport/api/gen/proto/go/teleport/users/v1"
	"github.com/gravitational/teleport/api/types"
)

func role(name string) *types.RoleV6 {
	return &types.RoleV6{
		Version:  types.V7,
		Metadata: types.Metadata{Name: name, Labels: map[string]string{"teleport.dev/origin": "kubernetes"}},
	}
}

func user(name string, roles ...string) *types.UserV2 {
	return &types.UserV2{Metadata: types.Metadata{Name: name}, Spec: types.UserSpecV2{Roles: roles}}
}

func TestOperatorWritesRoles(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	auth := proto.NewAuthServiceClient(w.operator(t))
	_, err := auth.GetRole(call(t), &proto.GetRoleRequest{Name: "dev"})
	wantStatus(t, err, codes.NotFound, "role dev is not found")

	created, err := auth.UpsertRoleV2(call(t), &proto.UpsertRoleRequest{Role: role("dev")})
	must(t, err)
	got, err := auth.GetRole(call(t), &proto.GetRoleRequest{Name: "dev"})
	must(t, err)
	if got.GetRevision() == "" || got.GetRevision() != created.GetRevision() {
		t.Errorf("revision %q read, %q written", got.GetRevision(), created.GetRevision())
	}
	if got.GetOptions().MaxSessionTTL.Duration() == 0 || got.GetMetadata().Labels["teleport.dev/origin"] != "kubernetes" {
		t.Errorf("defaults or labels are missing: %v", got)
	}

	again, err := auth.UpsertRoleV2(call(t), &proto.UpsertRoleRequest{Role: created})
	must(t, err)
	if again.GetRevision() == got.GetRevision() {
		t.Error("a write makes a new revision")
	}
	_, err = auth.UpdateRole(call(t), &proto.UpdateRoleRequest{Role: got})
	wantStatus(t, err, codes.FailedPrecondition, "revision does not match")

	bad := role("bad")
	bad.Spec.Allow.Logins = []string{"*"}
	_, err = auth.UpsertRoleV2(call(t), &proto.UpsertRoleRequest{Role: bad})
	wantStatus(t, err, codes.InvalidArgument, "wildcard matcher is not allowed in logins")

	if writes := w.Writes("role", "dev"); writes["create"] != 1 || writes["update"] != 1 {
		t.Errorf("writes %v", writes)
	}
	if about := w.CallsAbout("dev"); about["/proto.AuthService/GetRole"] != 2 || w.CallsOf("UpdateRole") != 1 {
		t.Errorf("calls about dev %v, all calls %v", about, w.Calls())
	}
	if last := w.Audit()[len(w.Audit())-1]; last.Caller != "bot-operator" || last.Method != "/proto.AuthService/UpsertRoleV2" {
		t.Errorf("audit %+v", last)
	}
}

func TestRolesOfNewerVersionsKeepTheirVersion(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	newer := role("newer")
	newer.Version = "v9"
	stored, err := proto.NewAuthServiceClient(w.operator(t)).UpsertRoleV2(call(t), &proto.UpsertRoleRequest{Role: newer})
	must(t, err)
	if stored.Version != "v9" {
		t.Errorf("version %q", stored.Version)
	}
}

func TestUsersNeedTheirRolesAndHoldThem(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	conn := w.operator(t)
	auth, users := proto.NewAuthServiceClient(conn), usersv1.NewUsersServiceClient(conn)

	_, err := users.CreateUser(call(t), &usersv1.CreateUserRequest{User: user("alice", "dev")})
	wantStatus(t, err, codes.NotFound, "role dev is not found")
	_, err = auth.UpsertRoleV2(call(t), &proto.UpsertRoleRequest{Role: role("dev")})
	must(t, err)
	created, err := users.CreateUser(call(t), &usersv1.CreateUserRequest{User: user("alice", "dev")})
	must(t, err)
	if by := created.User.GetCreatedBy(); by.User.Name != "bot-operator" || by.Time.IsZero() {
		t.Errorf("created_by %v", by)
	}
	_, err = users.CreateUser(call(t), &usersv1.CreateUserRequest{User: user("alice", "dev")})
	wantStatus(t, err, codes.AlreadyExists, "already exists")

	_, err = auth.DeleteRole(call(t), &proto.DeleteRoleRequest{Name: "dev"})
	wantStatus(t, err, codes.InvalidArgument, "still in use by a user")

	stale := user("alice")
	_, err = users.UpdateUser(call(t), &usersv1.UpdateUserRequest{User: stale})
	wantStatus(t, err, codes.FailedPrecondition, "revision")
	stale.SetRevision(created.User.GetRevision())
	_, err = users.UpdateUser(call(t), &usersv1.UpdateUserRequest{User: stale})
	must(t, err)
	_, err = auth.DeleteRole(call(t), &proto.DeleteRoleRequest{Name: "dev"})
	must(t, err)
	_, err = users.DeleteUser(call(t), &usersv1.DeleteUserRequest{Name: "alice"})
	must(t, err)
	_, err = users.GetUser(call(t), &usersv1.GetUserRequest{Name: "alice"})
	wantStatus(t, err, codes.NotFound, "not found")
}

func TestTokensAreValidatedAndStored(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	auth := proto.NewAuthServiceClient(w.operator(t))
	put := func(token *types.ProvisionTokenV2) error {
		_, err := auth.UpsertTokenV2(call(t), &proto.UpsertTokenV2Request{
			Token: &proto.UpsertTokenV2Request_V2{V2: token},
		})
		return err
	}
	token := &types.ProvisionTokenV2{Metadata: types.Metadata{Name: "ci"}}
	wantStatus(t, put(token), codes.InvalidArgument, "missing roles")
	token.Spec.Roles = []types.SystemRole{types.RoleNode}
	must(t, put(token))
	got, err := auth.GetToken(call(t), &types.ResourceRequest{Name: "ci"})
	must(t, err)
	if got.Spec.JoinMethod != types.JoinMethodToken || got.GetRevision() == "" {
		t.Errorf("%v", got)
	}
	_, err = auth.DeleteToken(call(t), &types.ResourceRequest{Name: "ci"})
	must(t, err)
	_, err = auth.GetToken(call(t), &types.ResourceRequest{Name: "ci"})
	wantStatus(t, err, codes.NotFound, "provisioning token(*i) not found")
}

func TestListsArePaged(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	for _, name := range []string{"a", "b", "c"} {
		must(t, w.PutJSON("role", []byte(`{"version":"v7","metadata":{"name":"`+name+`"}}`)))
	}
	auth := proto.NewAuthServiceClient(w.operator(t))
	var names []string
	for next := ""; ; {
		page, err := auth.ListRoles(call(t), &proto.ListRolesRequest{Limit: 2, StartKey: next})
		must(t, err)
		for _, role := range page.Roles {
			names = append(names, role.GetName())
		}
		if next = page.NextKey; next == "" {
			break
		}
	}
	if !slices.Equal(names, []string{"a", "b", "bot-operator", "c", "operator"}) {
		t.Error(names)
	}
}

func TestAccessFollowsTheRolesInTheCertificate(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	bot := w.joined(t)
	auth := proto.NewAuthServiceClient(w.dial(t, w.direct(), bot))
	_, err := auth.UpsertRoleV2(call(t), &proto.UpsertRoleRequest{Role: role("dev")})
	wantStatus(t, err, codes.PermissionDenied, `access denied to perform action "create" on "role"`)
	own, err := auth.GetRole(call(t), &proto.GetRoleRequest{Name: "bot-operator"})
	must(t, err)
	if !slices.Equal(own.Spec.Allow.Impersonate.Roles, []string{"operator"}) {
		t.Errorf("impersonate %v", own.Spec.Allow.Impersonate)
	}

	_, err = w.output(t, bot, "bot-operator")
	wantStatus(t, err, codes.PermissionDenied, `user "bot-operator" has requested role impersonation for "bot-operator"`)
	_, err = w.output(t, bot)
	wantStatus(t, err, codes.InvalidArgument, "at least one role request is required")
	out, err := w.output(t, bot, "operator")
	must(t, err)
	_, err = w.output(t, out, "operator")
	wantStatus(t, err, codes.PermissionDenied, "not allowed to reissue certificates")

	stranger := proto.NewAuthServiceClient(w.dial(t, w.direct()))
	_, err = stranger.GetRole(call(t), &proto.GetRoleRequest{Name: "operator"})
	wantStatus(t, err, codes.PermissionDenied, "access denied")
	ping, err := stranger.Ping(call(t), &proto.PingRequest{})
	must(t, err)
	if ping.ClusterName != DefaultClusterName || !ping.ServerFeatures.Entitlements["OIDC"].Enabled {
		t.Errorf("ping %v", ping)
	}
	ca, err := stranger.GetClusterCACert(call(t), empty)
	must(t, err)
	if string(ca.TLSCA) != string(w.HostCA()) {
		t.Error("GetClusterCACert answers the host CA")
	}

	must(t, w.Lock("bot-operator", "stolen"))
	_, err = auth.GetRole(call(t), &proto.GetRoleRequest{Name: "bot-operator"})
	wantStatus(t, err, codes.PermissionDenied, "access denied")
}

func TestApplyTakesYAMLAndJSON(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	must(t, w.Apply([]byte("# a comment\n---\nkind: role\nversion: v7\nmetadata: {name: r}\nspec:\n  allow:\n    node_labels: {'*': '*'}\n")))
	body, err := w.GetJSON("role", "r")
	must(t, err)
	var decoded types.RoleV6
	must(t, json.Unmarshal(body, &decoded))
	if !slices.Equal(decoded.Spec.Allow.NodeLabels["*"], []string{"*"}) {
		t.Errorf("%s", body)
	}
	if err := w.Apply([]byte("kind: spaceship\n")); err == nil {
		t.Error("an unknown kind is refused")
	}
}
