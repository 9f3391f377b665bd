package oracle

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/teleport-operator-caf/tests/wire"
)

// schema is the part of a CRD's schema that says what a value looks like.
type schema struct {
	Type                 string             `json:"type"`
	Format               string             `json:"format"`
	Nullable             bool               `json:"nullable"`
	Properties           map[string]*schema `json:"properties"`
	Items                *schema            `json:"items"`
	AdditionalProperties *orTrue            `json:"additionalProperties"`
}

// orTrue is a schema or `true`.
type orTrue struct{ schema *schema }

func (o *orTrue) UnmarshalJSON(data []byte) error {
	if string(data) == "true" {
		o.schema = &schema{}
		return nil
	}
	return json.Unmarshal(data, &o.schema)
}

// node is one place in a CR, with what the CRD and the facts about the wire say of it.
type node struct {
	path     string // spec.allow.rules[].verbs[]
	name     string // of a property
	schema   *schema
	field    *wire.Field
	isItem   bool   // an element of a list, or a value of a map; field is that of the whole
	message  string // whose fields the properties are
	parent   *node
	children []*node // the properties, by name
	element  *node   // the elements of a list, the values of a map
	newer    bool    // the API module's types do not read it
	form     form
}

// kindSchema is a CR kind as a tree of places: its spec, and what is beside it.
type kindSchema struct {
	kind   string
	spec   *node
	beside []*node
}

// places are all nodes below and with this one, parents first.
func (n *node) places() []*node {
	out := []*node{n}
	for _, child := range n.children {
		out = append(out, child.places()...)
	}
	if n.element != nil {
		out = append(out, n.element.places()...)
	}
	return out
}

// readSchemas reads the CRDs of the kinds; every CRD must belong to a kind that the oracle knows.
func readSchemas(t *testing.T) []*kindSchema {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", "crds", "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no CRDs: %v", err)
	}
	out := make([]*kindSchema, 0, len(files))
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, schemaOf(t, text))
	}
	slices.SortFunc(out, func(a, b *kindSchema) int { return strings.Compare(a.kind, b.kind) })
	return out
}

func schemaOf(t *testing.T, text []byte) *kindSchema {
	t.Helper()
	var crd struct {
		Spec struct {
			Names    struct{ Kind string }
			Versions []struct {
				Schema struct {
					OpenAPIV3Schema *schema `json:"openAPIV3Schema"`
				}
			}
		}
	}
	if err := yaml.Unmarshal(text, &crd); err != nil {
		t.Fatal(err)
	}
	facts, err := wire.Load()
	if err != nil {
		t.Fatal(err)
	}
	kind := crd.Spec.Names.Kind
	row := rows[kind]
	if row == nil {
		t.Fatalf("the oracle does not know %s: a row in kinds.go is missing", kind)
	}
	b := treeBuilder{facts: facts, form: row.form, newer: !KnownToModule(kind)}
	out := &kindSchema{kind: kind}
	for name, property := range crd.Spec.Versions[0].Schema.OpenAPIV3Schema.Properties {
		switch name {
		case "apiVersion", "kind", "metadata", "status":
		case "spec":
			message := row.message
			if !row.atRoot {
				message = facts.ByJSON(row.message, "spec")[0].Type
			}
			out.spec = &node{path: "spec", schema: property, message: message, newer: b.newer, form: row.form}
			b.fill(out.spec)
		default:
			beside := &node{path: name, name: name, schema: property, newer: true, form: row.form}
			b.setField(beside, row.message)
			out.beside = append(out.beside, beside)
		}
	}
	return out
}

type treeBuilder struct {
	facts *wire.Facts
	form  form
	newer bool
}

// setField finds the field that a property stands for in the message.
func (b *treeBuilder) setField(n *node, message string) {
	steps := b.facts.ByJSON(message, n.name)
	if steps == nil {
		n.newer = true // unknown to the facts, too: the comparison fails and says where
		return
	}
	n.field = steps[len(steps)-1]
	for _, step := range steps {
		// The one plain Go duration is a text in the CRD, which the types can't read (§6.3).
		n.newer = n.newer || step.Later() || step.Gogo.StdDuration
	}
}

// fill makes the nodes below.
func (b *treeBuilder) fill(n *node) {
	for _, name := range sorted(n.schema.Properties) {
		child := &node{path: n.path + "." + name, name: name, schema: n.schema.Properties[name], parent: n, newer: n.newer, form: b.form}
		b.setField(child, n.message)
		b.setMessage(child)
		n.children = append(n.children, child)
		b.fill(child)
	}
	below, mark := n.schema.Items, "[]"
	if n.schema.AdditionalProperties != nil {
		below, mark = n.schema.AdditionalProperties.schema, "{}"
	}
	if below != nil {
		n.element = &node{path: n.path + mark, schema: below, field: n.field, isItem: true, parent: n, message: n.message, newer: n.newer, form: b.form}
		b.fill(n.element)
	}
}

func (b *treeBuilder) setMessage(n *node) {
	if n.field == nil {
		return
	}
	n.message = n.field.Type
	if value := n.field.MapValue(); value != "" {
		n.message = value
	}
}

func sorted[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for name := range m {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}
