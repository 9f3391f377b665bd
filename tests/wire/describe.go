package wire

import (
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
)

// builder describes the facts' messages as files, one a package.
type builder struct {
	facts    *Facts
	files    map[string]*descriptorpb.FileDescriptorProto // by package
	messages map[string]*descriptorpb.DescriptorProto     // by full name
}

// parentOf splits a full name; a name below a message is nested in it.
func (b *builder) parentOf(name string) (parent, own string, nested bool) {
	dot := strings.LastIndexByte(name, '.')
	parent, own = name[:dot], name[dot+1:]
	_, nested = b.facts.Messages[parent]
	return parent, own, nested
}

func (b *builder) packageOf(name string) string {
	parent, _, nested := b.parentOf(name)
	if nested {
		return b.packageOf(parent)
	}
	return parent
}

func (b *builder) file(name string) *descriptorpb.FileDescriptorProto {
	if b.files[name] == nil {
		b.files[name] = &descriptorpb.FileDescriptorProto{
			Name: proto.String(fileOf(name)), Package: proto.String(name), Syntax: proto.String("proto3"),
		}
	}
	return b.files[name]
}

func fileOf(pkg string) string { return "facts/" + pkg + ".proto" }

// collect describes everything, and then puts each message and enum where it belongs.
func (b *builder) collect() {
	b.messages = map[string]*descriptorpb.DescriptorProto{}
	for _, name := range sortedKeys(b.facts.Messages) {
		b.messages[name] = b.message(name)
	}
	for _, name := range sortedKeys(b.facts.Messages) {
		if parent, _, nested := b.parentOf(name); nested {
			b.messages[parent].NestedType = append(b.messages[parent].NestedType, b.messages[name])
		} else {
			b.file(parent).MessageType = append(b.file(parent).MessageType, b.messages[name])
		}
	}
	for _, name := range sortedKeys(b.facts.Enums) {
		described := b.enum(name)
		if parent, _, nested := b.parentOf(name); nested {
			b.messages[parent].EnumType = append(b.messages[parent].EnumType, described)
		} else {
			b.file(parent).EnumType = append(b.file(parent).EnumType, described)
		}
	}
}

func (b *builder) enum(name string) *descriptorpb.EnumDescriptorProto {
	_, own, _ := b.parentOf(name)
	out := &descriptorpb.EnumDescriptorProto{Name: proto.String(own)}
	for _, value := range b.facts.Enums[name].Values {
		out.Value = append(out.Value, &descriptorpb.EnumValueDescriptorProto{
			Name: proto.String(value.Name), Number: proto.Int32(value.Number),
		})
	}
	return out
}

func (b *builder) message(name string) *descriptorpb.DescriptorProto {
	_, own, _ := b.parentOf(name)
	out := &descriptorpb.DescriptorProto{Name: proto.String(own)}
	groups := map[string]int32{}
	for _, field := range togetherByOneof(b.facts.Messages[name].Fields) {
		described := b.field(name, field, out)
		if field.Oneof != "" {
			index, known := groups[field.Oneof]
			if !known {
				index = int32(len(out.OneofDecl))
				groups[field.Oneof] = index
				out.OneofDecl = append(out.OneofDecl, &descriptorpb.OneofDescriptorProto{Name: proto.String(field.Oneof)})
			}
			described.OneofIndex = proto.Int32(index)
		}
		out.Field = append(out.Field, described)
	}
	// Oneofs that stand for `optional` come after the real ones.
	for _, described := range out.Field {
		if described.GetProto3Optional() {
			described.OneofIndex = proto.Int32(int32(len(out.OneofDecl)))
			out.OneofDecl = append(out.OneofDecl, &descriptorpb.OneofDescriptorProto{Name: proto.String("_" + described.GetName())})
		}
	}
	return out
}

