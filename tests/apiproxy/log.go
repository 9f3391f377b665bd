package apiproxy

import (
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Call is what a request asks for.
type Call struct {
	Verb        string // get, list, watch, create, update, patch, delete
	Group       string
	Resource    string // plural; "" when the path is about no resource
	Subresource string
	Namespace   string
	Name        string
	Version     string // the resourceVersion that a watch begins after
	Continue    string // the token that a list continues with
	Limit       string // how many objects a list asks for
	Path        string
}

// Request is one that came, and what became of it.
type Request struct {
	Call
	Body  []byte // of writes
	Began time.Time

	mu       sync.Mutex
	answered time.Time
	ended    time.Time
	code     int
	upstream int
	fault    Fault
}

// Code that the client got; 0: no answer (yet).
func (r *Request) Code() int { return locked(r, &r.code) }

// Answered is right before the client could hear the code; zero: not yet.
func (r *Request) Answered() time.Time { return locked(r, &r.answered) }

// Upstream is the code that the API server answered; 0: it was not asked, or gave no answer.
func (r *Request) Upstream() int { return locked(r, &r.upstream) }

// Ended is when the exchange was over; zero: not yet.
func (r *Request) Ended() time.Time { return locked(r, &r.ended) }

// Fault is what happened to it.
func (r *Request) Fault() Fault { return locked(r, &r.fault) }

// Took effect: the API server has carried it out, whatever the client heard.
func (r *Request) TookEffect() bool { code := r.Upstream(); return code >= 200 && code < 300 }

// Writes is true for what changes something.
func (r *Request) Writes() bool {
	switch r.Verb {
	case "create", "update", "patch", "delete":
		return true
	}
	return false
}

func locked[T any](r *Request, field *T) T {
	r.mu.Lock()
	defer r.mu.Unlock()
	return *field
}

func set[T any](r *Request, field *T, value T) {
	r.mu.Lock()
	defer r.mu.Unlock()
	*field = value
}

func (r *Request) setCode(code int) {
	set(r, &r.answered, time.Now())
	set(r, &r.code, code)
}
func (r *Request) setUpstream(code int) { set(r, &r.upstream, code) }
func (r *Request) setFault(fault Fault) { set(r, &r.fault, fault) }

func (p *Proxy) begin(call Call, body []byte) *Request {
	record := &Request{Call: call, Body: body, Began: time.Now()}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.log = append(p.log, record)
	return record
}

func (p *Proxy) finish(record *Request) { set(record, &record.ended, time.Now()) }

// Requests are all that came so far, in order, or those that keep agrees to.
func (p *Proxy) Requests(keep func(*Request) bool) []*Request {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []*Request
	for _, one := range p.log {
		if keep == nil || keep(one) {
			all = append(all, one)
		}
	}
	return all
}

// ForgetRequests empties the log.
func (p *Proxy) ForgetRequests() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.log = nil
}

// About keeps requests with this verb about this resource; "" is any.
func About(verb, resource string) func(*Request) bool {
	return func(r *Request) bool {
		return (verb == "" || verb == r.Verb) && (resource == "" || resource == r.Resource)
	}
}

func callOf(r *http.Request) Call {
	query := r.URL.Query()
	call := Call{Path: r.URL.Path, Version: query.Get("resourceVersion"), Continue: query.Get("continue"), Limit: query.Get("limit")}
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	switch {
	case len(parts) >= 3 && parts[0] == "api":
		parts = parts[2:]
	case len(parts) >= 4 && parts[0] == "apis":
		call.Group, parts = parts[1], parts[3:]
	default:
		call.Verb = strings.ToLower(r.Method)
		return call
	}
	if len(parts) >= 3 && parts[0] == "namespaces" {
		call.Namespace, parts = parts[1], parts[2:]
	}
	call.Resource = parts[0]
	if len(parts) > 1 {
		call.Name = parts[1]
	}
	if len(parts) > 2 {
		call.Subresource = parts[2]
	}
	watches := query.Get("watch")
	call.Verb = verbOf(r.Method, call.Name != "", watches == "1" || watches == "true")
	return call
}

func verbOf(method string, named, watches bool) string {
	switch method {
	case http.MethodPost:
		return "create"
	case http.MethodPut:
		return "update"
	case http.MethodPatch, http.MethodDelete:
		return strings.ToLower(method)
	}
	switch {
	case watches:
		return "watch"
	case named:
		return "get"
	}
	return "list"
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
