package harness

import (
	"errors"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// usualBacklog of connections that nobody has taken yet.
const usualBacklog = 128

// wirePort is a listening port that can be plugged: packets that would open a connection are lost
// then, since the kernel drops them when the queue of a listener is full.
type wirePort struct {
	listener *net.TCPListener
	ended    chan struct{} // closed when serve has ended

	mu     sync.Mutex
	open   chan struct{}       // closed while connections are taken
	parked chan struct{}       // closed once serve has noticed that they are not
	plugs  map[string]net.Conn // what fills the queue, by its local address
}

func openWirePort(addr string) (*wirePort, error) {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	p := &wirePort{
		listener: listener.(*net.TCPListener), ended: make(chan struct{}),
		open: make(chan struct{}), plugs: map[string]net.Conn{},
	}
	close(p.open)
	return p, nil
}

func (p *wirePort) address() string { return p.listener.Addr().String() }

// serve takes connections until the port is closed.
func (p *wirePort) serve(take func(*net.TCPConn)) {
	defer close(p.ended)
	for {
		p.waitOpen()
		conn, err := p.listener.AcceptTCP()
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded): // plugged meanwhile
		case err != nil:
			return
		case p.isPlug(conn):
			_ = conn.Close()
		default:
			go take(conn)
		}
	}
}

func (p *wirePort) waitOpen() {
	p.mu.Lock()
	open, parked := p.open, p.parked
	p.mu.Unlock()
	select {
	case <-open:
	default:
		close(parked)
		<-open
	}
}

// isPlug forgets the plug that it finds.
func (p *wirePort) isPlug(conn net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	addr := conn.RemoteAddr().String()
	plug, is := p.plugs[addr]
	if is {
		_ = plug.Close()
		delete(p.plugs, addr)
	}
	return is
}

// plug loses all that comes from now on.
func (p *wirePort) plug() error {
	p.mu.Lock()
	p.open, p.parked = make(chan struct{}), make(chan struct{})
	parked := p.parked
	p.mu.Unlock()
	if err := errors.Join(p.listener.SetDeadline(time.Unix(1, 0)), p.setBacklog(0)); err != nil {
		return err
	}
	// Nobody may take a plug out of the queue.
	select {
	case <-parked:
	case <-p.ended:
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	// A queue of length 0 holds one connection. The kernel answers a dial to a full one with nothing.
	for range usualBacklog + 2 {
		conn, err := net.DialTimeout("tcp", p.address(), 50*time.Millisecond)
		if err, timeout := err.(net.Error); timeout && err.Timeout() {
			return nil
		}
		if err != nil {
			return err
		}
		p.plugs[conn.LocalAddr().String()] = conn
	}
	return errors.New("the port still takes connections")
}

func (p *wirePort) unplug() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	err := errors.Join(p.setBacklog(usualBacklog), p.listener.SetDeadline(time.Time{}))
	close(p.open)
	return err
}

// setBacklog changes the length of the queue of a socket that listens already.
func (p *wirePort) setBacklog(length int) error {
	raw, err := p.listener.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	if err := raw.Control(func(fd uintptr) { failed = syscall.Listen(int(fd), length) }); err != nil {
		return err
	}
	return failed
}

func (p *wirePort) close() {
	_ = p.listener.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.open:
	default:
		close(p.open)
	}
	for addr, conn := range p.plugs {
		_ = conn.Close()
		delete(p.plugs, addr)
	}
}
