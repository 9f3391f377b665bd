package teleport

import (
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/gravitational/teleport/api/client/proto"
	"github.com/gravitational/teleport/api/types"

	"github.com/teleport-operator-caf/tests/wire"
)

// dynamicClient calls one kind by its facts.
type dynamicClient struct {
	t    *testing.T
	kind dynamicKind
	conn *grpc.ClientConn
}

// call sends a request given in JSON.
func (c dynamicClient) call(method, request string) (*dynamicpb.Message, error) {
	c.t.Helper()
	in, err := wire.New(c.kind.inPackage(method + "Request"))
	must(c.t, err)
	must(c.t, protojson.Unmarshal([]byte(request), in))
	out, err := wire.New(c.kind.inPackage(method + "Response"))
	must(c.t, err)
	return out, c.conn.Invoke(call(c.t), "/"+c.kind.service+"/"+method, in, out)
}

// carried is the resource in an answer, as JSON.
func (c dynamicClient) carried(answer *dynamicpb.Message) string {
	c.t.Helper()
	field := dynamicCalls{dynamicKind: c.kind}.place(answer)
	text, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(answer.Get(field).Message().Interface())
	must(c.t, err)
	return strings.ReplaceAll(string(text), " ", "")
}

func (c dynamicClient) revision(answer *dynamicpb.Message) string {
	c.t.Helper()
	field := dynamicCalls{dynamicKind: c.kind}.place(answer)
	resource, err := newDynamic(answer.Get(field).Message().Interface().(*dynamicpb.Message))
	must(c.t, err)
	return resource.metadata.GetRevision()
}

// request carries a resource of the kind with the metadata and spec.
func (c dynamicClient) request(metadata, spec string) string {
	field := "model"
	for part, name := range map[string]string{"Policy": "policy", "Secret": "secret", "Role": "role", "Assignment": "assignment", "Token": "token"} {
		if strings.HasSuffix(c.kind.noun, part) {
			field = name
		}
	}
	return `{"` + field + `": {"kind": "` + c.kind.name + `", "sub_kind": "` + c.kind.subKind +
		`", "version": "v1", "metadata": {` + metadata + `}, "spec": ` + spec + `}}`
}

// dynamicSpecs are specs of the kinds, and a text that each must give back.
var dynamicSpecs = map[string][2]string{
	"inference_model":        {`{"openai": {"openai_model_id": "gpt"}}`, `"openai_model_id":"gpt"`},
	"inference_policy":       {`{"kinds": ["ssh"], "model": "m"}`, `"kinds":["ssh"]`},
	"inference_secret":       {`{"value": "hidden"}`, `"metadata"`},
	"retrieval_model":        {`{"bedrock": {"region": "eu"}}`, `"region":"eu"`},
	"scoped_role":            {`{"assignable_scopes": ["/a"]}`, `"assignable_scopes":["/a"]`},
	"scoped_role_assignment": {`{"user": "alice"}`, `"user":"alice"`},
	"scoped_token":           {`{"assigned_scope": "/a"}`, `"assigned_scope":"/a"`},
}

func TestNewerKindsAreServedByTheirFacts(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	conn := w.operator(t)
	for _, kind := range dynamicKinds {
		t.Run(kind.name, func(t *testing.T) {
			exerciseDynamic(t, w, dynamicClient{t, kind, conn})
		})
	}
}

func exerciseDynamic(t *testing.T, w *world, c dynamicClient) {
	name, spec := "it", dynamicSpecs[c.kind.name]
	if c.kind.singleton != "" {
		name = c.kind.singleton
	}
	naming := c.naming(name)
	missing, err := c.call("Get"+c.kind.noun, naming)
	wantStatus(t, err, codes.NotFound, "")
	if len(missing.GetUnknown()) > 0 {
		t.Error("an answer beside an error")
	}
	created, err := c.call("Create"+c.kind.noun, c.request(`"name": "`+name+`"`, spec[0]))
	must(t, err)
	_, err = c.call("Create"+c.kind.noun, c.request(`"name": "`+name+`"`, spec[0]))
	wantStatus(t, err, codes.AlreadyExists, "")
	got, err := c.call("Get"+c.kind.noun, naming)
	must(t, err)
	if text := c.carried(got); !strings.Contains(text, spec[1]) || strings.Contains(text, "hidden") {
		t.Errorf("stored %s", text)
	}
	first := c.revision(created)
	if first == "" || c.revision(got) != first {
		t.Errorf("revision %q read, %q written", c.revision(got), first)
	}
	again := c.request(`"name": "`+name+`", "revision": "`+first+`"`, spec[0])
	must(t, second(c.call("Update"+c.kind.noun, again)))
	wantStatus(t, second(c.call("Update"+c.kind.noun, again)), codes.FailedPrecondition, "revision")
	must(t, second(c.call("Upsert"+c.kind.noun, again)))
	c.listed(name)
	must(t, second(c.call("Delete"+c.kind.noun, naming)))
	wantStatus(t, second(c.call("Delete"+c.kind.noun, naming)), c.goneCode(), "")
	if writes := w.Writes(c.kind.name, name); writes["create"] != 1 || writes["update"] != 2 || writes["delete"] != 1 {
		t.Errorf("writes %v", writes)
	}
	if about := w.CallsAbout(name); about["/"+c.kind.service+"/Get"+c.kind.noun] != 2 {
		t.Errorf("calls about it %v", about)
	}
}

