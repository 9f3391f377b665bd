package teleport

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/gravitational/trace"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/gravitational/teleport/api/client"
	clientproto "github.com/gravitational/teleport/api/client/proto"
	"github.com/gravitational/teleport/api/types"
)

// collection serves one kind of the API module: T is its message on the wire. It holds no state;
// services call it with the server whose store is meant. A file per kind has its collection, its
// RPCs and its own rules.
type collection[T any] struct {
	name string
	rule string // its name in access rules, if another
	// wrap and unwrap go between the message and what the store holds.
	wrap   func(*T) types.Resource
	unwrap func(types.Resource) *T
	decode func([]byte) (*T, error)
	encode func(*T) ([]byte, error)
	// check validates and fills in defaults.
	check func(*T) error
	// admit may refuse or complete a write while nobody else can write; old is nil for a new one.
	admit func(v view, by writer, old, fresh *T) error
	// release may refuse a deletion.
	release func(v view, name string) error
	// stored and removed do what follows a write. nil: nothing does.
	stored  func(s *Server, by writer, message *T) error
	removed func(s *Server, by writer, name string) error
	// bare is a copy without secrets. nil: the kind has none.
	bare   func(*T) *T
	absent func(name string) error
	event  func(types.Event) (*clientproto.Event, error)
	// unconditional updates do not look at the revision.
	unconditional bool
}

// legacyMessage is a type that the API module writes by hand.
type legacyMessage interface {
	types.Resource
	CheckAndSetDefaults() error
}

// legacy is a kind whose message is a types.Resource.
func legacy[T any, P interface {
	*T
	legacyMessage
}](name string) collection[T] {
	return collection[T]{
		name:   name,
		wrap:   func(message *T) types.Resource { return P(message) },
		unwrap: func(resource types.Resource) *T { out, _ := resource.(P); return out },
		decode: decodeInto[T],
		encode: func(message *T) ([]byte, error) { return json.Marshal(message) },
		check:  func(message *T) error { return trace.Wrap(P(message).CheckAndSetDefaults()) },
		event:  client.EventToGRPC,
	}
}

// modern is a kind whose message follows RFD 153: a generated one with header.v1.Metadata.
func modern[T any, P interface {
	*T
	types.Resource153
	proto.Message
}](name string) collection[T] {
	return collection[T]{
		name:   name,
		wrap:   func(message *T) types.Resource { return types.Resource153ToLegacy(P(message)) },
		unwrap: func(resource types.Resource) *T { return unwrap153[P](resource) },
		decode: func(body []byte) (*T, error) {
			out := new(T)
			if err := protojson.Unmarshal(body, P(out)); err != nil {
				return nil, fmt.Errorf("decoding a %s: %w", name, err)
			}
			return out, nil
		},
		encode: func(message *T) ([]byte, error) {
			return protojson.MarshalOptions{UseProtoNames: true}.Marshal(P(message))
		},
		check: func(*T) error { return nil },
		event: client.EventToGRPC,
	}
}

func unwrap153[P any](resource types.Resource) (out P) {
	if wrapped, ok := resource.(types.Resource153Unwrapper); ok {
		out, _ = wrapped.Unwrap().(P)
	}
	return out
}

// kind is what the rest of the server knows of it.
func (c collection[T]) kind() *storedKind {
	return &storedKind{
		name: c.name, rule: c.rule, absent: c.absent, event: c.event,
		decode: func(body []byte) (types.Resource, error) {
			message, err := c.decode(body)
			if err != nil {
				return nil, err
			}
			return c.wrap(message), nil
		},
		encode: func(resource types.Resource) ([]byte, error) { return c.encode(c.unwrap(resource)) },
		put: func(s *Server, resource types.Resource, by writer) error {
			return c.keep(s, c.unwrap(resource), by, upsert, nil)
		},
		remove: func(s *Server, name string, by writer) error { return c.drop(s, name, by, nil) },
	}
}

func (c collection[T]) ruleName() string {
	if c.rule != "" {
		return c.rule
	}
	return c.name
}

// get answers one resource; the verb is "read" unless another is given.
func (c collection[T]) get(ctx context.Context, s *Server, name string, verbs ...string) (*T, error) {
	if len(verbs) == 0 {
		verbs = []string{types.VerbRead}
	}
	if _, err := s.authorize(ctx, c.ruleName(), verbs...); err != nil {
		return nil, err
	}
	return c.find(s, name)
}