// togetherByOneof moves the members of a oneof behind its first, as descriptors want them.
func togetherByOneof(fields []*Field) []*Field {
	first := map[string]int{}
	place := make(map[*Field]int, len(fields))
	for i, field := range fields {
		place[field] = i
		if field.Oneof == "" {
			continue
		}
		if _, seen := first[field.Oneof]; !seen {
			first[field.Oneof] = i
		}
		place[field] = first[field.Oneof]
	}
	out := slices.Clone(fields)
	slices.SortStableFunc(out, func(a, b *Field) int { return place[a] - place[b] })
	return out
}

func (b *builder) field(owner string, field *Field, in *descriptorpb.DescriptorProto) *descriptorpb.FieldDescriptorProto {
	out := &descriptorpb.FieldDescriptorProto{
		Name: proto.String(field.Name), Number: proto.Int32(field.Number),
		Label: descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL.Enum(),
	}
	if field.Repeated() {
		out.Label = descriptorpb.FieldDescriptorProto_LABEL_REPEATED.Enum()
	}
	if field.Label == "optional" {
		out.Proto3Optional = proto.Bool(true)
	}
	if value := field.MapValue(); value != "" {
		out.Label = descriptorpb.FieldDescriptorProto_LABEL_REPEATED.Enum()
		entry := entryName(field.Name)
		in.NestedType = append(in.NestedType, b.mapEntry(owner, entry, field, value))
		b.setType(owner, out, owner+"."+entry)
		return out
	}
	b.setType(owner, out, field.Type)
	return out
}

func (b *builder) mapEntry(owner, entry string, field *Field, value string) *descriptorpb.DescriptorProto {
	key, _, _ := strings.Cut(strings.TrimPrefix(field.Type, "map<"), ",")
	out := &descriptorpb.DescriptorProto{
		Name: proto.String(entry), Options: &descriptorpb.MessageOptions{MapEntry: proto.Bool(true)},
	}
	for i, kind := range []string{strings.TrimSpace(key), value} {
		part := &descriptorpb.FieldDescriptorProto{
			Name: proto.String([]string{"key", "value"}[i]), Number: proto.Int32(int32(i + 1)),
			Label: descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL.Enum(),
		}
		b.setType(owner, part, kind)
		out.Field = append(out.Field, part)
	}
	return out
}

// entryName is the name that protobuf gives to the entries of a map field.
func entryName(field string) string {
	var out strings.Builder
	upper := true
	for _, c := range field {
		if c == '_' {
			upper = true
			continue
		}
		if upper {
			out.WriteString(strings.ToUpper(string(c)))
		} else {
			out.WriteRune(c)
		}
		upper = false
	}
	return out.String() + "Entry"
}

// setType sets a field's type, and imports the file that has it.
func (b *builder) setType(owner string, field *descriptorpb.FieldDescriptorProto, kind string) {
	if scalar, ok := descriptorpb.FieldDescriptorProto_Type_value["TYPE_"+strings.ToUpper(kind)]; ok {
		field.Type = descriptorpb.FieldDescriptorProto_Type(scalar).Enum()
		return
	}
	field.TypeName = proto.String("." + kind)
	field.Type = descriptorpb.FieldDescriptorProto_TYPE_MESSAGE.Enum()
	if _, isEnum := b.facts.Enums[kind]; isEnum {
		field.Type = descriptorpb.FieldDescriptorProto_TYPE_ENUM.Enum()
	}
	b.importInto(b.file(b.packageOf(owner)), kind)
}

func (b *builder) importInto(file *descriptorpb.FileDescriptorProto, kind string) {
	path := fileOf(b.packageOf(kind))
	if strings.HasPrefix(kind, "google.") {
		found, err := protoregistry.GlobalFiles.FindDescriptorByName(protoreflect.FullName(kind))
		if err != nil {
			return // building the file says so, with the name of the field
		}
		path = found.ParentFile().Path()
	}
	if path != file.GetName() && !slices.Contains(file.Dependency, path) {
		file.Dependency = append(file.Dependency, path)
	}
}
