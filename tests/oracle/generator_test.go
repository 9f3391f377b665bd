package oracle

import (
	"encoding/json"
	"math/rand/v2"
)

// generator makes random values that the CRD and the official operator take, the same for the same
// seed.
type generator struct {
	random *rand.Rand
	newer  bool // also what the API module does not know
}

func newGenerator(seed uint64, newer bool) *generator {
	return &generator{random: rand.New(rand.NewPCG(seed, 1)), newer: newer}
}

// cr is a whole CR of the kind.
func (g *generator) cr(of *kindSchema) json.RawMessage {
	return g.crWith(of, g.value(of.spec))
}

func (g *generator) crWith(of *kindSchema, spec any) json.RawMessage {
	cr := map[string]any{"metadata": g.metadata(), "spec": spec}
	for _, beside := range of.beside {
		if g.newer && g.random.IntN(2) == 0 {
			cr[beside.name] = g.value(beside)
		}
	}
	return asJSON(cr)
}

// metadata has what reaches Teleport, and what does not.
func (g *generator) metadata() map[string]any {
	out := map[string]any{
		"name": pick(g, []string{"example", "a.b", "0"}), "namespace": "default", "generation": 3,
		"finalizers": []string{"resources.teleport.dev/deletion"},
	}
	switch g.random.IntN(3) {
	case 0:
		out["labels"] = map[string]string{"team": "infra", originLabel: "dynamic", "empty": ""}
		out["annotations"] = map[string]string{descriptionAnnotation: pick(g, strangeTexts), "other": "x"}
	case 1:
		out["labels"] = map[string]string{"team": "infra"}
	}
	return out
}

func asJSON(value any) json.RawMessage {
	out, err := json.Marshal(value)
	if err != nil {
		panic(err) // of maps, lists, texts and numbers only
	}
	return out
}

func (g *generator) value(n *node) any {
	if n.schema.Nullable && !needed(n) && g.random.IntN(12) == 0 {
		return nil
	}
	return g.present(n)
}

// present is a value that is not null. What a null in a list or map means is a question of its own.
func (g *generator) present(n *node) any {
	switch n.shape() {
	case object:
		return g.object(n)
	case list:
		return g.list(n.element)
	case mapping:
		return g.mapping(func() any { return g.present(n.element) })
	case labels:
		return g.mapping(g.label)
	case lists:
		return g.mapping(func() any { return g.texts() })
	default:
		return pick(g, goodValues(n))
	}
}

func anys(texts []string) []any {
	out := make([]any, len(texts))
	for i, text := range texts {
		out[i] = text
	}
	return out
}

func (g *generator) label() any {
	if g.random.IntN(2) == 0 {
		return pick(g, strangeTexts)
	}
	return g.texts()
}

func (g *generator) texts() []string {
	out := make([]string, g.random.IntN(3))
	for i := range out {
		out[i] = pick(g, strangeTexts)
	}
	return out
}

func (g *generator) list(element *node) []any {
	out := make([]any, g.random.IntN(4))
	for i := range out {
		out[i] = g.present(element)
	}
	return out
}

func (g *generator) mapping(value func() any) map[string]any {
	out := map[string]any{}
	for range g.random.IntN(4) {
		out[pick(g, names)] = value()
	}
	return out
}

// object has about a third of its properties, and at most one of a oneof.
func (g *generator) object(n *node) map[string]any {
	out := map[string]any{}
	taken := map[string]bool{}
	for _, child := range n.children {
		if child.newer && !g.newer {
			continue
		}
		if g.random.IntN(3) != 0 && child.path != "spec.audit.notifications.start" {
			continue
		}
		if group := child.oneof(); group != "" {
			if taken[group] {
				continue
			}
			taken[group] = true
		}
		out[child.name] = g.value(child)
	}
	return out
}

// needed: the official decoder refuses notifications that are null, or without a start.
func needed(n *node) bool {
	return n.field != nil && (n.message == "teleport.accesslist.v1.Notifications" || n.path == "spec.audit.notifications.start")
}

func (n *node) oneof() string {
	if n.field == nil {
		return ""
	}
	return n.field.Oneof
}

func pick[T any](g *generator, from []T) T { return from[g.random.IntN(len(from))] }
