package harness

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// Field reads one field of a resource in Teleport, in Teleport's JSON, whatever the kind: the path
// has names and list indices ("spec.allow.logins.0"). A field that is not there is nil.
func (h *Test) Field(kind, name, path string) (any, error) {
	body, err := h.Teleport.GetJSON(kind, name)
	if err != nil {
		return nil, err
	}
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		return nil, fmt.Errorf("%s %q in Teleport's JSON: %w", kind, name, err)
	}
	for _, step := range strings.Split(path, ".") {
		value = child(value, step)
	}
	return value, nil
}

func child(value any, step string) any {
	switch parent := value.(type) {
	case map[string]any:
		return parent[step]
	case []any:
		if index, err := strconv.Atoi(step); err == nil && index < len(parent) {
			return parent[index]
		}
	}
	return nil
}

// MatchField is nil when the field, written as text, is exactly this.
func (h *Test) MatchField(kind, name, path, wanted string) error {
	found, err := h.Field(kind, name, path)
	if err != nil {
		return err
	}
	if text := fmt.Sprint(found); text != wanted {
		return fmt.Errorf("%s %q: %s is %s, wanted %s", kind, name, path, text, wanted)
	}
	return nil
}

// WaitField waits until the resource is in Teleport and its field, written as text, is this.
func (h *Test) WaitField(kind, name, path, wanted string) {
	h.Helper()
	h.Eventually(kind+" "+name+" in Teleport", func(context.Context) error {
		return h.MatchField(kind, name, path, wanted)
	})
}

// MustBeInTeleport fails the test unless the resource is there, with this text in the field.
func (h *Test) MustBeInTeleport(kind, name, path, wanted string) {
	h.Helper()
	if err := h.MatchField(kind, name, path, wanted); err != nil {
		h.Error(err)
	}
}
