package oracle

import (
	"encoding/json"
	"fmt"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/teleport-operator-caf/tests/wire"
)

// byFacts decodes without types of Teleport's: the header by its names, the spec by the rules of
// its form.
func byFacts(row *kindRow, object map[string]any) (message, error) {
	out, err := wire.New(row.message)
	if err != nil {
		return nil, err
	}
	cr, scope, err := withoutSpec(out, object)
	if err != nil {
		return nil, err
	}
	metadata := cr.metadata()
	labels := make(map[string]any, len(metadata.Labels))
	for name, value := range metadata.Labels {
		labels[name] = value
	}
	header := map[string]any{
		"kind": row.teleportKind, "version": row.version,
		"metadata": map[string]any{"name": metadata.Name, "description": metadata.Description, "labels": labels},
	}
	if row.subKind != "" {
		header["sub_kind"] = row.subKind
	}
	if scope != "" {
		header["scope"] = scope
	}
	if err := wire.FillHeader(out, header); err != nil {
		return nil, fmt.Errorf("the header of %s: %w", row.message, err)
	}
	if row.namespace != "" { // it has no name in JSON
		inner := out.Mutable(wire.FieldNamed(out.Descriptor(), "metadata")).Message()
		inner.Set(inner.Descriptor().Fields().ByName("Namespace"), protoreflect.ValueOfString(row.namespace))
	}
	return newMessage{out}, decodeSpec(row, out, object["spec"])
}

// withoutSpec is the strict conversion of what is around the spec; only kinds that have a field
// for it may have a scope.
func withoutSpec(out protoreflect.Message, object map[string]any) (*customResource[rawSpec], string, error) {
	if out.Descriptor().Fields().ByName("scope") == nil {
		cr, err := convert[rawSpec](object)
		return cr, "", err
	}
	rest := make(map[string]any, len(object))
	for name, value := range object {
		rest[name] = value
	}
	scope, isText := rest["scope"].(string)
	if rest["scope"] != nil && !isText {
		return nil, "", fmt.Errorf("scope: expected a string, got %v", rest["scope"])
	}
	delete(rest, "scope")
	cr, err := convert[rawSpec](rest)
	return cr, scope, err
}

func decodeSpec(row *kindRow, out proto.Message, spec any) error {
	into := out.ProtoReflect()
	for _, name := range row.always {
		within := into.Mutable(wire.FieldNamed(into.Descriptor(), "spec")).Message()
		within.Mutable(wire.FieldNamed(within.Descriptor(), name))
	}
	if spec == nil {
		return nil
	}
	if !row.atRoot {
		field := wire.FieldNamed(into.Descriptor(), "spec")
		into = into.Mutable(field).Message()
	}
	if row.form == legacy {
		return wire.DecodeLegacy(into, spec, "spec")
	}
	text, err := json.Marshal(spec)
	if err != nil {
		return fmt.Errorf("writing the spec: %w", err)
	}
	return likeOfficial.Unmarshal(text, into.Interface())
}
