package oracle

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

// each is how many random CRs a kind is compared with, of either sort.
const each = 250

func TestGeneratedCRsAreDecodedAsTeleportDoes(t *testing.T) {
	t.Parallel()
	known := readDifferences(t)
	for _, of := range readSchemas(t) {
		t.Run(of.kind, func(t *testing.T) {
			t.Parallel()
			c := comparison{t: t, of: of, encoder: startEncoder(t), covered: coverage{}, known: known}
			c.random()
			c.edges()
			if missing := c.covered.missing(of); len(missing) > 0 {
				t.Errorf("no CR that both took had a value in %q", missing)
			}
			t.Logf("%d places, %d CRs taken by both, %d refused by both, %d known differences",
				len(c.covered), c.taken, c.refused, c.different)
		})
	}
}

// comparison is one kind's run.
type comparison struct {
	t                         *testing.T
	of                        *kindSchema
	encoder                   *encoder
	covered                   coverage
	known                     *differences
	taken, refused, different int
}

// random compares CRs as the CRD takes them: of what the API module knows with its types, and of
// everything with the facts about the wire, which must agree with the types as well.
func (c *comparison) random() {
	for seed := range uint64(each) {
		if KnownToModule(c.of.kind) {
			cr := newGenerator(seed, false).cr(c.of)
			c.mustAgree(cr, Decode)
			c.factsMustAgree(cr)
		}
		c.mustAgree(newGenerator(seed, true).cr(c.of), DecodeByFacts)
	}
}

func (c *comparison) mustAgree(cr json.RawMessage, oracle func(string, []byte) (Answer, error)) {
	judged, err := judge(c.encoder, c.of.kind, cr, oracle)
	if err == nil {
		err = judged.theirs // the generator makes what it takes
	}
	if err == nil {
		err = judged.disagreement(c.of.kind)
	}
	if err == nil {
		err = c.covered.note(c.of, cr)
	}
	if err != nil {
		c.t.Fatalf("%s\n%v", cr, err)
	}
	c.taken++
}

// factsMustAgree checks the oracle that is used for what is newer.
func (c *comparison) factsMustAgree(cr json.RawMessage) {
	byTypes, err := Decode(c.of.kind, cr)
	if err != nil {
		c.t.Fatal(err)
	}
	byFacts, err := DecodeByFacts(c.of.kind, cr)
	if err != nil {
		c.t.Fatalf("%s\nby the facts: %v", cr, err)
	}
	if !bytes.Equal(byTypes.Wire, byFacts.Wire) {
		c.t.Fatalf("%s\nby the types\n%s\nby the facts\n%s", cr, shown(c.of.kind, byTypes.Wire), shown(c.of.kind, byFacts.Wire))
	}
}

// edges puts every edge value into every place; of kinds that share their message with another, all
// but one get every fourth.
func (c *comparison) edges() {
	step := uint64(1)
	if c.of.kind != firstOf(rows[c.of.kind].message) {
		step = 4
	}
	seed := uint64(each)
	for _, root := range append([]*node{c.of.spec}, c.of.beside...) {
		for _, place := range root.places() {
			for _, p := range place.pokes() {
				seed++
				if seed%step == 0 {
					c.edge(p, newGenerator(seed, place.newer), seed/step%2 == 0)
				}
			}
		}
	}
}

// firstOf is the first kind by name that has the message.
func firstOf(message string) string {
	for _, kind := range Kinds() {
		if rows[kind].message == message {
			return kind
		}
	}
	return ""
}

func (c *comparison) edge(p poke, g *generator, rich bool) {
	oracle := Decode
	if p.at.newer {
		oracle = DecodeByFacts
	}
	cr := g.placed(c.of, p, rich)
	judged, err := judge(c.encoder, c.of.kind, cr, oracle)
	switch {
	case err != nil:
		c.t.Fatalf("%v\n%s\n%v", p, cr, err)
	case !judged.agree() && c.known.explain(c.of.kind, p, judged):
		c.different++
	case !judged.agree():
		c.t.Errorf("%v\n%s\n%v", p, cr, judged.disagreement(c.of.kind))
	case judged.ours != nil && !strings.Contains(judged.ours.Error(), p.at.concrete()):
		c.t.Errorf("%v\n%s\nthe refusal does not say where: %v", p, cr, judged.ours)
	case judged.ours != nil:
		c.refused++
	default:
		c.taken++
		if err := c.covered.note(c.of, cr); err != nil {
			c.t.Fatal(err)
		}
	}
}

// placed is a CR with the value in its place.
func (g *generator) placed(of *kindSchema, p poke, rich bool) json.RawMessage {
	chain := []*node{}
	for n := p.at; n != nil; n = n.parent {
		chain = append([]*node{n}, chain...)
	}
	value := g.along(chain, p.value, rich)
	if chain[0] == of.spec {
		return g.crWith(of, value)
	}
	cr := map[string]any{"metadata": map[string]any{"name": "example"}, "spec": g.value(of.spec), chain[0].name: value}
	return asJSON(cr)
}
