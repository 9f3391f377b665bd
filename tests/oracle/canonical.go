package oracle

import (
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/teleport-operator-caf/tests/wire"
)

// Canonical brings a message into a form in which equal meaning is equal bytes: fields in order,
// maps sorted, and without those empty messages and zero times that Go's encoder always writes for
// fields that cannot be nil. An absent one reads the same.
func Canonical(name string, raw []byte) ([]byte, error) {
	message, err := wire.New(name)
	if err != nil {
		return nil, err
	}
	if err := proto.Unmarshal(raw, message); err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	prune(message)
	out, err := proto.MarshalOptions{Deterministic: true}.Marshal(message)
	if err != nil {
		return nil, fmt.Errorf("writing %s: %w", name, err)
	}
	return out, nil
}

// prune clears what an absent field says as well, deepest first.
func prune(message protoreflect.Message) {
	message.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		switch {
		case field.IsMap():
			if field.MapValue().Kind() == protoreflect.MessageKind {
				value.Map().Range(func(_ protoreflect.MapKey, element protoreflect.Value) bool {
					prune(element.Message())
					return true
				})
			}
		case field.Kind() != protoreflect.MessageKind:
		case field.IsList():
			for i := range value.List().Len() {
				prune(value.List().Get(i).Message())
			}
			if field.Message().FullName() == "teleport.trait.v1.Trait" {
				sortTraits(value.List())
			}
		default:
			prune(value.Message())
			if notNullable(field) && saysNothing(value.Message()) {
				message.Clear(field)
			}
		}
		return true
	})
}

// zeroTimeSeconds is Go's zero time.Time as a Timestamp.
const zeroTimeSeconds = -62135596800

// saysNothing: no field is set; of a time, that it is Go's zero time.
func saysNothing(message protoreflect.Message) bool {
	if message.Descriptor().FullName() == "google.protobuf.Timestamp" {
		return message.Get(message.Descriptor().Fields().ByName("seconds")).Int() == zeroTimeSeconds
	}
	nothing := len(message.GetUnknown()) == 0
	message.Range(func(protoreflect.FieldDescriptor, protoreflect.Value) bool {
		nothing = false
		return false
	})
	return nothing
}

// notNullable fields are always written by Teleport's encoder.
func notNullable(field protoreflect.FieldDescriptor) bool {
	owner := string(field.ContainingMessage().FullName())
	if slices.Contains(alwaysWritten, owner+"."+string(field.Name())) {
		return true
	}
	facts, err := wire.Load()
	if err != nil || facts.Messages[owner] == nil {
		return false
	}
	for _, known := range facts.Messages[owner].Fields {
		if known.Name == string(field.Name()) {
			return known.Gogo.Nullable != nil && !*known.Gogo.Nullable
		}
	}
	return false
}

// alwaysWritten are optional for the server, and the API module's conversion of access lists writes
// them, or leaves them out, whatever the CR says.
var alwaysWritten = []string{
	"teleport.accesslist.v1.AccessList.status",
	"teleport.accesslist.v1.AccessListSpec.owner_grants",
	"teleport.accesslist.v1.AccessListAudit.next_audit_date",
	"teleport.accesslist.v1.AccessListAudit.recurrence",
	"teleport.accesslist.v1.AccessListAudit.notifications",
	"teleport.accesslist.v1.Notifications.start",
}

// sortTraits puts the traits of a list in order: Go's come in that of a map.
func sortTraits(list protoreflect.List) {
	traits := make([]protoreflect.Value, list.Len())
	for i := range traits {
		traits[i] = list.Get(i)
	}
	slices.SortStableFunc(traits, func(a, b protoreflect.Value) int { return strings.Compare(traitName(a), traitName(b)) })
	for i, trait := range traits {
		list.Set(i, trait)
	}
}

func traitName(trait protoreflect.Value) string {
	message := trait.Message()
	return message.Get(message.Descriptor().Fields().ByName("key")).String()
}
