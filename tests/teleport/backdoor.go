package teleport

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"

	utilyaml "sigs.k8s.io/yaml"

	"github.com/gravitational/teleport/api/types"
)

// The way in for tests: past access rules and refusals, but with validation, revisions, the audit
// list and events, as if an administrator had done it with tctl.

var adminWriter = writer{user: "admin", method: "admin"}

// Get is the stored resource, nil if there is none. It must not be changed.
func (s *Server) Get(kind, name string) types.Resource { return s.store.get(kind, name) }

// List is what is stored of a kind, sorted by name.
func (s *Server) List(kind string) []types.Resource { return s.store.list(kind) }

// GetJSON is the stored resource in Teleport's JSON; trace.IsNotFound tells that there is none.
func (s *Server) GetJSON(kind, name string) ([]byte, error) {
	known, err := s.store.kinds.find(kind)
	if err != nil {
		return nil, err
	}
	resource := s.store.get(kind, name)
	if resource == nil {
		return nil, s.store.kinds.absent(kind, name)
	}
	return known.encode(resource)
}

// PutJSON creates or replaces a resource from Teleport's JSON.
func (s *Server) PutJSON(kind string, body []byte) error {
	known, err := s.store.kinds.find(kind)
	if err != nil {
		return err
	}
	resource, err := known.decode(body)
	if err != nil {
		return fmt.Errorf("decoding a %s: %w", kind, err)
	}
	return known.put(s, resource, adminWriter)
}

// Delete removes a resource, even a role that is in use. A bot takes its user and role along.
func (s *Server) Delete(kind, name string) error {
	known, err := s.store.kinds.find(kind)
	if err != nil {
		return err
	}
	return known.remove(s, name, adminWriter)
}

// Apply stores the resources of a YAML (or JSON) stream of documents, as `tctl create -f` does.
func (s *Server) Apply(documents []byte) error {
	for i, document := range splitDocuments(documents) {
		body, err := utilyaml.YAMLToJSON(document)
		if err != nil {
			return fmt.Errorf("document %d: %w", i+1, err)
		}
		var header struct {
			Kind string `json:"kind"`
		}
		if err := utilyaml.Unmarshal(document, &header); err != nil {
			return fmt.Errorf("document %d: %w", i+1, err)
		}
		if err := s.PutJSON(header.Kind, body); err != nil {
			return fmt.Errorf("document %d: %w", i+1, err)
		}
	}
	return nil
}

// splitDocuments cuts at lines that are exactly "---" and leaves out empty documents.
func splitDocuments(stream []byte) [][]byte {
	var out [][]byte
	for _, part := range bytes.Split(append([]byte("\n"), stream...), []byte("\n---")) {
		lines := bytes.Split(part, []byte("\n"))
		onlyComments := !slices.ContainsFunc(lines, func(line []byte) bool {
			line = bytes.TrimSpace(line)
			return len(line) > 0 && line[0] != '#'
		})
		if !onlyComments {
			out = append(out, part)
		}
	}
	return out
}

// ApplyFrom is Apply on what the reader holds.
func (s *Server) ApplyFrom(reader io.Reader) error {
	documents, err := io.ReadAll(reader)
	if err != nil {
		return errors.Join(errors.New("reading resources"), err)
	}
	return s.Apply(documents)
}
