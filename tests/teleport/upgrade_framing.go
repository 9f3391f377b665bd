package teleport

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"github.com/gobwas/ws"
)

// errPeerClosed is the end of a WebSocket by its close frame.
var errPeerClosed = errors.New("closed by the client")

// webSocketConn is the server's end of a WebSocket as a stream of bytes: boundaries of frames mean
// nothing, one Write is one binary frame, or many small ones where the switch UpgradeFragments says so.
type webSocketConn struct {
	net.Conn
	server *Server

	// What is left of the data frame that is being read; one goroutine reads at a time.
	left       int64
	mask       [4]byte
	masked     int // bytes of it that were unmasked
	fragmented bool

	writing sync.Mutex
}

func newWebSocketConn(conn net.Conn, server *Server) *webSocketConn {
	return &webSocketConn{Conn: conn, server: server}
}

func (c *webSocketConn) Read(p []byte) (int, error) {
	for c.left == 0 {
		if err := c.nextFrame(); err != nil {
			if errors.Is(err, errPeerClosed) {
				return 0, io.EOF
			}
			return 0, err
		}
	}
	n, err := c.Conn.Read(p[:min(int64(len(p)), c.left)])
	ws.Cipher(p[:n], c.mask, c.masked)
	c.masked += n
	c.left -= int64(n)
	return n, err
}

// nextFrame reads the head of a data frame; control frames are answered on the way.
func (c *webSocketConn) nextFrame() error {
	head, err := ws.ReadHeader(c.Conn)
	if err != nil {
		return err
	}
	state := ws.StateServerSide
	if c.fragmented {
		state = state.Set(ws.StateFragmented)
	}
	if err := ws.CheckHeader(head, state); err != nil {
		c.server.irregular("a WebSocket frame breaks the protocol: %v", err)
		c.refuse()
		return err
	}
	if head.OpCode.IsControl() {
		return c.control(head)
	}
	if head.OpCode == ws.OpText {
		c.server.irregular("a WebSocket frame of text came where bytes are spoken")
	}
	c.fragmented = !head.Fin
	c.left, c.mask, c.masked = head.Length, head.Mask, 0
	return nil
}

func (c *webSocketConn) control(head ws.Header) error {
	payload := make([]byte, head.Length) // at most 125, which CheckHeader has seen to
	if _, err := io.ReadFull(c.Conn, payload); err != nil {
		return err
	}
	ws.Cipher(payload, head.Mask, 0)
	switch head.OpCode {
	case ws.OpPing:
		return c.writeFrame(ws.NewPongFrame(payload))
	case ws.OpPong:
		c.server.calls.add("upgrade pong", "")
		if string(payload) != pingPayload {
			c.server.irregular("a WebSocket pong carries %q, not what the ping did", payload)
		}
		return nil
	default:
		_ = c.writeFrame(ws.NewCloseFrame(payload))
		return errPeerClosed
	}
}

// Close says goodbye first, if that takes no time.
func (c *webSocketConn) Close() error {
	_ = c.SetWriteDeadline(time.Now().Add(time.Second))
	_ = c.writeFrame(ws.NewCloseFrame(ws.NewCloseFrameBody(ws.StatusNormalClosure, "")))
	return c.Conn.Close()
}

// refuse says goodbye as the RFC wants it after a broken frame.
func (c *webSocketConn) refuse() {
	_ = c.writeFrame(ws.NewCloseFrame(ws.NewCloseFrameBody(ws.StatusProtocolError, "")))
	c.Conn.Close()
}

// fragment is how many bytes a frame has under UpgradeFragments.
const fragment = 100

func (c *webSocketConn) Write(p []byte) (int, error) {
	if !c.server.switches.get().UpgradeFragments {
		return len(p), c.writeFrame(ws.NewBinaryFrame(p))
	}
	code := ws.OpBinary
	for rest := p; ; code = ws.OpContinuation {
		part := rest[:min(fragment, len(rest))]
		rest = rest[len(part):]
		if err := c.writeFrame(ws.NewFrame(code, len(rest) == 0, part)); err != nil {
			return 0, err
		}
		if len(rest) == 0 {
			return len(p), nil
		}
		if err := c.ping(); err != nil { // control frames may come between fragments
			return 0, err
		}
	}
}

const pingPayload = "teleport"

func (c *webSocketConn) ping() error { return c.writeFrame(ws.NewPingFrame([]byte(pingPayload))) }

func (c *webSocketConn) writeFrame(frame ws.Frame) error {
	bytes, err := ws.CompileFrame(frame)
	if err != nil {
		return err
	}
	c.writing.Lock()
	defer c.writing.Unlock()
	_, err = c.Conn.Write(bytes)
	return err
}

// lengthPrefixed is the legacy framing of alpn-ping: each packet after its length, 32 bits big
// endian; a packet of length 0 is a ping.
type lengthPrefixed struct {
	net.Conn
	left    uint32
	writing sync.Mutex
}

func (c *lengthPrefixed) Read(p []byte) (int, error) {
	for c.left == 0 {
		var length [4]byte
		if _, err := io.ReadFull(c.Conn, length[:]); err != nil {
			return 0, err
		}
		c.left = binary.BigEndian.Uint32(length[:])
	}
	n, err := c.Conn.Read(p[:min(uint32(len(p)), c.left)])
	c.left -= uint32(n)
	return n, err
}

func (c *lengthPrefixed) Write(p []byte) (int, error) {
	packet := binary.BigEndian.AppendUint32(make([]byte, 0, 4+len(p)), uint32(len(p)))
	c.writing.Lock()
	defer c.writing.Unlock()
	if _, err := c.Conn.Write(append(packet, p...)); err != nil {
		return 0, fmt.Errorf("writing a packet: %w", err)
	}
	return len(p), nil
}

func (c *lengthPrefixed) ping() error {
	_, err := c.Write(nil)
	return err
}

// closeNotice tells when a connection was closed on this side.
type closeNotice struct {
	net.Conn
	closed chan struct{}
	once   sync.Once
}

func (c *closeNotice) Close() error {
	c.once.Do(func() { close(c.closed) })
	return c.Conn.Close()
}
