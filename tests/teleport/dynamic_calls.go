package teleport

import (
	"context"
	"fmt"

	"github.com/gravitational/trace"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/gravitational/teleport/api/types"

	"github.com/teleport-operator-caf/tests/wire"
)

// addDynamicKinds serves the kinds that the API module does not know.
func addDynamicKinds(s *Server) error {
	for _, kind := range dynamicKinds {
		s.addKind(kind.collection().kind())
		if err := kind.serve(s); err != nil {
			return fmt.Errorf("serving %s: %w", kind.name, err)
		}
	}
	return nil
}

// dynamicCalls are the calls of one kind on one server.
type dynamicCalls struct {
	dynamicKind
	server *Server
	kept   collection[dynamic]
}

// dynamicHandler carries a call out; it fills in the answer.
type dynamicHandler func(ctx context.Context, request, answer *dynamicpb.Message) error

func (k dynamicKind) serve(s *Server) error {
	c := dynamicCalls{dynamicKind: k, server: s, kept: k.collection()}
	calls := map[string]dynamicHandler{
		"Get" + k.noun: c.get, "Delete" + k.noun: c.remove,
		"Create" + k.noun: c.put(create, types.VerbCreate),
		"Update" + k.noun: c.put(update, types.VerbUpdate),
		"Upsert" + k.noun: c.put(upsert, types.VerbCreate, types.VerbUpdate),
	}
	if k.nouns != "" {
		calls["List"+k.nouns] = c.list
	}
	methods, err := wire.Methods(k.service)
	if err != nil {
		return err
	}
	for _, method := range methods {
		handler, ours := calls[method.Name]
		if !ours {
			continue
		}
		if err := c.add(method, handler); err != nil {
			return err
		}
		delete(calls, method.Name)
	}
	for name := range calls {
		return fmt.Errorf("the facts have no call %s of %s", name, k.service)
	}
	return nil
}

func (c dynamicCalls) add(method wire.Method, handler dynamicHandler) error {
	request, err := wire.Descriptor(method.Request)
	if err != nil {
		return err
	}
	response, err := wire.Descriptor(method.Response)
	if err != nil {
		return err
	}
	c.server.addMethod(method.Path, laterMethod{
		request: func() proto.Message { return dynamicpb.NewMessage(request) },
		about:   func(message proto.Message) string { return c.about(message.(*dynamicpb.Message)) },
		serve: func(ctx context.Context, message proto.Message) (proto.Message, error) {
			answer := dynamicpb.NewMessage(response)
			return answer, handler(ctx, message.(*dynamicpb.Message), answer)
		},
	})
	return nil
}

// about is the name of the resource that a request names or carries.
func (c dynamicCalls) about(request *dynamicpb.Message) string {
	if c.singleton != "" {
		return c.singleton
	}
	if carried, err := c.carried(request); err == nil && carried != nil {
		return carried.metadata.GetName()
	}
	return textField(request, "name")
}

// place is the field of a request or answer that has the resource, or the resources.
func (c dynamicCalls) place(message *dynamicpb.Message) protoreflect.FieldDescriptor {
	fields := message.Descriptor().Fields()
	for i := range fields.Len() {
		if kind := fields.Get(i).Message(); kind != nil && string(kind.FullName()) == c.messageName() {
			return fields.Get(i)
		}
	}
	return nil
}

// carried is the resource in a request, nil if there is none.
func (c dynamicCalls) carried(request *dynamicpb.Message) (*dynamic, error) {
	field := c.place(request)
	if field == nil || !request.Has(field) {
		return nil, nil
	}
	return newDynamic(request.Get(field).Message().Interface().(*dynamicpb.Message))
}

// shown is what clients may see of it.
func (c dynamicCalls) shown(d *dynamic) protoreflect.Value {
	if c.kept.bare != nil {
		d = c.kept.bare(d)
	}
	return protoreflect.ValueOfMessage(d.message())
}

func (c dynamicCalls) get(ctx context.Context, request, answer *dynamicpb.Message) error {
	if err := c.checkSubKind(request); err != nil {
		return err
	}
	found, err := c.kept.get(ctx, c.server, c.about(request))
	if err != nil {
		return err
	}
	answer.Set(c.place(answer), c.shown(found))
	return nil
}

// checkSubKind refuses to look for an assignment of a sub-kind that is not stored here.
func (c dynamicCalls) checkSubKind(request *dynamicpb.Message) error {
	if request.Descriptor().Fields().ByName("sub_kind") == nil {
		return nil
	}
	if asked := textField(request, "sub_kind"); asked != c.subKind {
		return trace.BadParameter("%s: expected sub-kind %q, got %q", c.name, c.subKind, asked)
	}
	return nil
}

func (c dynamicCalls) put(mode putMode, verbs ...string) dynamicHandler {
	return func(ctx context.Context, request, answer *dynamicpb.Message) error {
		resource, err := c.carried(request)
		if err != nil {
			return trace.BadParameter("%v", err)
		}
		stored, err := c.kept.put(ctx, c.server, resource, mode, verbs...)
		if err != nil {
			return err
		}
		answer.Set(c.place(answer), c.shown(stored))
		return nil
	}
}

// remove compares the revision if the request has one.
func (c dynamicCalls) remove(ctx context.Context, request, _ *dynamicpb.Message) error {
	by, err := c.server.authorize(ctx, c.name, types.VerbDelete)
	if err != nil {
		return err
	}
	if err := c.checkSubKind(request); err != nil {
		return err
	}
	name := c.about(request)
	revision := textField(request, "revision")
	err = c.kept.drop(c.server, name, by, func(v view) error {
		if revision != "" && v.get(c.name, name).GetRevision() != revision {
			return trace.CompareFailed("%s %q has been concurrently modified and/or deleted", c.name, name)
		}
		return nil
	})
	if trace.IsNotFound(err) && c.goneText != "" {
		return trace.CompareFailed(c.goneText, name)
	}
	return err
}

// list answers one page, sorted by name. Filters are not applied.
func (c dynamicCalls) list(ctx context.Context, request, answer *dynamicpb.Message) error {
	size := numberField(request, "page_size") + numberField(request, "limit")
	start := textField(request, "page_token") + textField(request, "cursor")
	page, next, err := c.kept.page(ctx, c.server, size, start)
	if err != nil {
		return err
	}
	list := answer.Mutable(c.place(answer)).List()
	for _, resource := range page {
		list.Append(c.shown(resource))
	}
	for _, name := range []protoreflect.Name{"next_page_token", "cursor"} {
		if field := answer.Descriptor().Fields().ByName(name); field != nil {
			answer.Set(field, protoreflect.ValueOfString(next))
		}
	}
	return nil
}

// textField is a field's text, empty if the message has no such field.
func textField(message *dynamicpb.Message, name protoreflect.Name) string {
	field := message.Descriptor().Fields().ByName(name)
	if field == nil {
		return ""
	}
	return message.Get(field).String()
}

// numberField is a field's number, 0 if the message has no such field.
func numberField(message *dynamicpb.Message, name protoreflect.Name) int {
	field := message.Descriptor().Fields().ByName(name)
	switch {
	case field == nil:
		return 0
	case field.Kind() == protoreflect.Uint32Kind:
		return int(message.Get(field).Uint())
	default:
		return int(message.Get(field).Int())
	}
}
