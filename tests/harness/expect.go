package harness

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// WaitReady waits until the CR's Ready condition is True for its newest generation, and answers it.
func (h *Test) WaitReady(cr *unstructured.Unstructured) *unstructured.Unstructured {
	h.Helper()
	return h.WaitCondition(cr, Condition{Type: "Ready", Status: "True"})
}

// WaitReadyLater is WaitReady for a CR whose next try may come late, by a back-off.
func (h *Test) WaitReadyLater(cr *unstructured.Unstructured) *unstructured.Unstructured {
	h.Helper()
	return h.waitCondition(longWait, cr, Condition{Type: "Ready", Status: "True"})
}

// WaitCondition waits until the CR has this condition for its newest generation, and answers the CR.
// Empty fields are not compared; Message has to be a part of the message.
func (h *Test) WaitCondition(cr *unstructured.Unstructured, wanted Condition) *unstructured.Unstructured {
	h.Helper()
	return h.waitCondition(usualWait, cr, wanted)
}

// WaitConditionIn is WaitCondition with a time limit of its own.
func (h *Test) WaitConditionIn(timeout time.Duration, cr *unstructured.Unstructured, wanted Condition) *unstructured.Unstructured {
	h.Helper()
	return h.waitCondition(timeout, cr, wanted)
}

func (h *Test) waitCondition(timeout time.Duration, cr *unstructured.Unstructured, wanted Condition) *unstructured.Unstructured {
	h.Helper()
	var current *unstructured.Unstructured
	what := fmt.Sprintf("%s %s: condition %s=%s", cr.GetKind(), cr.GetName(), wanted.Type, wanted.Status)
	h.EventuallyIn(timeout, what, func(ctx context.Context) (err error) {
		if current, err = h.read(ctx, cr); err != nil {
			return err
		}
		return matchCondition(current, wanted)
	})
	return current
}

func matchCondition(cr *unstructured.Unstructured, wanted Condition) error {
	found, ok := conditionOf(cr, wanted.Type)
	switch {
	case !ok:
		return fmt.Errorf("it has only these conditions: %v", Conditions(cr))
	case found.ObservedGeneration != cr.GetGeneration():
		return fmt.Errorf("observed generation %d, the CR's is %d: %+v",
			found.ObservedGeneration, cr.GetGeneration(), found)
	case found.Status != wanted.Status,
		wanted.Reason != "" && found.Reason != wanted.Reason,
		!strings.Contains(found.Message, wanted.Message):
		return fmt.Errorf("it is %+v, wanted %+v", found, wanted)
	}
	return nil
}

// MustHave compares a condition of the CR as given, at once.
func (h *Test) MustHave(cr *unstructured.Unstructured, wanted Condition) {
	h.Helper()
	if err := matchCondition(cr, wanted); err != nil {
		h.Errorf("%s %s: condition %s: %v", cr.GetKind(), cr.GetName(), wanted.Type, err)
	}
}

// WaitGone waits until the API server has no such CR any more, or has another under its name.
func (h *Test) WaitGone(cr *unstructured.Unstructured) {
	h.Helper()
	h.waitGone(usualWait, cr)
}

// WaitGoneLater is WaitGone for a CR whose next try may come late, by a back-off.
func (h *Test) WaitGoneLater(cr *unstructured.Unstructured) {
	h.Helper()
	h.waitGone(longWait, cr)
}

// WaitGoneIn is WaitGone with a time limit of its own.
func (h *Test) WaitGoneIn(timeout time.Duration, cr *unstructured.Unstructured) {
	h.Helper()
	h.waitGone(timeout, cr)
}

func (h *Test) waitGone(timeout time.Duration, cr *unstructured.Unstructured) {
	h.Helper()
	h.EventuallyIn(timeout, cr.GetKind()+" "+cr.GetName()+" gone", func(ctx context.Context) error {
		current, err := h.read(ctx, cr)
		switch {
		case apierrors.IsNotFound(err):
			return nil
		case err != nil:
			return err
		case cr.GetUID() != "" && current.GetUID() != cr.GetUID():
			return nil
		}
		return fmt.Errorf("it is there: finalizers %v, conditions %+v", current.GetFinalizers(), Conditions(current))
	})
}

// WaitFinalizer waits until the operator holds the CR.
func (h *Test) WaitFinalizer(cr *unstructured.Unstructured) {
	h.Helper()
	h.Eventually(cr.GetKind()+" "+cr.GetName()+" has the finalizer", func(ctx context.Context) error {
		current, err := h.read(ctx, cr)
		if err == nil && !hasFinalizer(current) {
			err = errors.New("not yet")
		}
		return err
	})
}

// Events of the CR, as stored.
func (h *Test) Events(cr *unstructured.Unstructured) []corev1.Event {
	h.Helper()
	events, err := h.events(h.Context, cr)
	if err != nil {
		h.Fatal(err)
	}
	return events
}

func (h *Test) events(ctx context.Context, cr *unstructured.Unstructured) ([]corev1.Event, error) {
	list, err := h.Kube.CoreV1().Events(h.Namespace).List(ctx, metav1.ListOptions{
		FieldSelector: "involvedObject.uid=" + string(cr.GetUID()),
	})
	if err != nil {
		return nil, fmt.Errorf("listing Events: %w", err)
	}
	return list.Items, nil
}

// WaitEvent waits for an Event on the CR of this type ("Normal", "Warning") whose message has the
// text in it, and answers it.
func (h *Test) WaitEvent(cr *unstructured.Unstructured, eventType, text string) corev1.Event {
	h.Helper()
	var found corev1.Event
	what := fmt.Sprintf("%s %s: %s Event with %q", cr.GetKind(), cr.GetName(), eventType, text)
	h.Eventually(what, func(ctx context.Context) error {
		events, err := h.events(ctx, cr)
		if err != nil {
			return err
		}
		var seen []string
		for _, event := range events {
			if event.Type == eventType && strings.Contains(event.Message, text) {
				found = event
				return nil
			}
			seen = append(seen, fmt.Sprintf("%s %s: %s", event.Type, event.Reason, event.Message))
		}
		return fmt.Errorf("it has %d Events: %s", len(events), strings.Join(seen, " | "))
	})
	return found
}
