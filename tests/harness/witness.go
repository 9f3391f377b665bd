package harness

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/tools/cache"
)

// Witness follows the CRs of some kinds by watches and remembers every failure that any of them ever
// showed, also one that is over by now. Waiting on it costs the API server nothing.
type Witness struct {
	mu       sync.Mutex
	newest   map[string]*unstructured.Unstructured // "Kind name"
	failures []string
	moved    chan struct{} // closed and replaced at each change
}

// Witness begins to follow the CRs of these kinds in the test's namespace.
func (h *Test) Witness(crKinds ...string) *Witness {
	h.Helper()
	w := &Witness{newest: map[string]*unstructured.Unstructured{}, moved: make(chan struct{})}
	factory := dynamicinformer.NewFilteredDynamicSharedInformerFactory(h.Dynamic, 0, h.Namespace, nil)
	for _, name := range crKinds {
		kind := kindNamed(name)
		resource := schema.GroupVersionResource{Group: Group, Version: kind.version, Resource: kind.plural}
		_, err := factory.ForResource(resource).Informer().AddEventHandler(cache.ResourceEventHandlerFuncs{
			AddFunc:    func(object any) { w.saw(object.(*unstructured.Unstructured)) },
			UpdateFunc: func(_, object any) { w.saw(object.(*unstructured.Unstructured)) },
			DeleteFunc: w.lost,
		})
		if err != nil {
			h.Fatal(err)
		}
	}
	factory.Start(h.Context.Done())
	factory.WaitForCacheSync(h.Context.Done())
	return w
}

func nameOf(cr *unstructured.Unstructured) string { return cr.GetKind() + " " + cr.GetName() }

func (w *Witness) saw(cr *unstructured.Unstructured) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.newest[nameOf(cr)] = cr
	for _, kind := range []string{"Ready", "SuccessfullyReconciled"} {
		if one, there := conditionOf(cr, kind); there && one.Status == string(metav1.ConditionFalse) {
			text := fmt.Sprintf("%s: %s=False, %s: %s", nameOf(cr), kind, one.Reason, one.Message)
			if !slices.Contains(w.failures, text) {
				w.failures = append(w.failures, text)
			}
		}
	}
	w.ring()
}

func (w *Witness) lost(object any) {
	if last, ok := object.(cache.DeletedFinalStateUnknown); ok {
		object = last.Obj
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.newest, nameOf(object.(*unstructured.Unstructured)))
	w.ring()
}

func (w *Witness) ring() {
	close(w.moved)
	w.moved = make(chan struct{})
}

// Failures are what was seen so far, each once: a CR that was not Ready, or not reconciled, and why.
func (w *Witness) Failures() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]string(nil), w.failures...)
}

// WaitReady waits until the CR is Ready in the generation that it has here, or in a newer one.
func (w *Witness) WaitReady(ctx context.Context, cr *unstructured.Unstructured, timeout time.Duration) error {
	return w.wait(ctx, cr, timeout, func(newest *unstructured.Unstructured) error {
		if newest == nil {
			return fmt.Errorf("it is not there")
		}
		ready, _ := conditionOf(newest, "Ready")
		if ready.Status != string(metav1.ConditionTrue) || ready.ObservedGeneration < cr.GetGeneration() {
			return fmt.Errorf("generation %d wanted, Ready is %+v", cr.GetGeneration(), ready)
		}
		return nil
	})
}

// WaitGone waits until there is no CR of this kind and name.
func (w *Witness) WaitGone(ctx context.Context, cr *unstructured.Unstructured, timeout time.Duration) error {
	return w.wait(ctx, cr, timeout, func(newest *unstructured.Unstructured) error {
		if newest != nil {
			return fmt.Errorf("it is there: %+v", Conditions(newest))
		}
		return nil
	})
}

func (w *Witness) wait(ctx context.Context, cr *unstructured.Unstructured, timeout time.Duration,
	check func(*unstructured.Unstructured) error) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	for {
		w.mu.Lock()
		newest, moved := w.newest[nameOf(cr)], w.moved
		w.mu.Unlock()
		err := check(newest)
		if err == nil {
			return nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return fmt.Errorf("%s: still not so after %v: %w", nameOf(cr), timeout, err)
		}
	}
}

// WarningEvents are those in the test's namespace, whatever they are about.
func (h *Test) WarningEvents() []string {
	h.Helper()
	list, err := h.Kube.CoreV1().Events(h.Namespace).List(h.Context, metav1.ListOptions{
		FieldSelector: "type=" + corev1.EventTypeWarning,
	})
	if err != nil {
		h.Fatalf("listing Events: %v", err)
	}
	var all []string
	for _, event := range list.Items {
		about := event.InvolvedObject
		all = append(all, fmt.Sprintf("%s %s: %s: %s", about.Kind, about.Name, event.Reason, event.Message))
	}
	return all
}
