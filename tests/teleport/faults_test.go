package teleport

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/gravitational/teleport/api/client/proto"
	"github.com/gravitational/teleport/api/types"
)

func TestFaultHitsSoManyCallsOfOneResource(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	auth := proto.NewAuthServiceClient(w.operator(t))
	must(t, w.SetFaults(Fault{Method: "UpsertRoleV2", Resource: "dev", Code: "RESOURCE_EXHAUSTED", Message: "slow down", Count: 1}))
	put := func(name string) error {
		_, err := auth.UpsertRoleV2(call(t), &proto.UpsertRoleRequest{Role: role(name)})
		return err
	}
	must(t, put("other"))
	wantStatus(t, put("dev"), codes.ResourceExhausted, "slow down")
	must(t, put("dev"))
	if err := w.SetFaults(Fault{Method: "*", Code: "NONSENSE"}); err == nil {
		t.Error("an unknown code is refused")
	}
}

func TestLostAnswerHasTakenEffect(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	auth := proto.NewAuthServiceClient(w.operator(t))
	must(t, w.SetFaults(Fault{Method: "UpsertRoleV2", Code: Drop, AfterEffect: true, Count: 1}))
	_, err := auth.UpsertRoleV2(call(t), &proto.UpsertRoleRequest{Role: role("dev")})
	if status.Code(err) != codes.Unavailable {
		t.Errorf("error %v", err)
	}
	if w.Get("role", "dev") == nil {
		t.Error("the role is not there")
	}
}

func TestLatencyDelaysTheCall(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	auth := proto.NewAuthServiceClient(w.dial(t, w.direct()))
	_, err := auth.Ping(call(t), &proto.PingRequest{})
	must(t, err)
	must(t, w.SetFaults(Fault{Method: "*", LatencyMS: 60}))
	start := time.Now()
	_, err = auth.Ping(call(t), &proto.PingRequest{})
	must(t, err)
	if took := time.Since(start); took < 60*time.Millisecond {
		t.Errorf("took %v", took)
	}
}

func TestServerGoesDownAndComesBackOnTheSamePort(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	auth := proto.NewAuthServiceClient(w.operator(t))
	must(t, w.SetSwitches(Switches{Down: downAuth}))
	_, err := auth.GetRole(call(t), &proto.GetRoleRequest{Name: "operator"})
	if status.Code(err) != codes.Unavailable {
		t.Errorf("down: %v", err)
	}
	answer, err := w.web().Get("https://" + w.ProxyAddr() + "/webapi/find")
	must(t, err)
	answer.Body.Close()
	must(t, w.SetSwitches(Switches{}))
	back := proto.NewAuthServiceClient(w.operator(t))
	_, err = back.GetRole(call(t), &proto.GetRoleRequest{Name: "operator"})
	must(t, err)
}

func TestJoinsCanBeRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	must(t, w.SetSwitches(Switches{RefuseJoins: "not today"}))
	_, _, err := streamJoin(t, w.dial(t, w.direct()), kubeToken, w.kube.token(t, claims()))
	wantStatus(t, err, codes.PermissionDenied, "not today")
}

func TestWatchSeesWritesAndBreaks(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	auth := proto.NewAuthServiceClient(w.operator(t))
	stream, err := auth.WatchEvents(call(t), &proto.Watch{
		Kinds: []types.WatchKind{{Kind: types.KindRole}, {Kind: types.KindToken}},
	})
	must(t, err)
	next := func() *proto.Event {
		t.Helper()
		event, err := stream.Recv()
		must(t, err)
		return event
	}
	if first := next(); first.Type != proto.Operation_INIT {
		t.Fatalf("first event %v", first)
	}
	must(t, w.PutJSON("role", []byte(`{"version":"v7","metadata":{"name":"dev"}}`)))
	must(t, w.PutJSON("user", []byte(`{"metadata":{"name":"unwatched"}}`)))
	must(t, w.Delete("role", "dev"))
	if put := next(); put.GetRole().GetName() != "dev" || put.GetRole().GetRevision() == "" {
		t.Errorf("put event %v", put)
	}
	if gone := next(); gone.Type != proto.Operation_DELETE || gone.GetResourceHeader().GetName() != "dev" {
		t.Errorf("delete event %v", gone)
	}
	w.DropWatches()
	_, err = stream.Recv()
	wantStatus(t, err, codes.Unavailable, "watcher closed")
}

func TestHostCARotates(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	old := w.direct()
	for _, phase := range []string{phaseInit, phaseUpdateClients, phaseUpdateServers, phaseStandby} {
		must(t, w.RotateHostCA(phase))
	}
	if err := w.RotateHostCA(phaseStandby); err == nil {
		t.Error("a phase out of turn is refused")
	}
	_, err := proto.NewAuthServiceClient(w.dial(t, w.direct())).Ping(call(t), &proto.PingRequest{})
	must(t, err)
	_, err = proto.NewAuthServiceClient(w.dial(t, old)).Ping(call(t), &proto.PingRequest{})
	if status.Code(err) != codes.Unavailable {
		t.Errorf("with the old CA: %v", err)
	}
}

func TestAdminAPI(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	do := func(method, path, body string, want int) string {
		t.Helper()
		request, err := http.NewRequestWithContext(t.Context(), method, w.AdminURL()+path, strings.NewReader(body))
		must(t, err)
		answer, err := http.DefaultClient.Do(request)
		must(t, err)
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		must(t, err)
		if answer.StatusCode != want {
			t.Errorf("%s %s: %d %s", method, path, answer.StatusCode, text)
		}
		return string(text)
	}
	do("PUT", "/resources/role/dev", `{"version":"v7"}`, 200)
	if got := do("GET", "/resources/role/dev", "", 200); !strings.Contains(got, `"name":"dev"`) {
		t.Error(got)
	}
	if got := do("GET", "/resources/bot", "", 200); !strings.Contains(got, `"operator"`) {
		t.Error(got)
	}
	do("DELETE", "/resources/role/dev", "", 200)
	do("GET", "/resources/role/dev", "", 404)
	do("PUT", "/resources/role/dev", `{"version":"v7","spec":{"allow":{"logins":["*"]}}}`, 400)
	do("POST", "/apply", "kind: role\nversion: v7\nmetadata: {name: yaml}\n", 200)
	if got := do("GET", "/audit", "", 200); !strings.Contains(got, `"delete"`) {
		t.Error(got)
	}
	do("POST", "/faults", `[{"method":"*","code":"UNAVAILABLE"}]`, 200)
	do("POST", "/faults", `[{"method":"*","cod":"UNAVAILABLE"}]`, 400)
	do("DELETE", "/faults", "", 200)
	do("PATCH", "/switches", `{"refuse_joins":"no"}`, 200)
	if w.Switches().RefuseJoins != "no" {
		t.Error("the switch is not set")
	}
	do("POST", "/do/lock?user=bot-operator&message=m", "", 200)
	do("POST", "/do/nothing", "", 404)
	do("POST", "/reset", "", 200)
	if got := do("GET", "/calls", "", 200); strings.TrimSpace(got) != "{}" {
		t.Error(got)
	}
}
