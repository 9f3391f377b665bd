package chaos

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	apitypes "k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"

	"github.com/teleport-operator-caf/tests/harness"
)

const (
	crCount      = 300
	writesAtOnce = 8 // of the test itself
)

type action int

const (
	edit action = iota
	remove
	recreate // waits until the removed one is gone
	vanish   // somebody deletes the resource in Teleport; the operator puts it back
)

// fates are what happens to CRs after their creation, in turn.
var fates = [][]action{
	{},
	{edit},
	{edit, edit, edit},
	{remove},
	{edit, remove},
	{remove, recreate},
	{edit, remove, recreate, edit},
	{edit, vanish},
}

// job is the life of one CR. What it does is the same in every run; the order among CRs, and how far
// the operator is with one step when the next is done, follow from the seed.
type job struct {
	number  int
	kind    int
	name    string
	actions []action
}

func jobs() []job {
	var all []job
	for i := range crCount {
		kind := i % len(workKinds)
		actions := fates[i/len(workKinds)%len(fates)]
		if workKinds[kind].Silent {
			actions = slices.DeleteFunc(slices.Clone(actions), func(a action) bool { return a == vanish })
		}
		all = append(all, job{i, kind, fmt.Sprintf("chaos-%03d", i), actions})
	}
	return all
}

// survives: is there such a CR at the end?
func (j job) survives() bool {
	last := len(j.actions) - 1
	return last < 0 || j.actions[last] != remove
}

// lasts: is it never deleted?
func (j job) lasts() bool { return !slices.Contains(j.actions, remove) }

// lastVersion is that of the spec at the end: the number of the last action that wrote one.
func (j job) lastVersion() int {
	for i := len(j.actions); i > 0; i-- {
		if what := j.actions[i-1]; what == edit || what == recreate {
			return i
		}
	}
	return 0
}

func (j job) cr(namespace string, version int) *unstructured.Unstructured {
	cr := workKinds[j.kind].Custom(j.name, j.mark(version), secretName(j.secret()))
	cr.SetNamespace(namespace)
	return cr
}

func (j job) id() crID { return crID{j.kind, j.name} }

// worker does all jobs, and changes Secrets, against the API server.
type worker struct {
	h      *harness.Test
	mirror *mirror
	turns  chan struct{}
}

// work does everything that the test itself does, and returns when it is done; the operator may
// still be behind.
func work(h *harness.Test, m *mirror, seed int64) {
	h.Helper()
	random := rand.New(rand.NewPCG(uint64(seed), 0))
	w := &worker{h, m, make(chan struct{}, writesAtOnce)}
	all := jobs()
	random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	var wait sync.WaitGroup
	failures := make([]error, len(all)+secretCount)
	for i, one := range all {
		own := rand.New(rand.NewPCG(random.Uint64(), 0))
		wait.Go(func() { failures[i] = w.do(h.Context, one, own) })
	}
	for secret := range secretCount {
		own := rand.New(rand.NewPCG(random.Uint64(), 0))
		wait.Go(func() { failures[len(all)+secret] = w.rotate(h.Context, secret, own) })
	}
	wait.Wait()
	if err := errors.Join(failures...); err != nil {
		h.Fatal(err)
	}
}

func (w *worker) do(ctx context.Context, j job, random *rand.Rand) error {
	if err := w.turn(func() error { return w.create(ctx, j, 0) }); err != nil {
		return err
	}
	for i, what := range j.actions {
		if err := w.mirror.wait(ctx, j.id(), someProgress(what, random)); err != nil {
			return fmt.Errorf("%s: %w", j.name, err)
		}
		if err := w.turn(func() error { return w.act(ctx, j, what, i+1) }); err != nil {
			return fmt.Errorf("%s: step %d: %w", j.name, i, err)
		}
	}
	return nil
}

// someProgress is what the operator has to have done before the next step: anything from nothing to
// everything. Only a CR that is to be made again has no choice, nor what is to be deleted in
// Teleport.
func someProgress(next action, random *rand.Rand) progress {
	switch next {
	case recreate:
		return gone
	case vanish:
		return settled
	}
	return []progress{created, held, settled}[random.IntN(3)]
}

func (w *worker) turn(do func() error) error {
	w.turns <- struct{}{}
	defer func() { <-w.turns }()
	return do()
}

func (w *worker) act(ctx context.Context, j job, what action, version int) error {
	client := w.h.Dynamic.Resource(workKinds[j.kind].Resource()).Namespace(w.h.Namespace)
	switch what {
	case edit:
		spec := j.cr(w.h.Namespace, version).Object["spec"]
		patch, err := json.Marshal([]map[string]any{{"op": "add", "path": "/spec", "value": spec}})
		if err != nil {
			return err
		}
		_, err = client.Patch(ctx, j.name, apitypes.JSONPatchType, patch, metav1.PatchOptions{})
		return err
	case remove:
		return deleteAsSeen(ctx, client, j.name)
	case vanish:
		kind := workKinds[j.kind]
		return w.h.Teleport.Delete(kind.Teleport, kind.NameInTeleport(j.name))
	default:
		return w.create(ctx, j, version)
	}
}

// deleteAsSeen deletes the state that it has read, and no other. The API server removes a CR at once
// when it had no finalizer as the deletion began, even if one is put on meanwhile; an operator that
// dies in those milliseconds leaves the resource behind (docs/architecture.md), which is no failure.
func deleteAsSeen(ctx context.Context, client dynamic.ResourceInterface, name string) error {
	for {
		cr, err := client.Get(ctx, name, metav1.GetOptions{})
		if err != nil {
			return err
		}
		version := cr.GetResourceVersion()
		err = client.Delete(ctx, name, metav1.DeleteOptions{
			Preconditions: &metav1.Preconditions{ResourceVersion: &version},
		})
		if !apierrors.IsConflict(err) {
			return err
		}
	}
}

func (w *worker) create(ctx context.Context, j job, version int) error {
	_, err := w.h.Dynamic.Resource(workKinds[j.kind].Resource()).Namespace(w.h.Namespace).
		Create(ctx, j.cr(w.h.Namespace, version), metav1.CreateOptions{})
	return err
}
