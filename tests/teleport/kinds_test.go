package teleport

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gravitational/trace"

	"github.com/gravitational/teleport/api/client"
	"github.com/gravitational/teleport/api/types"
)

// rpcs are a kind's calls by the official client, whatever their signatures there; messages are
// pointers. A create that is really an upsert is left out.
type rpcs struct {
	create, write func(context.Context, any) error
	get           func(context.Context, string) (any, error)
	list          func(context.Context) ([]any, error)
	remove        func(context.Context, string) error
}

// exercise leads one resource through its life and looks at it from every side.
func exercise[T any](t *testing.T, of collection[T], name string, by func(*client.Client) rpcs) {
	t.Run(of.name, func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, Options{})
		operator := w.official(t)
		e := &exercised[T]{t: t, w: w, of: of, name: name, calls: by(operator)}
		e.refusesStrangers(by(w.officialAs(t, w.joined(t))))
		events := e.watch(operator)
		e.lifecycle()
		e.seenByWatchers(events)
		e.seenByAdmin()
	})
}

// exercised is one run of it.
type exercised[T any] struct {
	t     *testing.T
	w     *world
	of    collection[T]
	name  string
	calls rpcs
}

func (e *exercised[T]) message(description string) *T {
	message, err := e.of.decode(sample(e.t, e.of.name, e.name, description))
	must(e.t, err)
	return message
}

func (e *exercised[T]) refusesStrangers(calls rpcs) {
	e.t.Helper()
	if _, err := calls.get(e.t.Context(), e.name); !trace.IsAccessDenied(err) {
		e.t.Errorf("get by one without rights: %v", err)
	}
	if err := calls.write(e.t.Context(), e.message("stranger")); !trace.IsAccessDenied(err) {
		e.t.Errorf("write by one without rights: %v", err)
	}
	if _, err := calls.list(e.t.Context()); !trace.IsAccessDenied(err) {
		e.t.Errorf("list by one without rights: %v", err)
	}
	if err := calls.remove(e.t.Context(), e.name); !trace.IsAccessDenied(err) {
		e.t.Errorf("delete by one without rights: %v", err)
	}
	// The one without rights is a bot identity, which has no business with resources.
	if odd := e.w.Irregularities(); len(odd) < 4 || !strings.Contains(odd[0], "bot identity") {
		e.t.Errorf("irregularities %q", odd)
	}
	e.w.ResetCounters()
}

func (e *exercised[T]) lifecycle() {
	t, ctx := e.t, e.t.Context()
	t.Helper()
	if _, err := e.calls.get(ctx, e.name); !trace.IsNotFound(err) {
		t.Errorf("get of a missing one: %v", err)
	}
	create := e.calls.create
	if create == nil {
		create = e.calls.write
	}
	must(t, create(ctx, e.message("first")))
	if e.calls.create != nil {
		if err := e.calls.create(ctx, e.message("again")); !trace.IsAlreadyExists(err) {
			t.Errorf("creating a second one: %v", err)
		}
	}
	first := e.expect("first")
	edited := e.message("second")
	e.of.wrap(edited).SetRevision(first.GetRevision())
	must(t, e.calls.write(ctx, edited))
	if second := e.expect("second"); second.GetRevision() == first.GetRevision() {
		t.Error("a write makes a new revision")
	}
	all, err := e.calls.list(ctx)
	must(t, err)
	if !slices.ContainsFunc(all, func(one any) bool { return e.of.wrap(one.(*T)).GetName() == e.name }) {
		t.Errorf("the list has %d resources, not ours", len(all))
	}
	must(t, e.calls.remove(ctx, e.name))
	if _, err := e.calls.get(ctx, e.name); !trace.IsNotFound(err) {
		t.Errorf("get of a deleted one: %v", err)
	}
	if err := e.calls.remove(ctx, e.name); !trace.IsNotFound(err) {
		t.Errorf("delete of a deleted one: %v", err)
	}
	writes := e.w.Writes(e.of.name, e.name)
	if writes["create"] != 1 || writes["update"] != 1 || writes["delete"] != 1 {
		t.Errorf("audit %v", writes)
	}
	if about := e.w.CallsAbout(e.name); len(about) < 3 {
		t.Errorf("calls about %q: %v", e.name, about)
	}
	if odd := e.w.Irregularities(); len(odd) > 0 {
		t.Error(odd)
	}
}

func (e *exercised[T]) expect(description string) types.Resource {
	e.t.Helper()
	got, err := e.calls.get(e.t.Context(), e.name)
	must(e.t, err)
	resource := e.of.wrap(got.(*T))
	if resource.GetName() != e.name || resource.GetKind() != e.of.name || resource.GetRevision() == "" ||
		resource.GetMetadata().Description != description {
		e.t.Errorf("got %s %q, revision %q, %+v", resource.GetKind(), resource.GetName(),
			resource.GetRevision(), resource.GetMetadata())
	}
	return resource
}

// watch opens an event stream about the kind; of a kind that has no events it is refused.
func (e *exercised[T]) watch(by *client.Client) types.Watcher {
	e.t.Helper()
	watcher, err := by.NewWatcher(e.t.Context(), types.Watch{Kinds: []types.WatchKind{{Kind: e.of.name, Name: e.name}}})
	must(e.t, err)
	e.t.Cleanup(func() { watcher.Close() })
	if e.of.event == nil {
		<-watcher.Done()
		if !trace.IsBadParameter(watcher.Error()) {
			e.t.Errorf("watching a kind without events: %v", watcher.Error())
		}
		return nil
	}
	if init := nextEvent(e.t, watcher); init.Type != types.OpInit {
		e.t.Errorf("first event %v", init)
	}
	return watcher
}

func (e *exercised[T]) seenByWatchers(watcher types.Watcher) {
	e.t.Helper()
	if watcher == nil {
		return
	}
	for _, want := range []struct {
		op          types.OpType
		description string
	}{{types.OpPut, "first"}, {types.OpPut, "second"}, {types.OpDelete, ""}} {
		got := nextEvent(e.t, watcher)
		if got.Type != want.op || got.Resource.GetName() != e.name ||
			got.Resource.GetMetadata().Description != want.description {
			e.t.Errorf("event %v of %v, want %v", got.Type, got.Resource, want)
		}
	}
}

func nextEvent(t *testing.T, watcher types.Watcher) types.Event {
	t.Helper()
	select {
	case event := <-watcher.Events():
		return event
	case <-watcher.Done():
		t.Fatalf("the watch ended: %v", watcher.Error())
	case <-time.After(10 * time.Second):
		t.Fatal("no event within 10 s")
	}
	return types.Event{}
}

// seenByAdmin: what the admin API gives it also takes, and it stays the same.
func (e *exercised[T]) seenByAdmin() {
	e.t.Helper()
	must(e.t, e.w.PutJSON(e.of.name, sample(e.t, e.of.name, e.name, "third")))
	before, err := e.w.GetJSON(e.of.name, e.name)
	must(e.t, err)
	e.expect("third")
	must(e.t, e.w.PutJSON(e.of.name, before))
	after, err := e.w.GetJSON(e.of.name, e.name)
	must(e.t, err)
	if withoutRevision(e.t, before) != withoutRevision(e.t, after) {
		e.t.Errorf("admin wrote %s\nand read %s", before, after)
	}
	must(e.t, e.w.Delete(e.of.name, e.name))
}
