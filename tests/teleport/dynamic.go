package teleport

import (
	"fmt"

	"github.com/gravitational/trace"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"

	clientproto "github.com/gravitational/teleport/api/client/proto"
	headerv1 "github.com/gravitational/teleport/api/gen/proto/go/teleport/header/v1"
	"github.com/gravitational/teleport/api/types"

	"github.com/teleport-operator-caf/tests/wire"
)

// Kinds that are newer than the API module: their messages are built from facts (package wire), and
// they are stored, watched, faulted and counted like all others.

// dynamicKind is one such kind. Its calls are named after its noun; their requests and answers are
// found in the facts.
type dynamicKind struct {
	name    string // "inference_model"
	subKind string
	service string // full name; requests and resources are in its package
	noun    string // "InferenceModel": the message, and what the calls are named after
	nouns   string // in the name of the list call; empty: there is none
	event   protowire.Number
	// singleton is the only name; the calls carry none.
	singleton string
	// writeOnly: the spec is never given back.
	writeOnly bool
	// goneText makes a deletion of what is not there COMPARE_FAILED with this text
	// (facts/operator-behaviour.md §3.1).
	goneText string
}

const (
	summarizerService    = "teleport.summarizer.v1.SummarizerService"
	scopedAccessService  = "teleport.scopes.access.v1.ScopedAccessService"
	scopedJoiningService = "teleport.scopes.joining.v1.ScopedJoiningService"
)

var dynamicKinds = []dynamicKind{
	{name: "inference_model", service: summarizerService, noun: "InferenceModel", nouns: "InferenceModels", event: 91},
	{name: "inference_policy", service: summarizerService, noun: "InferencePolicy", nouns: "InferencePolicies", event: 93},
	{name: "inference_secret", service: summarizerService, noun: "InferenceSecret", nouns: "InferenceSecrets", event: 92, writeOnly: true},
	{name: "retrieval_model", service: summarizerService, noun: "RetrievalModel", event: 94, singleton: "retrieval-model"},
	{
		name: "scoped_role", service: scopedAccessService, noun: "ScopedRole", nouns: "ScopedRoles", event: 80,
		goneText: "scoped role %q has been concurrently modified and/or deleted",
	},
	{
		name: "scoped_role_assignment", subKind: "dynamic", service: scopedAccessService, noun: "ScopedRoleAssignment",
		nouns: "ScopedRoleAssignments", event: 81, goneText: "scoped role assignment %q not found",
	},
	{name: "scoped_token", service: scopedJoiningService, noun: "ScopedToken", nouns: "ScopedTokens"},
}

// dynamic is a resource of such a kind: a types.Resource153 whose metadata has a type and whose rest
// has none.
type dynamic struct {
	metadata *headerv1.Metadata
	rest     *dynamicpb.Message // without metadata
}

func (d *dynamic) text(field protoreflect.Name) string {
	return d.rest.Get(d.rest.Descriptor().Fields().ByName(field)).String()
}

// GetKind, GetSubKind, GetVersion and GetMetadata make it a types.Resource153.
func (d *dynamic) GetKind() string                 { return d.text("kind") }
func (d *dynamic) GetSubKind() string              { return d.text("sub_kind") }
func (d *dynamic) GetVersion() string              { return d.text("version") }
func (d *dynamic) GetMetadata() *headerv1.Metadata { return d.metadata }

// message is the whole, as it goes over the wire.
func (d *dynamic) message() *dynamicpb.Message {
	out := proto.Clone(d.rest).(*dynamicpb.Message)
	field := out.Descriptor().Fields().ByName("metadata")
	if err := transcode(d.metadata, out.Mutable(field).Message().Interface()); err != nil {
		panic(err) // the same message in two forms
	}
	return out
}

// newDynamic takes a message apart.
func newDynamic(message *dynamicpb.Message) (*dynamic, error) {
	rest := proto.Clone(message).(*dynamicpb.Message)
	field := rest.Descriptor().Fields().ByName("metadata")
	metadata := &headerv1.Metadata{}
	if err := transcode(rest.Get(field).Message().Interface(), metadata); err != nil {
		return nil, err
	}
	rest.Clear(field)
	return &dynamic{metadata: metadata, rest: rest}, nil
}

// transcode copies between two forms of the same message.
func transcode(from, to proto.Message) error {
	raw, err := proto.Marshal(from)
	if err == nil {
		err = proto.Unmarshal(raw, to)
	}
	if err != nil {
		return fmt.Errorf("transcoding %s: %w", to.ProtoReflect().Descriptor().FullName(), err)
	}
	return nil
}

// messageName is that of the resource; requests are in the same package.
func (k dynamicKind) messageName() string { return k.inPackage(k.noun) }

func (k dynamicKind) inPackage(name string) string {
	return string(protoreflect.FullName(k.service).Parent()) + "." + name
}

// collection is how the server keeps the kind.
func (k dynamicKind) collection() collection[dynamic] {
	c := collection[dynamic]{
		name:   k.name,
		wrap:   func(d *dynamic) types.Resource { return types.Resource153ToLegacy(d) },
		unwrap: unwrap153[*dynamic],
		decode: k.decode,
		encode: func(d *dynamic) ([]byte, error) {
			return protojson.MarshalOptions{UseProtoNames: true}.Marshal(d.message())
		},
		check: k.check,
		event: k.eventOf,
	}
	if k.writeOnly {
		c.bare = withoutSpec
	}
	if k.event == 0 {
		c.event = nil
	}
	return c
}

func (k dynamicKind) decode(body []byte) (*dynamic, error) {
	message, err := wire.New(k.messageName())
	if err != nil {
		return nil, err
	}
	if err := protojson.Unmarshal(body, message); err != nil {
		return nil, trace.BadParameter("decoding a %s: %v", k.name, err)
	}
	return newDynamic(message)
}

// check knows the header only: what Teleport wants of the specs is not known.
func (k dynamicKind) check(d *dynamic) error {
	switch {
	case d.GetKind() != k.name:
		return trace.BadParameter("expected kind %q, got %q", k.name, d.GetKind())
	case d.GetSubKind() != k.subKind:
		return trace.BadParameter("%s: expected sub-kind %q, got %q", k.name, k.subKind, d.GetSubKind())
	case d.GetVersion() != types.V1:
		return trace.BadParameter("%s: unsupported version %q", k.name, d.GetVersion())
	case d.metadata.GetName() == "":
		return trace.BadParameter("%s: missing name", k.name)
	case k.singleton != "" && d.metadata.GetName() != k.singleton:
		return trace.BadParameter("%s must be named %q, got %q", k.name, k.singleton, d.metadata.GetName())
	}
	return nil
}

func (k dynamicKind) eventOf(event types.Event) (*clientproto.Event, error) {
	stored := unwrap153[*dynamic](event.Resource)
	if k.writeOnly {
		stored = withoutSpec(stored)
	}
	raw, err := proto.Marshal(stored.message())
	if err != nil {
		return nil, trace.Wrap(err)
	}
	return newerEvent(k.event, raw), nil
}

func withoutSpec(d *dynamic) *dynamic {
	rest := proto.Clone(d.rest).(*dynamicpb.Message)
	rest.Clear(rest.Descriptor().Fields().ByName("spec"))
	return &dynamic{metadata: d.metadata, rest: rest}
}
