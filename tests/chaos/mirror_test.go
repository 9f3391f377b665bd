package chaos

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/tools/cache"

	"github.com/teleport-operator-caf/tests/harness"
)

// patience is how long one CR may take under fire. An actor that dies again and again is put off
// for seconds; minutes mean that something is lost.
const patience = 90 * time.Second

type crID struct {
	kind int
	name string
}

// mirror follows the CRs of a namespace by watches, so that hundreds of waits cost the API server
// nothing.
type mirror struct {
	mu      sync.Mutex
	newest  map[crID]*unstructured.Unstructured
	changed map[crID]chan struct{} // closed at the next change
}

func newMirror(h *harness.Test) *mirror {
	h.Helper()
	m := &mirror{newest: map[crID]*unstructured.Unstructured{}, changed: map[crID]chan struct{}{}}
	factory := dynamicinformer.NewFilteredDynamicSharedInformerFactory(h.Dynamic, 0, h.Namespace, nil)
	for kind := range workKinds {
		see := func(object any, there bool) {
			if last, ok := object.(cache.DeletedFinalStateUnknown); ok {
				object = last.Obj
			}
			m.saw(kind, object.(*unstructured.Unstructured), there)
		}
		_, err := factory.ForResource(workKinds[kind].Resource()).Informer().AddEventHandler(cache.ResourceEventHandlerFuncs{
			AddFunc:    func(object any) { see(object, true) },
			UpdateFunc: func(_, object any) { see(object, true) },
			DeleteFunc: func(object any) { see(object, false) },
		})
		if err != nil {
			h.Fatal(err)
		}
	}
	factory.Start(h.Context.Done())
	factory.WaitForCacheSync(h.Context.Done())
	return m
}

func (m *mirror) saw(kind int, object *unstructured.Unstructured, there bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	id := crID{kind, object.GetName()}
	if there {
		m.newest[id] = object
	} else {
		delete(m.newest, id)
	}
	if bell := m.changed[id]; bell != nil {
		close(bell)
		delete(m.changed, id)
	}
}

// look answers the newest state (nil: there is none) and a bell for the next change.
func (m *mirror) look(id crID) (*unstructured.Unstructured, <-chan struct{}) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.changed[id] == nil {
		m.changed[id] = make(chan struct{})
	}
	return m.newest[id], m.changed[id]
}

// progress is nil when a CR (nil: there is none) has come so far, or says where it is.
type progress func(*unstructured.Unstructured) error

func (m *mirror) wait(ctx context.Context, id crID, reached progress) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		object, bell := m.look(id)
		err := reached(object)
		if err == nil {
			return nil
		}
		select {
		case <-bell:
		case <-ctx.Done():
			return fmt.Errorf("%s %s: still not so after %v: %w", workKinds[id.kind].CR, id.name, patience, err)
		}
	}
}

func created(object *unstructured.Unstructured) error {
	if object == nil {
		return fmt.Errorf("it is not there")
	}
	return nil
}

func gone(object *unstructured.Unstructured) error {
	if object != nil {
		return fmt.Errorf("it is there: finalizers %v, %+v", object.GetFinalizers(), harness.Conditions(object))
	}
	return nil
}

// held: the operator has put its finalizer on it.
func held(object *unstructured.Unstructured) error {
	if object == nil || !slices.Contains(object.GetFinalizers(), harness.Finalizer) {
		return fmt.Errorf("no finalizer yet")
	}
	return nil
}

// settled: Ready says True about the newest generation.
func settled(object *unstructured.Unstructured) error {
	if object == nil {
		return fmt.Errorf("it is not there")
	}
	for _, one := range harness.Conditions(object) {
		if one.Type == "Ready" && one.Status == string(metav1.ConditionTrue) &&
			one.ObservedGeneration == object.GetGeneration() {
			return nil
		}
	}
	return fmt.Errorf("generation %d, %+v", object.GetGeneration(), harness.Conditions(object))
}