func second[T any](_ T, err error) error { return err }

// naming is the request that names a resource.
func (c dynamicClient) naming(name string) string {
	switch {
	case c.kind.singleton != "":
		return `{}`
	case c.kind.subKind != "":
		return `{"name": "` + name + `", "sub_kind": "` + c.kind.subKind + `"}`
	}
	return `{"name": "` + name + `"}`
}

func (c dynamicClient) goneCode() codes.Code {
	if c.kind.goneText != "" {
		return codes.FailedPrecondition
	}
	return codes.NotFound
}

func (c dynamicClient) listed(name string) {
	c.t.Helper()
	if c.kind.nouns == "" {
		return
	}
	page, err := c.call("List"+c.kind.nouns, `{}`)
	must(c.t, err)
	list := page.Get(dynamicCalls{dynamicKind: c.kind}.place(page)).List()
	if list.Len() != 1 {
		c.t.Fatalf("%d are listed", list.Len())
	}
	resource, err := newDynamic(list.Get(0).Message().Interface().(*dynamicpb.Message))
	must(c.t, err)
	if resource.metadata.GetName() != name {
		c.t.Errorf("listed is %q", resource.metadata.GetName())
	}
}

func TestADeletionOfAnotherRevisionIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	c := dynamicClient{t, dynamicKinds[4], w.operator(t)}
	must(t, second(c.call("CreateScopedRole", c.request(`"name": "it"`, `{}`))))
	_, err := c.call("DeleteScopedRole", `{"name": "it", "revision": "another"}`)
	wantStatus(t, err, codes.FailedPrecondition, "concurrently modified and/or deleted")
	if !w.store.has("scoped_role", "it") {
		t.Error("it is gone")
	}
}

func TestASingletonHasOneName(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	c := dynamicClient{t, dynamicKinds[3], w.operator(t)}
	_, err := c.call("CreateRetrievalModel", c.request(`"name": "another"`, `{}`))
	wantStatus(t, err, codes.InvalidArgument, "must be named")
}

func TestEventsCarryNewerKinds(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	conn := w.operator(t)
	stream, err := proto.NewAuthServiceClient(conn).WatchEvents(call(t), &proto.Watch{Kinds: []types.WatchKind{{Kind: "inference_secret"}}})
	must(t, err)
	_, err = stream.Recv() // INIT
	must(t, err)
	c := dynamicClient{t, dynamicKinds[2], conn}
	must(t, second(c.call("CreateInferenceSecret", c.request(`"name": "it"`, `{"value": "hidden"}`))))
	event, err := stream.Recv()
	must(t, err)
	raw := event.ProtoReflect().GetUnknown()
	number, _, tag := protowire.ConsumeTag(raw)
	body, _ := protowire.ConsumeBytes(raw[tag:])
	if number != 92 || !strings.Contains(string(body), "it") || strings.Contains(string(body), "hidden") {
		t.Errorf("field %d: %q", number, body)
	}
	must(t, second(c.call("DeleteInferenceSecret", `{"name": "it"}`)))
	event, err = stream.Recv()
	must(t, err)
	if event.Type != proto.Operation_DELETE || event.GetResourceHeader().Metadata.Name != "it" {
		t.Errorf("event %v", event)
	}
}

func TestAdminSeesNewerKinds(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	must(t, w.Apply([]byte(`
kind: scoped_role
version: v1
metadata: {name: it, labels: {a: b}}
scope: /staging
spec: {assignable_scopes: [/staging]}
`)))
	text, err := w.GetJSON("scoped_role", "it")
	must(t, err)
	if !strings.Contains(string(text), "/staging") {
		t.Errorf("stored %s", text)
	}
	must(t, w.Delete("scoped_role", "it"))
}
