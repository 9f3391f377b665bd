package teleport

import (
	"sort"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/gravitational/trace"

	"github.com/gravitational/teleport/api/types"
)

// writer names who writes and by which call; it ends up in the audit list.
type writer struct {
	user   string
	method string
	peer   string // where its connection comes from, "" for who needs none
}

// WriteRecord is one write that took effect, in order.
type WriteRecord struct {
	Time     time.Time `json:"time"`
	Verb     string    `json:"verb"` // create, update or delete: what happened, not what was called
	Kind     string    `json:"kind"`
	Name     string    `json:"name"`
	Revision string    `json:"revision,omitempty"`
	Caller   string    `json:"caller"`
	Method   string    `json:"method"`
	// Peer is the address that the caller's connection comes from, also behind the proxy: two clients
	// of one identity differ in it. Empty for an administrator.
	Peer string `json:"peer,omitempty"`
}

// putMode is what a write expects to find.
type putMode int

const (
	create  putMode = iota // AlreadyExists if there is one
	update                 // NotFound if there is none, CompareFailed if the revision differs
	replace                // NotFound if there is none
	upsert                 // anything
)

// view is how a guard sees the store while a write holds its lock.
type view struct{ store *store }

func (v view) get(kind, name string) types.Resource {
	return v.store.items[kind][name]
}
func (v view) absent(kind, name string) error    { return v.store.kinds.absent(kind, name) }
func (v view) has(kind, name string) bool        { return v.store.items[kind][name] != nil }
func (v view) list(kind string) []types.Resource { return v.store.sorted(kind) }

// store is the backend: resources by kind and name, the list of writes, and who watches them.
//
// A stored resource is never changed afterwards; a write replaces it. Readers may therefore keep
// what they got without a copy, and must not change it.
type store struct {
	kinds kindTable
	// revised is off for servers that know no revisions: they give none and compare none.
	revised bool

	mu       sync.Mutex
	items    map[string]map[string]types.Resource
	audit    []WriteRecord
	watchers map[*watcher]struct{}
}

func newStore() *store {
	return &store{
		kinds:    kindTable{},
		revised:  true,
		items:    map[string]map[string]types.Resource{},
		watchers: map[*watcher]struct{}{},
	}
}

// get is nil when there is no such resource.
func (s *store) get(kind, name string) types.Resource {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.items[kind][name]
}

func (s *store) has(kind, name string) bool { return s.get(kind, name) != nil }

// list is sorted by name.
func (s *store) list(kind string) []types.Resource {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sorted(kind)
}

func (s *store) sorted(kind string) []types.Resource {
	out := make([]types.Resource, 0, len(s.items[kind]))
	for _, resource := range s.items[kind] {
		out = append(out, resource)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].GetName() < out[j].GetName() })
	return out
}

// put stores the resource under a new revision, which it writes into it. The guard may refuse; it
// runs while nothing else can write.
func (s *store) put(resource types.Resource, by writer, mode putMode, guard func(view) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	kind, name := resource.GetKind(), resource.GetName()
	existing := s.items[kind][name]
	switch {
	case mode == create && existing != nil:
		return trace.AlreadyExists("%s %q already exists", kind, name)
	case (mode == update || mode == replace) && existing == nil:
		return s.kinds.absent(kind, name)
	case mode == update && s.revised && existing.GetRevision() != resource.GetRevision():
		return trace.CompareFailed("resource revision does not match, it may have been concurrently created|modified|deleted; please work from the latest state, or use --force to overwrite")
	}
	if guard != nil {
		if err := guard(view{s}); err != nil {
			return err
		}
	}
	resource.SetRevision(s.newRevision())
	if s.items[kind] == nil {
		s.items[kind] = map[string]types.Resource{}
	}
	s.items[kind][name] = resource
	verb := "create"
	if existing != nil {
		verb = "update"
	}
	s.record(verb, kind, name, resource.GetRevision(), by)
	s.tell(types.Event{Type: types.OpPut, Resource: resource})
	return nil
}

func (s *store) newRevision() string {
	if !s.revised {
		return ""
	}
	return uuid.NewString()
}

// remove deletes a resource; the guard may refuse.
func (s *store) remove(kind, name string, by writer, guard func(view) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	existing := s.items[kind][name]
	if existing == nil {
		return s.kinds.absent(kind, name)
	}
	if guard != nil {
		if err := guard(view{s}); err != nil {
			return err
		}
	}
	delete(s.items[kind], name)
	s.record("delete", kind, name, existing.GetRevision(), by)
	s.tell(types.Event{Type: types.OpDelete, Resource: &types.ResourceHeader{
		Kind:     kind,
		SubKind:  existing.GetSubKind(),
		Version:  existing.GetVersion(),
		Metadata: types.Metadata{Name: name},
	}})
	return nil
}

func (s *store) record(verb, kind, name, revision string, by writer) {
	s.audit = append(s.audit, WriteRecord{
		Time: time.Now().UTC(), Verb: verb, Kind: kind, Name: name,
		Revision: revision, Caller: by.user, Method: by.method, Peer: by.peer,
	})
}

// writes is a copy of the audit list.
func (s *store) writes() []WriteRecord {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]WriteRecord{}, s.audit...)
}

func (s *store) forgetWrites() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.audit = nil
}
