package teleport

import (
	"context"
	"slices"
	"sync"

	"github.com/gravitational/trace"

	"github.com/gravitational/teleport/api/client/proto"
	"github.com/gravitational/teleport/api/types"
)

// watcher is one open event stream. Writers append without waiting, so a slow reader cannot hold
// the store; there is no limit, because tests are short.
type watcher struct {
	kinds []types.WatchKind

	mu     sync.Mutex
	queue  []types.Event
	wake   chan struct{}
	broken error
}

func newWatcher(kinds []types.WatchKind) *watcher {
	return &watcher{kinds: kinds, wake: make(chan struct{}, 1)}
}

func (w *watcher) push(event types.Event) {
	if !w.wants(event.Resource) {
		return
	}
	w.mu.Lock()
	w.queue = append(w.queue, event)
	w.mu.Unlock()
	w.signal()
}

// breakOff ends the stream with the error.
func (w *watcher) breakOff(err error) {
	w.mu.Lock()
	w.broken = err
	w.mu.Unlock()
	w.signal()
}

func (w *watcher) signal() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// wants applies a kind's name and, for authorities, its filter from CA type to cluster name.
func (w *watcher) wants(resource types.Resource) bool {
	return slices.ContainsFunc(w.kinds, func(kind types.WatchKind) bool {
		if kind.Kind != resource.GetKind() {
			return false
		}
		if kind.Name != "" && kind.Name != resource.GetName() {
			return false
		}
		if kind.Kind == types.KindCertAuthority && len(kind.Filter) > 0 {
			return kind.Filter[resource.GetSubKind()] == resource.GetName()
		}
		return true
	})
}

// next waits for the next batch.
func (w *watcher) next(ctx context.Context) ([]types.Event, error) {
	for {
		w.mu.Lock()
		batch, broken := w.queue, w.broken
		w.queue = nil
		w.mu.Unlock()
		if len(batch) > 0 || broken != nil {
			return batch, broken
		}
		select {
		case <-w.wake:
		case <-ctx.Done():
			return nil, trace.Wrap(ctx.Err())
		}
	}
}

// announce sends an event for something that is not in the store.
func (s *store) announce(op types.OpType, resource types.Resource) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tell(types.Event{Type: op, Resource: resource})
}

func (s *store) tell(event types.Event) {
	for w := range s.watchers {
		w.push(event)
	}
}

func (s *store) watch(w *watcher) (stop func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watchers[w] = struct{}{}
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.watchers, w)
	}
}

// breakWatches ends every open event stream with the error.
func (s *store) breakWatches(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for w := range s.watchers {
		w.breakOff(err)
	}
}

// WatchEvents streams INIT, then every write of the kinds that the caller may read. What is stored
// already is not replayed.
func (a *authService) WatchEvents(request *proto.Watch, stream proto.AuthService_WatchEventsServer) error {
	id, err := a.authenticate(stream.Context())
	if err != nil {
		return err
	}
	a.checkWatch(id, request.Kinds)
	var kinds []types.WatchKind
	for _, kind := range request.Kinds {
		if !a.store.kinds.watched(kind.Kind) {
			if request.AllowPartialSuccess {
				continue
			}
			return trace.BadParameter("the event stream does not support kind %q", kind.Kind)
		}
		verb := types.VerbRead
		if kind.Kind == types.KindCertAuthority && !kind.LoadSecrets {
			verb = types.VerbReadNoSecrets
		}
		if err := a.allowed(id, a.store.kinds.ruleOf(kind.Kind), verb); err != nil {
			if request.AllowPartialSuccess {
				continue
			}
			return err
		}
		kinds = append(kinds, kind)
	}
	if len(kinds) == 0 {
		return trace.BadParameter("no kinds to watch")
	}
	w := newWatcher(kinds)
	defer a.store.watch(w)()
	if err := a.sendEvent(stream, types.Event{Type: types.OpInit, Resource: types.NewWatchStatus(kinds)}); err != nil {
		return err
	}
	if a.fromTheFuture() {
		for _, event := range futureEvents() {
			if err := stream.Send(event); err != nil {
				return trace.Wrap(err)
			}
		}
	}
	for {
		batch, err := w.next(stream.Context())
		for _, event := range batch {
			if sendErr := a.sendEvent(stream, event); sendErr != nil {
				return sendErr
			}
		}
		if err != nil {
			return err
		}
	}
}

func (a *authService) sendEvent(stream proto.AuthService_WatchEventsServer, event types.Event) error {
	out, err := a.store.kinds.eventToGRPC(event)
	if err != nil {
		return trace.Wrap(err)
	}
	return trace.Wrap(stream.Send(out))
}
