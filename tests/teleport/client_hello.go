package teleport

import (
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"time"
)

// helloTimeout is how long a client may take to say what it wants.
const helloTimeout = 15 * time.Second

var errHelloRead = errors.New("hello read")

// peekHello reads the ClientHello and answers a connection that yields the same bytes again.
func peekHello(conn net.Conn) (*tls.ClientHelloInfo, net.Conn, error) {
	var read bytes.Buffer
	var hello *tls.ClientHelloInfo
	if err := conn.SetReadDeadline(time.Now().Add(helloTimeout)); err != nil {
		return nil, nil, err
	}
	reader := readOnlyConn{Conn: conn, reader: io.TeeReader(conn, &read)}
	err := tls.Server(reader, &tls.Config{
		GetConfigForClient: func(info *tls.ClientHelloInfo) (*tls.Config, error) {
			copied := *info
			hello = &copied
			return nil, errHelloRead
		},
	}).Handshake()
	if hello == nil {
		return nil, nil, err
	}
	if err := conn.SetReadDeadline(time.Time{}); err != nil {
		return nil, nil, err
	}
	return hello, replayConn{Conn: conn, reader: io.MultiReader(&read, conn), hello: hello}, nil
}

// readOnlyConn swallows what the aborted handshake would send: an alert.
type readOnlyConn struct {
	net.Conn
	reader io.Reader
}

func (c readOnlyConn) Read(p []byte) (int, error)  { return c.reader.Read(p) }
func (c readOnlyConn) Write(p []byte) (int, error) { return len(p), nil }
func (c readOnlyConn) Close() error                { return nil }

// replayConn reads what was peeked first, then the rest.
type replayConn struct {
	net.Conn
	reader io.Reader
	hello  *tls.ClientHelloInfo
}

func (c replayConn) Read(p []byte) (int, error) { return c.reader.Read(p) }

// helloOf is the ClientHello of a connection whose TLS the front has ended, nil for others.
func helloOf(conn net.Conn) *tls.ClientHelloInfo {
	secure, ok := conn.(*tls.Conn)
	if !ok {
		return nil
	}
	replay, ok := secure.NetConn().(replayConn)
	if !ok {
		return nil
	}
	return replay.hello
}
