package faults

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/teleport-operator-caf/tests/harness"
	"github.com/teleport-operator-caf/tests/teleport"
	"github.com/teleport-operator-caf/tests/workload"
)

// trafficPace is the time between two changes that a user makes.
const trafficPace = 25 * time.Millisecond

// trafficPrefix begins the name of every CR of the traffic.
const trafficPrefix = "traffic-"

// traffic creates, edits, deletes and re-creates CRs of some kinds, straight at the API server, one
// change after another in an order that follows from a seed, until it is stopped. Then everything
// must come to what was asked for last.
type traffic struct {
	h      *harness.Test
	seen   *harness.Witness
	items  []*trafficItem
	random *rand.Rand

	stop chan struct{}
	once sync.Once
	done sync.WaitGroup

	mu      sync.Mutex
	changes int
	failed  error
}

// trafficItem is a CR that comes and goes under one name. Only the goroutine of the traffic touches it
// until that has ended.
type trafficItem struct {
	kind    workload.Kind
	name    string
	version int  // of the spec that was asked for last
	wanted  bool // it is to be there
	created int  // how many CRs there were of this name
	cr      *unstructured.Unstructured
}

func (i *trafficItem) value() string { return fmt.Sprint(10000 + i.version) }

// startTraffic begins with CRs of these kinds, so many of each.
func startTraffic(h *harness.Test, seed int64, each int, kinds ...workload.Kind) *traffic {
	h.Helper()
	t := &traffic{
		h: h, seen: h.Witness(kindsOf(kinds)...), random: rand.New(rand.NewPCG(uint64(seed), 0)),
		stop: make(chan struct{}),
	}
	for _, kind := range kinds {
		for n := range each {
			name := fmt.Sprintf("%s%s-%d", trafficPrefix, strings.ToLower(kind.CR), n)
			t.items = append(t.items, &trafficItem{kind: kind, name: name})
		}
	}
	t.done.Go(t.run)
	h.Cleanup(t.end)
	return t
}

func (t *traffic) run() {
	pace := time.NewTicker(trafficPace)
	defer pace.Stop()
	for {
		select {
		case <-t.stop:
			return
		case <-pace.C:
		}
		err := t.change(t.h.Context, t.items[t.random.IntN(len(t.items))])
		t.mu.Lock()
		if err == nil {
			t.changes++
		} else if t.failed == nil && t.h.Context.Err() == nil {
			t.failed = err
		}
		t.mu.Unlock()
	}
}

// change does one thing to one CR: three edits to one deletion. A CR whose predecessor is still being
// deleted waits for its next turn. One without the finalizer is not deleted: when the operator can't
// know of it, its resource stays, as docs/architecture.md says.
func (t *traffic) change(ctx context.Context, item *trafficItem) error {
	client := clientOf(t.h, item.kind)
	removes := item.wanted && t.random.IntN(4) == 0
	if removes {
		var err error
		if removes, err = client.held(ctx, item.name); err != nil {
			return err
		}
	}
	switch {
	case !item.wanted:
		cr := item.kind.Custom(item.name, fmt.Sprint(10000+item.version+1), "")
		made, err := client.create(ctx, cr)
		if apierrors.IsAlreadyExists(err) {
			return nil
		}
		if err != nil {
			return err
		}
		item.cr, item.wanted = made, true
		item.version++
		item.created++
	case removes:
		if err := client.remove(ctx, item.name); err != nil {
			return err
		}
		item.wanted = false
	default:
		edited, err := client.edit(ctx, item.name, item.kind.SpecOf(fmt.Sprint(10000+item.version+1), ""))
		if err != nil {
			return err
		}
		item.cr = edited
		item.version++
	}
	return nil
}

// made is how many changes there were so far.
func (t *traffic) made() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.changes
}

// waitChanges waits until there were so many more.
func (t *traffic) waitChanges(more int) {
	t.h.Helper()
	goal := t.made() + more
	t.h.EventuallyIn(patience, fmt.Sprintf("%d more changes", more), func(context.Context) error {
		if t.made() < goal {
			return errors.New("not yet")
		}
		return nil
	})
}

// end answers when the last change is made.
func (t *traffic) end() {
	t.once.Do(func() { close(t.stop) })
	t.done.Wait()
}

// settle ends the traffic and waits until both sides are as was asked for last. Then it looks at all
// writes to Teleport (invariants E, O, R, D). vanished says how often a resource was deleted in
// Teleport by somebody else.
func (t *traffic) settle(vanished map[string]int) {
	t.h.Helper()
	t.end()
	if t.failed != nil {
		t.h.Fatalf("the test's own traffic: %v", t.failed)
	}
	for _, item := range t.items {
		if err := t.arrive(item); err != nil {
			t.h.Errorf("%s: %v", item.name, err)
		}
	}
	audit := t.writes()
	for _, oddity := range workload.Insane(audit, trafficPrefix) {
		t.h.Error(oddity)
	}
	creates := workload.Creates(audit, trafficPrefix)
	for _, item := range t.items {
		name := item.kind.NameInTeleport(item.name)
		if allowed := item.created + vanished[name]; creates[name] > allowed {
			t.h.Errorf("%s was created %d times in Teleport, its CR %d times", name, creates[name], allowed)
		}
	}
}

// arrive waits until one CR and its resource are as they are to be.
func (t *traffic) arrive(item *trafficItem) error {
	name := item.kind.NameInTeleport(item.name)
	if !item.wanted {
		gone := harness.CR(item.kind.CR, item.name, "")
		if err := t.seen.WaitGone(t.h.Context, gone, patience); err != nil {
			return err
		}
		return harness.Poll(t.h.Context, patience, func(context.Context) error {
			if t.h.Teleport.Get(item.kind.Teleport, name) != nil {
				return errors.New("the CR is gone, its resource is left in Teleport")
			}
			return nil
		})
	}
	if err := t.seen.WaitReady(t.h.Context, item.cr, patience); err != nil {
		return err
	}
	// A resource that somebody changed in Teleport meanwhile is put back without a word on the CR.
	return harness.Poll(t.h.Context, patience, func(context.Context) error {
		stored, err := t.h.Teleport.GetJSON(item.kind.Teleport, name)
		if err == nil && !strings.Contains(string(stored), item.value()) {
			err = fmt.Errorf("it lacks %s: %s", item.value(), stored)
		}
		return err
	})
}

// writes are those to Teleport that are about the traffic's resources themselves: a bot has a user
// and a role beside it, which come and go with it.
func (t *traffic) writes() []teleport.WriteRecord {
	ours := map[string]bool{}
	for _, item := range t.items {
		ours[item.kind.Teleport+" "+item.kind.NameInTeleport(item.name)] = true
	}
	var all []teleport.WriteRecord
	for _, write := range t.h.Teleport.Audit() {
		if ours[write.Kind+" "+write.Name] {
			all = append(all, write)
		}
	}
	return all
}
