package oracle

import "encoding/json"

// coverage notes which places of a kind's CRD had a value in a CR that both sides took.
type coverage map[string]bool

// note walks a CR beside the schema.
func (c coverage) note(of *kindSchema, cr json.RawMessage) error {
	var object map[string]any
	if err := json.Unmarshal(cr, &object); err != nil {
		return err
	}
	c.walk(of.spec, object["spec"])
	for _, beside := range of.beside {
		c.walk(beside, object[beside.name])
	}
	return nil
}

func (c coverage) walk(n *node, value any) {
	if value == nil {
		return
	}
	c[n.path] = true
	switch value := value.(type) {
	case map[string]any:
		for _, child := range n.children {
			c.walk(child, value[child.name])
		}
		for _, item := range value {
			if n.element != nil {
				c.walk(n.element, item)
			}
		}
	case []any:
		for _, item := range value {
			if n.element != nil {
				c.walk(n.element, item)
			}
		}
	}
}

// missing are the places that never had a value.
func (c coverage) missing(of *kindSchema) []string {
	var out []string
	for _, n := range append([]*node{of.spec}, of.beside...) {
		for _, place := range n.places() {
			if !c[place.path] {
				out = append(out, place.path)
			}
		}
	}
	return out
}
