package oracle

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
)

// poke is one value, good or bad, put into one place of an otherwise good CR.
type poke struct {
	at    *node
	value any
	what  string // names the value where it is not its own name
}

func (p poke) String() string {
	if p.what != "" {
		return fmt.Sprintf("%s (%s): %s", p.at.path, p.at.shape(), p.what)
	}
	return fmt.Sprintf("%s (%s) = %s", p.at.path, p.at.shape(), asJSON(p.value))
}

// otherName is a property's name in capitals or camelCase.
const otherName = "a name in another form"

// wrongTypes are tried everywhere.
var wrongTypes = []any{nil, true, 1, 1.5, "", "text", []any{}, []any{nil}, []any{1}, map[string]any{}, map[string]any{"nonsense": 1}}

var edges = map[shape][]any{
	duration: {
		"1 h", "h", "1h30", "1.5", ".h", "-", "300y", "106751d", "9223372036854775807ns", "9223372036854775808ns",
		"-9223372036854775808ns", "1e3s", "Never", "never ", "--1h", "1H", "3600s", "1.h", "0.1ns", 3600, "1h-5m", "00h", "1w",
	},
	goDuration: {"1d", "never", "1mo", "h", "1 h", "+5m", "300000000h", "1w", "1.h", "336", 336},
	seconds:    {"12h", "1d", "never", "43200", "1.0000000001s", "1e3s", "315576000001s", "s", "+3s", ".5s", "-0.5s", "1.s", "1ms", "9223372037s", 3},
	instant: {
		"2030-01-31", "2030-01-31T12:00:00", "2030-02-30T00:00:00Z", "2030-01-31t12:00:00z", "2030-01-31 12:00:00Z",
		"0000-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z", "10000-01-01T00:00:00Z", "2030-01-31T24:00:00Z",
		"2016-12-31T23:59:60Z", "2030-01-31T12:00:00,5Z", "2030-01-31T12:00:00.1234567891Z", "2030-01-31T12:00:00+0200", "2030-01-31T12:00:00+25:00", 1900000000,
	},
	yesNo:     {"true", "yes", 0},
	yesNoWord: {"yes", "Yeah", "nope", "1", "perhaps", "t", " yes", 0},
	uint32s:   {-1, math.MaxUint32, int64(math.MaxUint32) + 1, 1.0, 1e3, "5", json.RawMessage("9223372036854775808")},
	int32s:    {-1, math.MaxInt32, int64(math.MaxInt32) + 1, math.MinInt32, int64(math.MinInt32) - 1, math.MaxUint32, int64(math.MaxUint32) + 1, 1.0, 1e3, "5", json.RawMessage("9223372036854775808")},
	int64s:    {int64(math.MaxInt64), int64(math.MinInt64), json.RawMessage("9223372036854775808"), json.RawMessage("1e18"), json.RawMessage("1.0"), "5", "0x5", " 5", "5.0", "-0"},
	float:     {1e308, "1.5", "NaN", "Infinity"},
	enum:      {77, -1, 2, 2.0, "perhaps", "IAM_POLICY_STATUS_NONE", "KEEP", "HOST_USER_MODE_KEEP", " keep", "1Month", "2months", "first ", "31", "7", "VERIFY-CA", "1 months"},
	labels:    {map[string]any{"a": 1}, map[string]any{"a": map[string]any{}}, map[string]any{"a": []any{"b", 1}}, map[string]any{"a": nil}, map[string]any{"a": []any{nil}}, map[string]any{"a": true}, map[string]any{"": "x"}},
	lists:     {map[string]any{"a": "b"}, map[string]any{"a": 1}, map[string]any{"a": []any{"b", 1}}, map[string]any{"a": nil}, map[string]any{"a": []any{nil}}, map[string]any{"z": []any{"1"}, "b": []any{"2"}}},
	mapping:   {map[string]any{"a": nil}, map[string]any{"a": 1}, map[string]any{"a": []any{"b"}}},
	free:      {map[string]any{"a": map[string]any{"b": map[string]any{"c": []any{[]any{1.5}}}}}, map[string]any{"n": int64(9007199254740993)}},
	text:      {"secret:/x", "\u2028", "a\\b"},
}

// pokes of a place: every edge of its shape, every wrong type, and for objects names that are wrong.
func (n *node) pokes() []poke {
	out := make([]poke, 0, 40)
	for _, values := range [][]any{goodValues(n), edges[n.shape()], wrongTypes} {
		for _, value := range values {
			out = append(out, poke{at: n, value: value})
		}
	}
	if n.shape() != object || len(n.children) == 0 {
		return out
	}
	first := n.children[0]
	for _, name := range []string{strings.ToUpper(first.name), camelCase(first.name)} {
		if name != first.name {
			out = append(out, poke{at: n, value: map[string]any{name: nil}, what: otherName},
				poke{at: n, value: map[string]any{name: "x"}, what: otherName})
		}
	}
	return append(out, n.twoOfOneof()...)
}

// twoOfOneof sets two members of the same oneof.
func (n *node) twoOfOneof() []poke {
	first := map[string]*node{}
	var out []poke
	for _, child := range n.children {
		group := child.oneof()
		if group == "" {
			continue
		}
		if first[group] == nil {
			first[group] = child
			continue
		}
		both := map[string]any{first[group].name: map[string]any{}, child.name: map[string]any{}}
		out = append(out, poke{at: n, value: both, what: "two of " + group})
	}
	return out
}

func camelCase(name string) string {
	parts := strings.Split(name, "_")
	for i, part := range parts[1:] {
		parts[i+1] = strings.ToUpper(part[:1]) + part[1:]
	}
	return strings.Join(parts, "")
}

// concrete is the place's path in the CRs that along makes.
func (n *node) concrete() string {
	return strings.NewReplacer("[]", "[0]", "{}", ".env").Replace(n.path)
}

// along is the value in its place, the last of the chain: in as little as can be, or in a random
// good object.
func (g *generator) along(chain []*node, value any, rich bool) any {
	if len(chain) == 1 {
		return value
	}
	n, next := chain[0], chain[1]
	below := g.along(chain[1:], value, rich)
	switch {
	case next == n.element && n.schema.Items != nil:
		return []any{below}
	case next == n.element:
		return map[string]any{"env": below}
	}
	out := map[string]any{}
	if rich {
		out = g.object(n)
	}
	for _, sibling := range n.children {
		if sibling.oneof() != "" && sibling.oneof() == next.oneof() {
			delete(out, sibling.name)
		}
	}
	out[next.name] = below
	return out
}
