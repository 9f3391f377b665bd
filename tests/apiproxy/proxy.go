// Package apiproxy stands between a client and a Kubernetes API server and does to requests and
// watches what networks, load balancers and troubled servers do: refuse, delay, lose answers, break
// streams, show the past. It speaks HTTP/2 over TLS on both sides, with a certificate of its own, and
// writes down every request. It exists in tests only.
//
// Rules say what happens to requests (rules.go), methods of Proxy what happens to watches that are
// open (watches.go) and to lists (past.go). Requests tells what was asked (log.go).
package apiproxy

import (
	"bytes"
	"context"
	"encoding/pem"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"sync/atomic"

	"k8s.io/client-go/rest"
)

// Proxy is one that runs. Its methods may be called from any goroutine.
type Proxy struct {
	front  *httptest.Server
	target *url.URL
	relay  *http.Transport // without an identity: clients bring theirs
	admin  http.RoundTripper
	ctx    context.Context
	end    context.CancelFunc
	conns  sync.Map // net.Conn → nothing

	pageSize         atomic.Int64
	withoutBookmarks atomic.Bool

	mu      sync.Mutex
	rules   []*Rule
	log     []*Request
	watches map[*Watch]struct{}
	opened  chan struct{}            // closed and replaced when a watch opens
	gates   map[string]chan struct{} // by resource; closed: events flow
	past    map[string][]byte        // lists from the past, by resource
}

type connKey struct{}

// Start stands in front of the API server of a configuration, whose identity is used for nothing but
// snapshots. The caller ends it with Close.
func Start(server *rest.Config) (*Proxy, error) {
	target, err := url.Parse(server.Host)
	if err != nil {
		return nil, err
	}
	admin, err := rest.TransportFor(server)
	if err != nil {
		return nil, err
	}
	anonymous, err := rest.TLSConfigFor(rest.AnonymousClientConfig(server))
	if err != nil {
		return nil, err
	}
	ctx, end := context.WithCancel(context.Background())
	p := &Proxy{
		target: target, admin: admin, ctx: ctx, end: end,
		relay:   &http.Transport{TLSClientConfig: anonymous, ForceAttemptHTTP2: true},
		watches: map[*Watch]struct{}{}, opened: make(chan struct{}),
		gates: map[string]chan struct{}{}, past: map[string][]byte{},
	}
	p.front = httptest.NewUnstartedServer(p)
	p.front.EnableHTTP2 = true
	p.front.Config.ErrorLog = log.New(io.Discard, "", 0) // broken connections are the test's doing
	// As many streams as the API server allows.
	p.front.Config.HTTP2 = &http.HTTP2Config{MaxConcurrentStreams: 100}
	p.front.Config.ConnContext = func(ctx context.Context, conn net.Conn) context.Context {
		p.conns.Store(conn, nil)
		return context.WithValue(ctx, connKey{}, conn)
	}
	p.front.Config.ConnState = func(conn net.Conn, state http.ConnState) {
		if state == http.StateClosed {
			p.conns.Delete(conn)
		}
	}
	p.front.StartTLS()
	return p, nil
}

// URL is where clients find it.
func (p *Proxy) URL() string { return p.front.URL }

// CA is the root of its certificate, PEM.
func (p *Proxy) CA() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: p.front.Certificate().Raw})
}

// SetPageSize makes lists come in pages of so many objects, whatever the client asks for; 0: what it
// asks for.
func (p *Proxy) SetPageSize(objects int) { p.pageSize.Store(int64(objects)) }

// CutConnections ends every TCP connection of clients at once.
func (p *Proxy) CutConnections() {
	p.conns.Range(func(conn, _ any) bool {
		_ = conn.(net.Conn).Close()
		return true
	})
}

// Close ends it and all that goes through it.
func (p *Proxy) Close() {
	p.end()
	p.CutConnections()
	p.front.Close()
	p.relay.CloseIdleConnections()
}

// ServeHTTP carries one request.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	stop := context.AfterFunc(p.ctx, cancel)
	defer stop()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	call := callOf(r)
	record := p.begin(call, body)
	defer p.finish(record)
	fault := p.takeRule(call)
	record.setFault(fault)
	p.serve(ctx, &exchange{p, w, r.Clone(ctx), call, body, record}, fault)
}

// exchange is one request on its way.
type exchange struct {
	p      *Proxy
	w      http.ResponseWriter
	r      *http.Request
	call   Call
	body   []byte
	record *Request
}

func (p *Proxy) serve(ctx context.Context, x *exchange, fault Fault) {
	if !fault.wait(ctx) {
		panic(http.ErrAbortHandler)
	}
	if fault.GoAway {
		x.w.Header().Set("Connection", "close") // the server's way to say GOAWAY in HTTP/2
	}
	if fault.AfterEffect {
		if answer, err := x.forward(); err == nil {
			if x.call.Verb != "watch" { // that one has no end
				_, _ = io.Copy(io.Discard, answer.Body)
			}
			_ = answer.Body.Close()
		}
	}
	switch {
	case fault.Cut:
		if conn, ok := x.r.Context().Value(connKey{}).(net.Conn); ok {
			_ = conn.Close()
		}
		panic(http.ErrAbortHandler)
	case fault.Reset:
		panic(http.ErrAbortHandler)
	case fault.Status != 0:
		x.answer(fault.Status, fault.header(), fault.statusObject())
	case x.call.Verb == "watch":
		p.relayWatch(x)
	default:
		if old := p.oldList(x.call); old != nil {
			x.answer(http.StatusOK, jsonHeader(), old)
			return
		}
		x.relayAnswer(ctx, fault)
	}
}

// forward sends the request to the API server as it came.
func (x *exchange) forward() (*http.Response, error) {
	out := x.r.Clone(x.r.Context())
	out.URL.Scheme, out.URL.Host = x.p.target.Scheme, x.p.target.Host
	out.Host, out.RequestURI = "", ""
	out.Body, out.ContentLength = io.NopCloser(bytes.NewReader(x.body)), int64(len(x.body))
	if size := x.p.pageSize.Load(); size > 0 && x.call.Verb == "list" {
		query := out.URL.Query()
		if query.Has("limit") {
			query.Set("limit", itoa(size))
		}
		out.URL.RawQuery = query.Encode()
	}
	answer, err := x.p.relay.RoundTrip(out)
	if err == nil {
		x.record.setUpstream(answer.StatusCode)
	}
	return answer, err
}

func (x *exchange) relayAnswer(ctx context.Context, fault Fault) {
	answer, err := x.forward()
	if err != nil {
		panic(http.ErrAbortHandler) // no answer there, none here
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if fault.Truncate {
		body = body[:len(body)/2]
		answer.Header.Del("Content-Length")
	}
	if fault.SlowBytes > 0 {
		x.answerSlowly(ctx, answer.StatusCode, answer.Header, body, fault.SlowBytes)
		return
	}
	x.answer(answer.StatusCode, answer.Header, body)
}

func (x *exchange) answer(code int, header http.Header, body []byte) {
	maps.Copy(x.w.Header(), header)
	x.record.setCode(code)
	x.w.WriteHeader(code)
	_, _ = x.w.Write(body)
}
