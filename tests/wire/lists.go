package wire

import (
	"slices"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// Objects of lists of texts: traits, labels, and maps of them.

const (
	traitType   = "teleport.trait.v1.Trait"
	stringsType = "wrappers.StringValues"
)

// traits are an object of lists, in order of their names.
func (d *decoder) traits(into protoreflect.List, value any, path string) {
	object, ok := value.(map[string]any)
	if !ok {
		d.problem(path, "expected an object, got %T", value)
		return
	}
	for _, name := range sortedKeys(object) {
		trait := into.AppendMutable().Message()
		fields := trait.Descriptor().Fields()
		trait.Set(fields.ByName("key"), protoreflect.ValueOfString(name))
		for _, text := range d.textList(object[name], false, path+"."+name) {
			trait.Mutable(fields.ByName("values")).List().Append(protoreflect.ValueOfString(text))
		}
	}
}

// lists fills a wrappers.LabelValues.
func (d *decoder) lists(into protoreflect.Message, value any, single bool, path string) {
	object, ok := value.(map[string]any)
	if !ok {
		d.problem(path, "expected an object, got %T", value)
		return
	}
	for name, list := range object {
		key := protoreflect.ValueOfString(name).MapKey()
		entry := into.Mutable(into.Descriptor().Fields().Get(0)).Map().Mutable(key).Message()
		d.texts(entry, list, single, path+"."+name)
	}
}

// texts fills a wrappers.StringValues.
func (d *decoder) texts(into protoreflect.Message, value any, single bool, path string) {
	values := into.Mutable(into.Descriptor().Fields().Get(0)).List()
	for _, text := range d.textList(value, single, path) {
		values.Append(protoreflect.ValueOfString(text))
	}
}

func (d *decoder) textList(value any, single bool, path string) []string {
	if text, ok := value.(string); ok && single {
		return []string{text}
	}
	list, ok := value.([]any)
	if !ok || slices.ContainsFunc(list, func(item any) bool { _, isText := item.(string); return !isText }) {
		d.problem(path, "expected a list of strings, got %v", value)
		return nil
	}
	out := make([]string, len(list))
	for i, item := range list {
		out[i] = item.(string)
	}
	return out
}
