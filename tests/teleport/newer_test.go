package teleport

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/gravitational/teleport/api/client/proto"
	accesslistv1 "github.com/gravitational/teleport/api/gen/proto/go/teleport/accesslist/v1"
	usersv1 "github.com/gravitational/teleport/api/gen/proto/go/teleport/users/v1"
	workloadidentityv1 "github.com/gravitational/teleport/api/gen/proto/go/teleport/workloadidentity/v1"
	"github.com/gravitational/teleport/api/types"
)

// Paged lists that the API module has no code for yet.
func TestLaterListsArePaged(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	conn := w.operator(t)
	for _, name := range []string{"a", "b", "c"} {
		must(t, w.PutJSON("app", sample(t, "app", name, "d")))
	}
	var names []string
	for next := ""; ; {
		answer := &types.AppV3List{} // what it does not know is field 2, the next key
		must(t, conn.Invoke(call(t), "/proto.AuthService/ListApps",
			&usersv1.ListUsersRequest{PageSize: 2, PageToken: next}, answer))
		for _, app := range answer.Apps {
			names = append(names, app.GetName())
		}
		_, _, tag := protowire.ConsumeTag(answer.XXX_unrecognized)
		if next, _ = protowire.ConsumeString(answer.XXX_unrecognized[tag:]); next == "" {
			break
		}
	}
	if !slices.Equal(names, []string{"a", "b", "c"}) {
		t.Error(names)
	}
	if w.CallsOf("ListApps") != 2 {
		t.Errorf("calls %v", w.Calls())
	}
	must(t, w.SetFaults(Fault{Method: "ListApps", Code: "UNIMPLEMENTED", Count: 1}))
	err := conn.Invoke(call(t), "/proto.AuthService/ListApps", &emptypb.Empty{}, &emptypb.Empty{})
	wantStatus(t, err, codes.Unimplemented, "")
	stranger := w.dial(t, w.direct(), w.joined(t))
	err = stranger.Invoke(call(t), "/proto.AuthService/ListApps", &emptypb.Empty{}, &emptypb.Empty{})
	wantStatus(t, err, codes.PermissionDenied, "access denied")
}

func TestLaterListsHideSecretsUnlessAsked(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	must(t, w.PutJSON("github", sample(t, "github", "gh", "d")))
	conn := w.operator(t)
	for _, secrets := range []bool{false, true} {
		answer := &emptypb.Empty{}
		must(t, conn.Invoke(call(t), "/proto.AuthService/ListGithubConnectors",
			&usersv1.ListUsersRequest{WithSecrets: secrets}, answer))
		if strings.Contains(string(answer.ProtoReflect().GetUnknown()), "canary") != secrets {
			t.Errorf("with secrets %v: %q", secrets, answer.ProtoReflect().GetUnknown())
		}
	}
}

// Both generations of messages are listed so.
func TestLaterListsKnowAccessLists(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	must(t, w.PutJSON("access_list", sample(t, "access_list", "ops", "d")))
	answer := &accesslistv1.GetAccessListsResponse{} // the same field 1
	must(t, w.operator(t).Invoke(call(t), "/teleport.accesslist.v1.AccessListService/ListAccessListsV2", &emptypb.Empty{}, answer))
	if len(answer.AccessLists) != 1 || answer.AccessLists[0].Header.Metadata.Name != "ops" {
		t.Errorf("%v", answer)
	}
}

func TestUsersAreServedTheOlderWayToo(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	auth := proto.NewAuthServiceClient(w.operator(t))
	_, err := auth.CreateUser(call(t), user("alice", "operator"))
	must(t, err)
	alice, err := auth.GetUser(call(t), &proto.GetUserRequest{Name: "alice"})
	must(t, err)
	_, err = auth.UpdateUser(call(t), user("alice"))
	wantStatus(t, err, codes.FailedPrecondition, "revision")
	_, err = auth.UpdateUser(call(t), alice)
	must(t, err)
	stream, err := auth.GetUsers(call(t), &proto.GetUsersRequest{})
	must(t, err)
	if first, err := stream.Recv(); err != nil || first.GetName() != "alice" {
		t.Errorf("first user %v, %v", first, err)
	}
	_, err = auth.DeleteUser(call(t), &proto.DeleteUserRequest{Name: "alice"})
	must(t, err)
}

func TestUnknownMethodsAreCountedAndRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	err := w.operator(t).Invoke(call(t), "/teleport.future.v1.Service/Get", &emptypb.Empty{}, &emptypb.Empty{})
	wantStatus(t, err, codes.Unimplemented, "unknown method /teleport.future.v1.Service/Get")
	if w.CallsOf("/teleport.future.v1.Service/Get") != 1 {
		t.Errorf("calls %v", w.Calls())
	}
}

// Fields that the API module does not know come back, of both generations of messages.
func TestNewerFieldsSurvive(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	conn := w.operator(t)
	newer := protowire.AppendString(protowire.AppendTag(nil, 2014, protowire.BytesType), "new")

	app := of(t, apps, "it")
	app.Spec.XXX_unrecognized = newer
	auth := proto.NewAuthServiceClient(conn)
	_, err := auth.CreateApp(call(t), app)
	must(t, err)
	got, err := auth.GetApp(call(t), &types.ResourceRequest{Name: "it"})
	must(t, err)
	if string(got.Spec.XXX_unrecognized) != string(newer) {
		t.Errorf("app: %q", got.Spec.XXX_unrecognized)
	}

	identity := of(t, workloadIdentities, "it")
	identity.Spec.ProtoReflect().SetUnknown(newer)
	identities := workloadidentityv1.NewWorkloadIdentityResourceServiceClient(conn)
	stored, err := identities.UpsertWorkloadIdentity(call(t),
		&workloadidentityv1.UpsertWorkloadIdentityRequest{WorkloadIdentity: identity})
	must(t, err)
	if string(stored.Spec.ProtoReflect().GetUnknown()) != string(newer) {
		t.Errorf("workload identity: %q", stored.Spec.ProtoReflect().GetUnknown())
	}
}

func TestBlindUpdatesAreNoted(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	must(t, w.PutJSON("db", sample(t, "db", "it", "first")))
	_, err := proto.NewAuthServiceClient(w.operator(t)).UpdateDatabase(call(t), of(t, databases, "it"))
	must(t, err)
	if odd := w.Irregularities(); len(odd) != 1 || !strings.Contains(odd[0], "UpdateDatabase came without the revision") {
		t.Error(odd)
	}
}

func TestFeaturesChangeWhileItRuns(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	official := w.official(t)
	enabled := func(name string) (known, on bool) {
		ping, err := official.Ping(t.Context())
		must(t, err)
		info, known := ping.ServerFeatures.Entitlements[name]
		return known, info.GetEnabled()
	}
	if _, on := enabled("OIDC"); !on {
		t.Error("everything is on at the start")
	}
	w.SetFeatures(FeaturesOf("Policy", "-SessionSummaries"))
	if known, _ := enabled("OIDC"); known {
		t.Error("OIDC is gone")
	}
	if known, on := enabled("SessionSummaries"); !known || on {
		t.Error("SessionSummaries is announced as off")
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPut, w.AdminURL()+"/features", strings.NewReader(`["SAML","AdvancedAccessWorkflows"]`))
	must(t, err)
	answer, err := http.DefaultClient.Do(request)
	must(t, err)
	answer.Body.Close()
	ping, err := official.Ping(t.Context())
	must(t, err)
	if answer.StatusCode != http.StatusOK || !ping.ServerFeatures.AdvancedAccessWorkflows || !ping.ServerFeatures.SAML || ping.ServerFeatures.OIDC {
		t.Errorf("HTTP %d, features %v", answer.StatusCode, ping.ServerFeatures)
	}
}
