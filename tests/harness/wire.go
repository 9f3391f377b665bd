package harness

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

// Wire is a cable between the operator and a server: a port on loopback that carries bytes to the
// server's port and back, until the test does something to it. A server that goes down closes its
// connections, which everybody notices at once; a cable that is cut says nothing.
type Wire struct {
	target string
	ctx    context.Context // ends with Close
	end    context.CancelFunc

	mu       sync.Mutex
	port     *wirePort // nil while connections are refused
	addr     string
	whole    chan struct{} // closed while bytes are carried
	pairs    map[*wirePair]struct{}
	accepted int
	carried  int64
	sources  []wireSource
}

// wireSource is a connection to the server as the server sees it. Ports are used again, so the time
// belongs to it.
type wireSource struct {
	addr  string
	began time.Time
}

// NewWire lays a wire to an address, "host:port". The caller ends it with Close.
func NewWire(target string) (*Wire, error) {
	ctx, end := context.WithCancel(context.Background())
	w := &Wire{target: target, ctx: ctx, end: end, addr: "127.0.0.1:0", pairs: map[*wirePair]struct{}{}}
	w.whole = make(chan struct{})
	close(w.whole)
	return w, w.listen()
}

// LayWire is NewWire for a test, which ends it.
func (h *Test) LayWire(target string) *Wire {
	h.Helper()
	wire, err := NewWire(target)
	if err != nil {
		h.Fatal(err)
	}
	h.Cleanup(wire.Close)
	return wire
}

// Addr is where the wire begins, "host:port"; it stays the same whatever happens to the wire.
func (w *Wire) Addr() string { return w.addr }

// Cut holds back every byte in both directions, ends of connections too. New connections are neither
// taken nor refused: their first packet is lost, as on a dead network.
func (w *Wire) Cut() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.isCut() {
		return nil
	}
	w.whole = make(chan struct{})
	if w.port == nil {
		return nil
	}
	return w.port.plug()
}

// Mend carries on: what was held back arrives, and new connections are taken again.
func (w *Wire) Mend() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.isCut() {
		close(w.whole)
		if w.port != nil {
			return w.port.unplug()
		}
	}
	if w.port == nil {
		return w.listen()
	}
	return nil
}

// Reset ends every connection with an RST on both sides. New ones are taken.
func (w *Wire) Reset() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for pair := range w.pairs {
		pair.reset()
	}
}

// Refuse is Reset, and refuses new connections until Mend.
func (w *Wire) Refuse() {
	w.mu.Lock()
	if w.port != nil {
		w.port.close()
		w.port = nil
	}
	w.mu.Unlock()
	w.Reset()
}

// Accepted is how many connections there were so far.
func (w *Wire) Accepted() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.accepted
}

// Open is how many connections there are.
func (w *Wire) Open() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.pairs)
}

// CameFrom: was this address, which the server saw at that time, the end of one of the wire's
// connections, and since when? Ports are used again, so among several wires the newest is right; a
// server may be busy for a while with what it read before a connection ended.
func (w *Wire) CameFrom(addr string, at time.Time) (since time.Time, is bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := len(w.sources) - 1; i >= 0; i-- {
		if source := w.sources[i]; source.addr == addr && !at.Before(source.began) {
			return source.began, true
		}
	}
	return time.Time{}, false
}

// Carried is how many bytes arrived so far, on both sides together.
func (w *Wire) Carried() int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.carried
}

// Close takes the wire away, with all its connections.
func (w *Wire) Close() {
	w.end()
	w.Refuse()
}

func (w *Wire) isCut() bool {
	select {
	case <-w.whole:
		return false
	default:
		return true
	}
}

// listen opens the port (again), under the lock or before anybody else knows the wire.
func (w *Wire) listen() error {
	port, err := openWirePort(w.addr)
	if err != nil {
		return fmt.Errorf("a wire to %s: %w", w.target, err)
	}
	w.port, w.addr = port, port.address()
	go port.serve(w.connect)
	return nil
}

// connect carries one new connection until it ends.
func (w *Wire) connect(near *net.TCPConn) {
	began := time.Now()
	dialer := net.Dialer{Timeout: 10 * time.Second}
	conn, err := dialer.DialContext(w.ctx, "tcp", w.target)
	if err != nil {
		// What is refused behind the wire is refused at its beginning.
		_ = near.SetLinger(0)
		_ = near.Close()
		return
	}
	pair := &wirePair{near, conn.(*net.TCPConn)}
	w.mu.Lock()
	w.accepted++
	w.pairs[pair] = struct{}{}
	w.sources = append(w.sources, wireSource{conn.LocalAddr().String(), began})
	w.mu.Unlock()
	var both sync.WaitGroup
	both.Go(func() { w.carry(pair.near, pair.far, pair) })
	both.Go(func() { w.carry(pair.far, pair.near, pair) })
	both.Wait()
	_ = pair.near.Close()
	_ = pair.far.Close()
	w.mu.Lock()
	delete(w.pairs, pair)
	w.mu.Unlock()
}

// carry moves bytes one way until their end, and then the end.
func (w *Wire) carry(from, to *net.TCPConn, pair *wirePair) {
	buffer := make([]byte, 16*1024)
	for {
		n, err := from.Read(buffer)
		if !w.waitWhole() {
			return
		}
		if n > 0 {
			if _, err := to.Write(buffer[:n]); err != nil {
				pair.reset()
				return
			}
			w.mu.Lock()
			w.carried += int64(n)
			w.mu.Unlock()
		}
		if err != nil {
			if errors.Is(err, io.EOF) {
				_ = to.CloseWrite()
			} else {
				pair.reset()
			}
			return
		}
	}
}

// waitWhole answers false when the wire was taken away.
func (w *Wire) waitWhole() bool {
	w.mu.Lock()
	whole := w.whole
	w.mu.Unlock()
	select {
	case <-whole:
		return true
	case <-w.ctx.Done():
		return false
	}
}

// wirePair is one connection: the operator's half, and that to the server.
type wirePair struct{ near, far *net.TCPConn }

func (p *wirePair) reset() {
	for _, conn := range []*net.TCPConn{p.near, p.far} {
		_ = conn.SetLinger(0) // the close is an RST
		_ = conn.Close()
	}
}
