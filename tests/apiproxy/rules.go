package apiproxy

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Rule says what happens to which requests. The first rule that matches decides.
type Rule struct {
	// Empty fields match everything. Verbs are those of RBAC: get, list, watch, create, update, patch,
	// delete. Subresource "-" matches only requests for the object itself.
	Verb, Resource, Subresource, Namespace, Name string
	// Match, if set, has to agree too. It is called under the proxy's lock.
	Match func(Call) bool
	// Skip is how many that match are left alone first.
	Skip int
	// Count is how many are hit then. 0: all, until the rule is taken back.
	Count int

	Fault
}

// Fault is what happens to a request. The zero value is nothing.
type Fault struct {
	// Delay and Hold come before everything else: Hold until it is closed.
	Delay time.Duration
	Hold  <-chan struct{}
	// AfterEffect: the request is carried out first, and then goes wrong.
	AfterEffect bool

	// Status is answered, with a Status object of this reason.
	Status     int
	Reason     metav1.StatusReason
	RetryAfter int // seconds; 0: no such header
	// Cut ends the TCP connection instead of answering, Reset only this exchange.
	Cut, Reset bool

	// Truncate answers with the first half of the body, as if that were all.
	Truncate bool
	// SlowBytes is waited after each eighth of the body.
	SlowBytes time.Duration
	// GoAway asks the client to leave the connection after this request.
	GoAway bool
}

// Add puts a rule after those that are there. What it answers takes the rule back.
func (p *Proxy) Add(rule Rule) (remove func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	mine := &rule
	p.rules = append(p.rules, mine)
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		for i, one := range p.rules {
			if one == mine {
				p.rules = append(p.rules[:i:i], p.rules[i+1:]...)
				return
			}
		}
	}
}

// ClearRules takes all rules back.
func (p *Proxy) ClearRules() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rules = nil
}

// takeRule finds the fault for a call and uses one of its rule's count up.
func (p *Proxy) takeRule(call Call) Fault {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, rule := range p.rules {
		if !rule.matches(call) {
			continue
		}
		if rule.Skip > 0 {
			rule.Skip--
			continue
		}
		if rule.Count > 0 {
			if rule.Count--; rule.Count == 0 {
				p.rules = append(p.rules[:i:i], p.rules[i+1:]...)
			}
		}
		return rule.Fault
	}
	return Fault{}
}

func (r *Rule) matches(call Call) bool {
	is := func(wanted, found string) bool { return wanted == "" || wanted == found }
	sub := is(r.Subresource, call.Subresource) || (r.Subresource == "-" && call.Subresource == "")
	return is(r.Verb, call.Verb) && is(r.Resource, call.Resource) && sub &&
		is(r.Namespace, call.Namespace) && is(r.Name, call.Name) && (r.Match == nil || r.Match(call))
}

// wait answers false when the client went away first.
func (f Fault) wait(ctx context.Context) bool {
	if f.Hold != nil {
		select {
		case <-f.Hold:
		case <-ctx.Done():
			return false
		}
	}
	return pause(ctx, f.Delay)
}

func pause(ctx context.Context, time_ time.Duration) bool {
	if time_ <= 0 {
		return true
	}
	timer := time.NewTimer(time_)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func jsonHeader() http.Header { return http.Header{"Content-Type": {"application/json"}} }

func (f Fault) header() http.Header {
	header := jsonHeader()
	if f.RetryAfter > 0 {
		header.Set("Retry-After", strconv.Itoa(f.RetryAfter))
	}
	return header
}

func (f Fault) statusObject() []byte {
	return statusObject(f.Status, f.Reason)
}

// statusObject is what the API server answers when it refuses.
func statusObject(code int, reason metav1.StatusReason) []byte {
	body, err := json.Marshal(metav1.Status{
		TypeMeta: metav1.TypeMeta{Kind: "Status", APIVersion: "v1"},
		Status:   metav1.StatusFailure, Code: int32(code), Reason: reason,
		Message: fmt.Sprintf("fault injected by the test: %d", code),
	})
	if err != nil {
		panic(err)
	}
	return body
}

const slowPieces = 8

func (x *exchange) answerSlowly(ctx context.Context, code int, header http.Header, body []byte, wait time.Duration) {
	header.Del("Content-Length")
	x.answer(code, header, nil)
	piece := len(body)/slowPieces + 1
	for len(body) > 0 {
		n := min(piece, len(body))
		if _, err := x.w.Write(body[:n]); err != nil {
			return
		}
		x.w.(http.Flusher).Flush()
		body = body[n:]
		if !pause(ctx, wait) {
			return
		}
	}
}
