package teleport

import (
	"errors"
	"fmt"
	"net"
	"sync"
)

// gate is a TCP port on loopback that can be shut and opened again on the same number, and knows
// its connections so that they can be cut.
type gate struct {
	handle func(net.Conn)

	mu       sync.Mutex
	addr     string
	listener net.Listener
	conns    map[string]net.Conn // by remote address
}

// openGate listens on a free port; handle runs on a goroutine of its own for each connection.
func openGate(handle func(net.Conn)) (*gate, error) {
	g := &gate{handle: handle, addr: "127.0.0.1:0", conns: map[string]net.Conn{}}
	if err := g.open(); err != nil {
		return nil, err
	}
	return g, nil
}

// open listens (again). An open gate stays as it is.
func (g *gate) open() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.listener != nil {
		return nil
	}
	listener, err := net.Listen("tcp", g.addr)
	if err != nil {
		return fmt.Errorf("listening on %s: %w", g.addr, err)
	}
	g.listener, g.addr = listener, listener.Addr().String()
	go g.accept(listener)
	return nil
}

func (g *gate) accept(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		tracked := &trackedConn{Conn: conn, gate: g}
		g.mu.Lock()
		if g.listener != listener {
			g.mu.Unlock()
			conn.Close()
			return
		}
		g.conns[conn.RemoteAddr().String()] = tracked
		g.mu.Unlock()
		go g.handle(tracked)
	}
}

// shut stops listening and cuts every connection.
func (g *gate) shut() {
	g.mu.Lock()
	listener := g.listener
	g.listener = nil
	g.mu.Unlock()
	if listener != nil {
		listener.Close()
	}
	g.cutAll()
}

// cutAll closes every connection; new ones are still accepted.
func (g *gate) cutAll() {
	g.mu.Lock()
	conns := make([]net.Conn, 0, len(g.conns))
	for _, conn := range g.conns {
		conns = append(conns, conn)
	}
	g.mu.Unlock()
	for _, conn := range conns {
		conn.Close()
	}
}

// cut closes the connection from this remote address.
func (g *gate) cut(remote string) {
	g.mu.Lock()
	conn := g.conns[remote]
	g.mu.Unlock()
	if conn != nil {
		conn.Close()
	}
}

func (g *gate) address() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.addr
}

// count is how many connections are open now.
func (g *gate) count() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.conns)
}

// trackedConn forgets itself when it is closed.
type trackedConn struct {
	net.Conn
	gate *gate
	once sync.Once
}

func (c *trackedConn) Close() error {
	c.once.Do(func() {
		c.gate.mu.Lock()
		delete(c.gate.conns, c.RemoteAddr().String())
		c.gate.mu.Unlock()
	})
	return c.Conn.Close()
}

// handover is a net.Listener whose connections are pushed in by someone who accepted them.
type handover struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func newHandover() *handover {
	return &handover{conns: make(chan net.Conn), done: make(chan struct{})}
}

var errHandoverClosed = errors.New("listener closed")

func (h *handover) push(conn net.Conn) {
	select {
	case h.conns <- conn:
	case <-h.done:
		conn.Close()
	}
}

func (h *handover) Accept() (net.Conn, error) {
	select {
	case conn := <-h.conns:
		return conn, nil
	case <-h.done:
		return nil, errHandoverClosed
	}
}

func (h *handover) Close() error {
	h.once.Do(func() { close(h.done) })
	return nil
}

func (h *handover) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }
