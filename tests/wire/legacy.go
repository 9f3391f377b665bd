package wire

import (
	"errors"
	"fmt"
	"math"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// FieldNamed finds a field of a message by its JSON name in the facts; nil when there is none.
func FieldNamed(message protoreflect.MessageDescriptor, property string) protoreflect.FieldDescriptor {
	facts, err := Load()
	if err != nil {
		return nil
	}
	steps := facts.ByJSON(string(message.FullName()), property)
	if len(steps) != 1 {
		return nil
	}
	return message.Fields().ByName(protoreflect.Name(steps[0].Name))
}

// FillHeader sets kind, sub_kind, version, scope and metadata where the message has them: at its
// root, in an inlined header, or in one named `header`.
func FillHeader(out protoreflect.Message, header map[string]any) error {
	facts, err := Load()
	if err != nil {
		return err
	}
	into := out
	if nested := FieldNamed(out.Descriptor(), "header"); nested != nil {
		into = out.Mutable(nested).Message()
	}
	for _, property := range sortedKeys(header) {
		if facts.ByJSON(string(into.Descriptor().FullName()), property) == nil {
			continue // login rules have no kind
		}
		if err := DecodeLegacy(into, map[string]any{property: header[property]}, ""); err != nil {
			return err
		}
	}
	return nil
}

// DecodeLegacy reads Teleport's own JSON of a legacy message, by the facts' names and json_forms:
// strictly, null is absent. Numbers are int64 or float64. All problems come at once.
func DecodeLegacy(into protoreflect.Message, value any, path string) error {
	facts, err := Load()
	if err != nil {
		return err
	}
	d := &decoder{facts: facts}
	d.object(into, value, path)
	return errors.Join(d.problems...)
}

type decoder struct {
	facts    *Facts
	problems []error
}

func (d *decoder) problem(path, format string, args ...any) {
	d.problems = append(d.problems, fmt.Errorf("%s: %s", path, fmt.Sprintf(format, args...)))
}

func (d *decoder) object(into protoreflect.Message, value any, path string) {
	object, ok := value.(map[string]any)
	if !ok {
		d.problem(path, "expected an object, got %T", value)
		return
	}
	for _, property := range sortedKeys(object) {
		below := path + "." + property
		steps := d.facts.ByJSON(string(into.Descriptor().FullName()), property)
		switch {
		case steps == nil:
			d.problem(below, "unknown field")
		case object[property] != nil:
			d.inlined(into, steps, object[property], below)
		}
	}
}

// inlined goes down the steps to the field. A message that is inlined is only there when it says
// something: a max_age of 0 is none (operator-behaviour §6.3).
func (d *decoder) inlined(into protoreflect.Message, steps []*Field, value any, path string) {
	if len(steps) == 1 {
		d.field(into, steps[0], value, path)
		return
	}
	field := into.Descriptor().Fields().ByName(protoreflect.Name(steps[0].Name))
	d.inlined(into.Mutable(field).Message(), steps[1:], value, path)
	if proto.Size(into.Get(field).Message().Interface()) == 0 {
		into.Clear(field)
	}
}

func (d *decoder) field(into protoreflect.Message, field *Field, value any, path string) {
	described := into.Descriptor().Fields().ByName(protoreflect.Name(field.Name))
	switch {
	case field.Type == traitType:
		d.traits(into.Mutable(described).List(), value, path)
	case described.IsMap():
		d.mapOf(into.Mutable(described).Map(), field, described, value, path)
	case described.IsList():
		d.list(into.Mutable(described).List(), field, described, value, path)
	case described.Kind() == protoreflect.MessageKind:
		d.message(into.Mutable(described).Message(), field, value, path)
	default:
		if scalar, ok := d.scalar(field, described, value, path); ok {
			into.Set(described, scalar)
		}
	}
}

func (d *decoder) list(into protoreflect.List, field *Field, described protoreflect.FieldDescriptor, value any, path string) {
	list, ok := value.([]any)
	if !ok {
		d.problem(path, "expected a list, got %T", value)
		return
	}
	for i, item := range list {
		where := fmt.Sprintf("%s[%d]", path, i)
		if described.Kind() == protoreflect.MessageKind {
			d.message(into.AppendMutable().Message(), field, item, where)
		} else if scalar, ok := d.scalar(field, described, item, where); ok {
			into.Append(scalar)
		}
	}
}

func (d *decoder) mapOf(into protoreflect.Map, field *Field, described protoreflect.FieldDescriptor, value any, path string) {
	object, ok := value.(map[string]any)
	if !ok {
		d.problem(path, "expected an object, got %T", value)
		return
	}
	for _, name := range sortedKeys(object) {
		key := protoreflect.ValueOfString(name).MapKey()
		where := path + "." + name
		element := described.MapValue()
		switch {
		case field.MapValue() == stringsType: // a list of texts in every map of ours
			d.texts(into.Mutable(key).Message(), object[name], false, where)
		case element.Kind() == protoreflect.MessageKind:
			d.object(into.Mutable(key).Message(), object[name], where)
		default:
			if scalar, ok := d.scalar(field, element, object[name], where); ok {
				into.Set(key, scalar)
			}
		}
	}
}

func (d *decoder) message(into protoreflect.Message, field *Field, value any, path string) {
	switch {
	case field.Gogo.CustomType == "Labels":
		d.lists(into, value, true, path)
	case field.Type == "wrappers.LabelValues":
		d.lists(into, value, false, path)
	case field.Type == stringsType:
		d.texts(into, value, true, path)
	case field.Gogo.CustomType == "BoolOption":
		if chosen, ok := boolean(value); ok {
			into.Set(into.Descriptor().Fields().Get(0), protoreflect.ValueOfBool(chosen))
		} else {
			d.problem(path, "expected true or false, got %v", value)
		}
	case field.Type == "google.protobuf.Timestamp":
		d.time(into, value, path)
	case field.Type == "google.protobuf.Duration":
		d.duration(into, value, path)
	default:
		d.object(into, value, path)
	}
}

func (d *decoder) scalar(field *Field, described protoreflect.FieldDescriptor, value any, path string) (protoreflect.Value, bool) {
	out, ok := scalarOf(field, described, value)
	if !ok {
		d.problem(path, "%v (%T) is no %s", value, value, described.Kind())
	}
	return out, ok
}

// scalarOf is false for a value that does not fit.
func scalarOf(field *Field, described protoreflect.FieldDescriptor, value any) (protoreflect.Value, bool) {
	if field.Gogo.CastType == "Duration" {
		text, isText := value.(string)
		nanoseconds, ok := teleportDuration(text)
		return protoreflect.ValueOfInt64(nanoseconds), isText && ok
	}
	switch described.Kind() {
	case protoreflect.StringKind:
		text, ok := value.(string)
		return protoreflect.ValueOfString(text), ok
	case protoreflect.BoolKind:
		if field.Gogo.CastType == "Bool" {
			chosen, ok := boolean(value)
			return protoreflect.ValueOfBool(chosen), ok
		}
		chosen, ok := value.(bool)
		return protoreflect.ValueOfBool(chosen), ok
	case protoreflect.EnumKind:
		number, ok := enumNumber(field.Type, described.Enum(), value)
		return protoreflect.ValueOfEnum(number), ok
	case protoreflect.Int32Kind:
		number, ok := integer(value, math.MinInt32, math.MaxInt32)
		return protoreflect.ValueOfInt32(int32(number)), ok
	case protoreflect.Int64Kind:
		number, ok := integer(value, math.MinInt64, math.MaxInt64)
		return protoreflect.ValueOfInt64(number), ok
	case protoreflect.Uint32Kind:
		number, ok := integer(value, 0, math.MaxUint32)
		return protoreflect.ValueOfUint32(uint32(number)), ok
	default: // no other kind is in a legacy CR; a new one shows as a difference
		return protoreflect.Value{}, false
	}
}

func integer(value any, least, most int64) (int64, bool) {
	switch number := value.(type) {
	case int64:
		return number, number >= least && number <= most
	case float64:
		whole := number == math.Trunc(number) && math.Abs(number) <= 1<<53
		return int64(number), whole && int64(number) >= least && int64(number) <= most
	}
	return 0, false
}
