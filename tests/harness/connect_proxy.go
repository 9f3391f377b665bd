package harness

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// ConnectProxy is an HTTP proxy of the sort that a company puts between its machines and the world:
// it opens tunnels by CONNECT and does nothing else. All methods may be called from any goroutine.
type ConnectProxy struct {
	listener net.Listener

	mu       sync.Mutex
	names    map[string]string // host:port that clients say → address to dial
	password string            // "user:password", "" for none
	status   int               // to refuse every tunnel with, 0 for none
	asked    map[string]int
	opened   int
	conns    map[net.Conn]struct{}
}

// StartConnectProxy runs one until the test ends. names says where the names that clients ask for
// really are, "teleport.example.com:443" for example, so that no test needs DNS; others are dialled
// as they are.
func (h *Test) StartConnectProxy(names map[string]string) *ConnectProxy {
	h.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		h.Fatal(err)
	}
	proxy := &ConnectProxy{
		listener: listener, names: names, asked: map[string]int{}, conns: map[net.Conn]struct{}{},
	}
	go proxy.accept()
	h.Cleanup(proxy.stop)
	return proxy
}

// URL is what HTTPS_PROXY takes; credentials are "user:password", or "".
func (p *ConnectProxy) URL(credentials string) string {
	if credentials != "" {
		credentials += "@"
	}
	return "http://" + credentials + p.listener.Addr().String()
}

// Demand lets only those in who have the credentials, "user:password".
func (p *ConnectProxy) Demand(credentials string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.password = credentials
}

// Refuse answers every new tunnel with the HTTP status; 0 ends that.
func (p *ConnectProxy) Refuse(status int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.status = status
}

// Opened is how many tunnels were opened so far.
func (p *ConnectProxy) Opened() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.opened
}

// Asked is how often a tunnel to this host:port was asked for, refused ones included.
func (p *ConnectProxy) Asked(address string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked[address]
}

// CutTunnels ends every tunnel; new ones are opened.
func (p *ConnectProxy) CutTunnels() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for conn := range p.conns {
		conn.Close()
	}
}

func (p *ConnectProxy) stop() {
	p.listener.Close()
	p.CutTunnels()
}

func (p *ConnectProxy) accept() {
	for {
		conn, err := p.listener.Accept()
		if err != nil {
			return
		}
		go p.serve(conn)
	}
}

func (p *ConnectProxy) serve(client net.Conn) {
	defer p.remember(client)()
	_ = client.SetReadDeadline(time.Now().Add(10 * time.Second))
	reader := bufio.NewReader(client)
	request, err := http.ReadRequest(reader)
	if err != nil {
		return
	}
	_ = client.SetReadDeadline(time.Time{})
	target, status := p.admit(request)
	if status != http.StatusOK {
		refuseTunnel(client, status)
		return
	}
	server, err := net.Dial("tcp", target)
	if err != nil {
		refuseTunnel(client, http.StatusBadGateway)
		return
	}
	defer p.remember(server)()
	p.mu.Lock()
	p.opened++
	p.mu.Unlock()
	if _, err := io.WriteString(client, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
		return
	}
	done := make(chan struct{}, 2)
	pipe := func(to io.Writer, from io.Reader) {
		_, _ = io.Copy(to, from)
		done <- struct{}{}
	}
	go pipe(server, reader)
	go pipe(client, server)
	<-done
}

// admit says where the tunnel leads, or with which status it is refused.
func (p *ConnectProxy) admit(request *http.Request) (target string, status int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked[request.Host]++
	given := request.Header.Get("Proxy-Authorization")
	switch {
	case request.Method != http.MethodConnect:
		return "", http.StatusMethodNotAllowed
	case p.status != 0:
		return "", p.status
	case p.password != "" && given != "Basic "+base64.StdEncoding.EncodeToString([]byte(p.password)):
		return "", http.StatusProxyAuthRequired
	}
	if target = p.names[request.Host]; target == "" {
		target = request.Host
	}
	return target, http.StatusOK
}

func refuseTunnel(client net.Conn, status int) {
	authenticate := ""
	if status == http.StatusProxyAuthRequired {
		authenticate = "Proxy-Authenticate: Basic realm=\"test\"\r\n"
	}
	fmt.Fprintf(client, "HTTP/1.1 %d %s\r\n%sContent-Length: 0\r\nConnection: close\r\n\r\n",
		status, http.StatusText(status), authenticate)
}

// remember keeps the connection so that it can be cut, and answers what closes and forgets it.
func (p *ConnectProxy) remember(conn net.Conn) (forget func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.conns[conn] = struct{}{}
	return func() {
		conn.Close()
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.conns, conn)
	}
}
