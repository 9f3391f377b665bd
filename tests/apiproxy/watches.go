package apiproxy

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"maps"
	"net/http"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Watch is one that is open.
type Watch struct {
	Call
	orders chan order
	ended  chan struct{}
}

// order is a line to say (nil: none), and how the stream goes on.
type order struct {
	say []byte
	how ending
}

type ending int

const (
	endCleanly ending = iota
	endByReset
)

// End ends the stream as a server does that has nothing more to say.
func (w *Watch) End() { w.give(order{how: endCleanly}) }

// Break resets the stream in its middle.
func (w *Watch) Break() { w.give(order{how: endByReset}) }

// Refuse says ERROR with a Status of this code and reason in the stream, and ends it.
func (w *Watch) Refuse(code int, reason metav1.StatusReason) {
	event := fmt.Sprintf(`{"type":"ERROR","object":%s}`+"\n", statusObject(code, reason))
	w.give(order{say: []byte(event), how: endCleanly})
}

// give answers when the order is carried out, or the stream ended by itself.
func (w *Watch) give(what order) {
	select {
	case w.orders <- what:
		<-w.ended
	case <-w.ended:
	}
}

// Watches are those of a resource that are open now; "": all.
func (p *Proxy) Watches(resource string) []*Watch {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.openOf(resource)
}

func (p *Proxy) openOf(resource string) []*Watch {
	var all []*Watch
	for watch := range p.watches {
		if resource == "" || watch.Resource == resource {
			all = append(all, watch)
		}
	}
	return all
}

// WaitWatch waits until a watch of the resource is open, and answers it.
func (p *Proxy) WaitWatch(ctx context.Context, resource string) (*Watch, error) {
	for {
		p.mu.Lock()
		open, opened := p.openOf(resource), p.opened
		p.mu.Unlock()
		if len(open) > 0 {
			return open[0], nil
		}
		select {
		case <-opened:
		case <-ctx.Done():
			return nil, fmt.Errorf("no watch of %s was opened: %w", resource, ctx.Err())
		}
	}
}

// Freeze holds back the events of a resource, of watches that are open and of new ones, and says
// nothing. Thaw delivers them.
func (p *Proxy) Freeze(resource string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.gates[resource] = make(chan struct{})
}

// Thaw ends Freeze.
func (p *Proxy) Thaw(resource string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if gate := p.gates[resource]; gate != nil {
		close(gate)
		delete(p.gates, resource)
	}
}

// FilterBookmarks takes bookmarks out of all streams, or lets them through again.
func (p *Proxy) FilterBookmarks(filter bool) { p.withoutBookmarks.Store(filter) }

var openGate = func() chan struct{} { gate := make(chan struct{}); close(gate); return gate }()

func (p *Proxy) gate(resource string) chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	if gate := p.gates[resource]; gate != nil {
		return gate
	}
	return openGate
}

// heldLines is how much of a frozen stream is taken from the server.
const heldLines = 10_000

func (p *Proxy) relayWatch(x *exchange) {
	answer, err := x.forward()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	defer answer.Body.Close()
	maps.Copy(x.w.Header(), answer.Header)
	x.w.Header().Del("Content-Length")
	x.w.WriteHeader(answer.StatusCode)
	x.record.setCode(answer.StatusCode)
	x.w.(http.Flusher).Flush()

	lines := make(chan []byte, heldLines)
	go func() {
		defer close(lines)
		in := bufio.NewReader(answer.Body)
		for {
			line, err := in.ReadBytes('\n')
			if len(line) > 0 {
				select {
				case lines <- line:
				case <-x.r.Context().Done():
					return
				}
			}
			if err != nil {
				return
			}
		}
	}()
	watch := &Watch{Call: x.call, orders: make(chan order), ended: make(chan struct{})}
	if answer.StatusCode == http.StatusOK {
		p.enter(watch)
		defer p.leave(watch)
	}
	p.relayLines(x, watch, lines)
}

func (p *Proxy) enter(watch *Watch) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.watches[watch] = struct{}{}
	close(p.opened)
	p.opened = make(chan struct{})
}

func (p *Proxy) leave(watch *Watch) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.watches, watch)
	close(watch.ended)
}

func (p *Proxy) relayLines(x *exchange, watch *Watch, lines <-chan []byte) {
	done := x.r.Context().Done()
	for {
		var line []byte
		more := true
		select {
		case line, more = <-lines:
		case what := <-watch.orders:
			x.carryOut(what)
			return
		case <-done:
			return
		}
		// A frozen stream says nothing, not even that it is at its end.
		select {
		case <-p.gate(x.call.Resource):
		case what := <-watch.orders:
			x.carryOut(what)
			return
		case <-done:
			return
		}
		switch {
		case !more:
			return
		case p.withoutBookmarks.Load() && bytes.HasPrefix(line, []byte(`{"type":"BOOKMARK"`)):
		default:
			x.say(line)
		}
	}
}

func (x *exchange) carryOut(what order) {
	if what.say != nil {
		x.say(what.say)
	}
	if what.how == endByReset {
		panic(http.ErrAbortHandler)
	}
}

func (x *exchange) say(line []byte) {
	_, _ = x.w.Write(line)
	x.w.(http.Flusher).Flush()
}
