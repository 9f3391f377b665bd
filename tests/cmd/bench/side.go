package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/gravitational/teleport/api/types"

	"github.com/teleport-operator-caf/tests/workload"
)

// workers make requests at the same time, and as many write on the plain side: as many as the
// operator has passes running.
const workers = 64

// role is the kind of CR that most scenarios take.
var role = workload.Kind{
	CR: "TeleportRoleV7", Teleport: types.KindRole,
	Spec: `
options: {max_session_ttl: 8h0m0s}
allow:
  logins: [login-NUMBER, '{{internal.logins}}']
  node_labels: {env: [staging, test], team: platform}
  kubernetes_groups: [viewers]
  rules: [{resources: [session], verbs: [list, read]}]
`,
}

// side is one namespace and what is done to the CRs in it, whoever makes them Ready: the operator, or
// (client set) a plain client.
type side struct {
	namespace string
	kinds     []workload.Kind // CR number i is of kind i modulo their number
	admin     *api
	client    *plainClient
}

// batch is CRs with this prefix and the numbers from (inclusive) to to (exclusive).
type batch struct {
	prefix   string
	from, to int
}

func warmUp(n int) batch { return batch{"warm", 0, n} }

func (b batch) size() int         { return b.to - b.from }
func (b batch) name(i int) string { return fmt.Sprintf("%s-%d", b.prefix, i) }

// act is one thing that happens to many CRs.
type act struct {
	name string
	// request is the user's; it answers the CR as stored then.
	request func(ctx context.Context, s *side, kind workload.Kind, name string, number int) ([]byte, error)
	// follow is what the operator writes because of it, done by the plain client.
	follow func(c *plainClient, ctx context.Context, of stored) error
	// done: an observer who sees this event knows that all is written.
	done func(event string, cr seenCR) bool
	// userWrites: how many of the user's requests the API server counts like the operator's.
	userWrites int
}

// The acts.
var (
	created = act{
		name: "create",
		request: func(ctx context.Context, s *side, kind workload.Kind, name string, number int) ([]byte, error) {
			cr := kind.Custom(name, mark(number), "")
			body, err := json.Marshal(cr.Object)
			if err != nil {
				return nil, err
			}
			return s.admin.do(ctx, http.MethodPost, s.collection(kind), asJSON, body)
		},
		follow: (*plainClient).settle,
		done:   func(_ string, cr seenCR) bool { return cr.ready() },
	}
	edited = act{
		name: "edit",
		request: func(ctx context.Context, s *side, kind workload.Kind, name string, number int) ([]byte, error) {
			spec := kind.Custom(name, mark(number+editOffset), "").Object["spec"]
			body, err := json.Marshal(map[string]any{"spec": spec})
			if err != nil {
				return nil, err
			}
			return s.admin.do(ctx, http.MethodPatch, s.path(kind, name), asMergePatch, body)
		},
		follow:     (*plainClient).report,
		done:       func(_ string, cr seenCR) bool { return cr.ready() },
		userWrites: 1,
	}
	deleted = act{
		name: "delete",
		request: func(ctx context.Context, s *side, kind workload.Kind, name string, _ int) ([]byte, error) {
			return s.admin.do(ctx, http.MethodDelete, s.path(kind, name), "", nil)
		},
		follow:     (*plainClient).release,
		done:       func(event string, _ seenCR) bool { return event == "DELETED" },
		userWrites: 1,
	}
)

// editOffset makes the mark of an edited CR another one than that of any new CR.
const editOffset = 50000

// mark is five digits, as workload.Kind wants it.
func mark(number int) string { return fmt.Sprintf("%05d", number%100000) }

func (s *side) kindOf(number int) workload.Kind { return s.kinds[number%len(s.kinds)] }

func (s *side) collection(kind workload.Kind) string {
	resource := kind.Resource()
	return fmt.Sprintf("/apis/%s/%s/namespaces/%s/%s", resource.Group, resource.Version, s.namespace, resource.Resource)
}

func (s *side) path(kind workload.Kind, name string) string { return s.collection(kind) + "/" + name }

// perform does the act to all CRs of the batch at once and waits until everything is written that
// belongs to it.
func (s *side) perform(ctx context.Context, what act, on batch) (burst, error) {
	ctx, cancel := context.WithTimeout(ctx, patienceFor(on.size()))
	defer cancel()
	seen, err := s.observe(ctx, what)
	if err != nil {
		return burst{}, err
	}
	begun := time.Now()
	if err := s.request(ctx, what, on); err != nil {
		return burst{}, err
	}
	requested := time.Since(begun)
	doneAt, err := seen.wait(ctx, on.size())
	if err != nil {
		return burst{}, err
	}
	took := doneAt.Sub(begun)
	return burst{
		Objects:        on.size(),
		Seconds:        took.Seconds(),
		RequestSeconds: requested.Seconds(),
		Rate:           float64(on.size()) / took.Seconds(),
	}, nil
}

// request has all workers make the user's requests; on the plain side others take each CR on from
// there.
func (s *side) request(ctx context.Context, what act, on batch) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	numbers, answered := make(chan int), make(chan stored, on.size())
	var users, writers sync.WaitGroup
	for range workers {
		users.Go(func() {
			for number := range numbers {
				if err := s.requestOne(ctx, what, on, number, answered); err != nil {
					cancel(err)
				}
			}
		})
		writers.Go(func() {
			for cr := range answered {
				if s.client == nil || ctx.Err() != nil {
					continue
				}
				if err := what.follow(s.client, ctx, cr); err != nil {
					cancel(err)
				}
			}
		})
	}
	for number := on.from; number < on.to; number++ {
		numbers <- number
	}
	close(numbers)
	users.Wait()
	close(answered)
	writers.Wait()
	return context.Cause(ctx)
}

func (s *side) requestOne(ctx context.Context, what act, on batch, number int, answered chan<- stored) error {
	if ctx.Err() != nil {
		return nil
	}
	cr, err := s.one(ctx, what, on, number)
	if err == nil {
		answered <- cr
	}
	return err
}

// one makes the user's request for one CR of the batch.
func (s *side) one(ctx context.Context, what act, on batch, number int) (stored, error) {
	kind, name := s.kindOf(number), on.name(number)
	body, err := what.request(ctx, s, kind, name, number)
	if err != nil {
		return stored{}, err
	}
	return stored{path: s.path(kind, name), kind: kind.CR, body: body}, nil
}
