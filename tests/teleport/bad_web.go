package teleport

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/gravitational/trace"
)

// Bad answers of the web API. They are written past net/http, which would mend them.

// overConn answers on the bare connection. A client of HTTP/2 is only cut off.
func overConn(speak func(net.Conn)) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		defer conn.Close()
		_ = conn.SetDeadline(time.Time{})
		speak(conn)
	}
}

func text(parts ...string) func(http.ResponseWriter) {
	return overConn(func(conn net.Conn) { say(conn, strings.Join(parts, "")) })
}

const jsonHead = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

var (
	truncatedBody    = text(jsonHead, "Content-Length: 4096\r\n\r\n", `{"proxy": {"tls_routing_`)
	truncatedHeaders = text("HTTP/1.1 200 OK\r\nContent-Ty")
	htmlBody         = text("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", "<html><body>Welcome to nginx!</body></html>\n")
	wrongTypes       = text(jsonHead, "\r\n", `{"proxy": [], "server_version": {"a": 1}, "cluster_name": 7}`)
	deepBody         = text(jsonHead, "\r\n", `{"proxy": {"ssh": `, strings.Repeat("[", 500_000))
	noBody           = text("HTTP/1.1 204 No Content\r\n\r\n")
	redirected       = text("HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/latest/meta-data\r\nContent-Length: 0\r\n\r\n")
	endlessBody      = endless(jsonHead+"\r\n{\"proxy\": {\"ssh\": {\"public_addr\": \"", strings.Repeat("a", 64<<10))
	endlessHeaders   = endless("HTTP/1.1 200 OK\r\n", strings.Repeat("X-More: and more\r\n", 1000))
	dripHeaders      = overConn(dripped("HTTP/1.1 200 OK\r\n", "X-More: and more\r\n"))
)

func endless(begin, more string) func(http.ResponseWriter) {
	return overConn(func(conn net.Conn) {
		for next, said := begin, 0; said < babbleLimit && say(conn, next); said += len(more) {
			next = more
		}
	})
}

func drip(begin, more string) func(http.ResponseWriter) {
	return overConn(dripped(jsonHead+"\r\n"+begin, more))
}

// dripped never ends and never stops for long.
func dripped(begin, more string) func(net.Conn) {
	return func(conn net.Conn) {
		if !say(conn, begin) {
			return
		}
		for range time.Tick(50 * time.Millisecond) {
			if !say(conn, more) {
				return
			}
		}
	}
}

// cutMidJoin loses the connection after the server's first message.
func cutMidJoin(ctx context.Context, s *Server) error {
	s.cutCaller(ctx)
	return trace.ConnectionProblem(io.ErrUnexpectedEOF, "the connection was cut by the test")
}

func silentMidJoin(ctx context.Context, _ *Server) error {
	<-ctx.Done()
	return trace.Wrap(ctx.Err())
}
