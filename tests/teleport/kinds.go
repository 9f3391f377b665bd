package teleport

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/gravitational/trace"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/gravitational/teleport/api/client"
	"github.com/gravitational/teleport/api/client/proto"
	"github.com/gravitational/teleport/api/types"
)

// storedKind is what store, events and admin API must know of a kind. Kinds of the API module get
// theirs from a collection; newer ones make one themselves (extend.go).
type storedKind struct {
	name string
	// rule is what access rules call the kind; empty: its name.
	rule string
	// decode reads Teleport's JSON; put validates.
	decode func(body []byte) (types.Resource, error)
	encode func(types.Resource) ([]byte, error)
	// put validates, fills in defaults and stores, past access rules and refusals.
	put func(s *Server, resource types.Resource, by writer) error
	// remove deletes the resource with all that hangs on it.
	remove func(s *Server, name string, by writer) error
	// absent is the error for a resource that is not there. nil: the common wording.
	absent func(name string) error
	// event is the message that watchers get. nil: the event stream does not know the kind.
	event func(types.Event) (*proto.Event, error)
}

// kindTable holds the kinds by name. It does not change after the start.
type kindTable map[string]*storedKind

// builtinKinds are those of the API module. The lists of their services are in auth_listener.go.
func builtinKinds() []*storedKind {
	return []*storedKind{
		roles.kind(), users.kind(), tokens.kind(), bots.kind(),
		githubConnectors.kind(), oidcConnectors.kind(), samlConnectors.kind(),
		loginRules.kind(), oktaImportRules.kind(), accessLists.kind(),
		nodes.kind(), trustedClusters.kind(), workloadIdentities.kind(),
		autoUpdateConfigs.kind(), autoUpdateVersions.kind(),
		apps.kind(), databases.kind(), locks.kind(), accessMonitoringRules.kind(),
		serviceProviders.kind(),
	}
}

// names are sorted.
func (t kindTable) names() []string {
	names := make([]string, 0, len(t))
	for name := range t {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (t kindTable) find(kind string) (*storedKind, error) {
	known, ok := t[kind]
	if !ok {
		return nil, trace.BadParameter("kind %q is not stored here; known are %v", kind, t.names())
	}
	return known, nil
}

// absent is the error for a resource that is not there, in the kind's own wording.
func (t kindTable) absent(kind, name string) error {
	if known := t[kind]; known != nil && known.absent != nil {
		return known.absent(name)
	}
	return trace.NotFound("%s %q doesn't exist", kind, name)
}

// ruleOf is what access rules call the kind.
func (t kindTable) ruleOf(kind string) string {
	if known := t[kind]; known != nil && known.rule != "" {
		return known.rule
	}
	return kind
}

// watched says whether the event stream can carry the kind. Kinds that are no resources of the
// store, as authorities, are the stream's own affair.
func (t kindTable) watched(kind string) bool {
	known, ok := t[kind]
	return !ok || known.event != nil
}

// eventToGRPC is the message for an event. INIT and deletions look the same for all kinds.
func (t kindTable) eventToGRPC(event types.Event) (*proto.Event, error) {
	known := t[event.Resource.GetKind()]
	if event.Type != types.OpPut || known == nil {
		return client.EventToGRPC(event)
	}
	if known.event == nil {
		return nil, trace.BadParameter("kind %q has no place in an event", known.name)
	}
	return known.event(event)
}

// newerEvent is a PUT event whose resource has a field number that the API module does not know yet.
func newerEvent(number protowire.Number, resource []byte) *proto.Event {
	field := protowire.AppendTag(nil, number, protowire.BytesType)
	event := &proto.Event{Type: proto.Operation_PUT}
	event.ProtoReflect().SetUnknown(protowire.AppendBytes(field, resource))
	return event
}

// decodeInto is how legacy kinds are read: encoding/json on the API module's types, as Teleport
// itself does, with its own forms of labels, durations and options.
func decodeInto[T any](body []byte) (*T, error) {
	out := new(T)
	if err := json.Unmarshal(body, out); err != nil {
		return nil, fmt.Errorf("decoding %T: %w", out, err)
	}
	return out, nil
}