// find is get without access rules.
func (c collection[T]) find(s *Server, name string) (*T, error) {
	resource := s.store.get(c.name, name)
	if resource == nil {
		return nil, s.store.kinds.absent(c.name, name)
	}
	return c.unwrap(resource), nil
}

// page answers one page, sorted by name, and where the next begins.
func (c collection[T]) page(ctx context.Context, s *Server, limit int, start string, verbs ...string) ([]*T, string, error) {
	if len(verbs) == 0 {
		verbs = []string{types.VerbList, types.VerbRead}
	}
	if _, err := s.authorize(ctx, c.ruleName(), verbs...); err != nil {
		return nil, "", err
	}
	page, next := paginate(s.store.list(c.name), limit, start)
	out := make([]*T, 0, len(page))
	for _, resource := range page {
		out = append(out, c.unwrap(resource))
	}
	return out, next, nil
}

// all is the older, unpaged list.
func (c collection[T]) all(ctx context.Context, s *Server, verbs ...string) ([]*T, error) {
	out := []*T{}
	for start := ""; ; {
		page, next, err := c.page(ctx, s, 0, start, verbs...)
		if err != nil {
			return nil, err
		}
		out = append(out, page...)
		if start = next; start == "" {
			return out, nil
		}
	}
}

// create refuses a resource that exists.
func (c collection[T]) create(ctx context.Context, s *Server, message *T) (*T, error) {
	return c.put(ctx, s, message, create, types.VerbCreate)
}

// update refuses a resource that is missing or, unless the kind's updates are unconditional, whose
// revision moved. A good client sends the revision in any case.
func (c collection[T]) update(ctx context.Context, s *Server, message *T) (*T, error) {
	mode := update
	if c.unconditional {
		mode = replace
	}
	return c.put(ctx, s, message, mode, types.VerbUpdate)
}

// upsert creates or replaces, whatever the revision.
func (c collection[T]) upsert(ctx context.Context, s *Server, message *T) (*T, error) {
	return c.put(ctx, s, message, upsert, types.VerbCreate, types.VerbUpdate)
}

func (c collection[T]) put(ctx context.Context, s *Server, message *T, mode putMode, verbs ...string) (*T, error) {
	by, err := s.authorize(ctx, c.ruleName(), verbs...)
	if err != nil {
		return nil, err
	}
	if message == nil {
		return nil, trace.BadParameter("missing %s", c.name)
	}
	if mode == replace && s.store.revised && c.wrap(message).GetRevision() == "" {
		s.irregular("%s came without the revision that it replaces", by.method)
	}
	if err := c.keep(s, message, by, mode, c.guard(by, message)); err != nil {
		return nil, err
	}
	return message, nil
}

// keep validates and stores; access rules are the caller's affair.
func (c collection[T]) keep(s *Server, message *T, by writer, mode putMode, guard func(view) error) error {
	if err := c.check(message); err != nil {
		return err
	}
	if err := s.store.put(c.wrap(message), by, mode, guard); err != nil {
		return err
	}
	if c.stored == nil {
		return nil
	}
	return c.stored(s, by, message)
}

func (c collection[T]) guard(by writer, message *T) func(view) error {
	if c.admit == nil {
		return nil
	}
	return func(v view) error {
		var old *T
		if stored := v.get(c.name, c.wrap(message).GetName()); stored != nil {
			old = c.unwrap(stored)
		}
		return c.admit(v, by, old, message)
	}
}

func (c collection[T]) remove(ctx context.Context, s *Server, name string) error {
	by, err := s.authorize(ctx, c.ruleName(), types.VerbDelete)
	if err != nil {
		return err
	}
	var guard func(view) error
	if c.release != nil {
		guard = func(v view) error { return c.release(v, name) }
	}
	return c.drop(s, name, by, guard)
}

// drop is remove without access rules.
func (c collection[T]) drop(s *Server, name string, by writer, guard func(view) error) error {
	if err := s.store.remove(c.name, name, by, guard); err != nil {
		return err
	}
	if c.removed == nil {
		return nil
	}
	return c.removed(s, by, name)
}

// nothing is the answer of the older calls that do not answer what they stored.
func nothing[T any](_ *T, err error) (*emptypb.Empty, error) { return done(err) }

// done is the answer of a deletion.
func done(err error) (*emptypb.Empty, error) {
	if err != nil {
		return nil, err
	}
	return &emptypb.Empty{}, nil
}
