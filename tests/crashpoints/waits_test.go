package crashpoints

import (
	"context"
	"fmt"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/teleport-operator-caf/tests/harness"
)

// metrics reads what the operator tells of restarts.
func (w *world) metrics() {
	w.Helper()
	scraped, err := w.op.Scrape(w.Context)
	if err != nil {
		w.Fatal(err)
	}
	for _, one := range []way{objectActor, supervisor, teleportClient, kubeClient, leaderElector} {
		w.restarts[string(one)] = int(scraped.Sum("teleport_operator_actor_restarts_total", "actor", string(one)))
	}
}

// waitStruck waits until what is planned for these in this process has happened.
func (w *world) waitStruck(some []instance) {
	w.Helper()
	if len(some) == 0 {
		return
	}
	w.EventuallyIn(patience, "planned crashes", func(context.Context) error {
		var answer struct{ Struck []bool }
		if err := w.line.Ask(map[string]any{"do": "struck"}, &answer); err != nil {
			return err
		}
		for _, one := range some {
			if !answer.Struck[w.planned[one.name()]] {
				return fmt.Errorf("%s: the point was not reached", w.title(one))
			}
		}
		return nil
	})
}

// waitBack waits until a service has died so many times and has a successor that works.
func (w *world) waitBack(service way, deaths int) {
	w.Helper()
	w.EventuallyIn(patience, "a successor", func(ctx context.Context) error {
		var now hookReport
		if err := w.line.Ask(map[string]any{"do": "report"}, &now); err != nil {
			return err
		}
		if found := len(now.Deaths); found < deaths {
			return fmt.Errorf("%d × %s died, wanted %d", found, service, deaths)
		}
		if status, body, err := w.op.Probe(ctx, "/readyz"); err != nil || status != 200 {
			return fmt.Errorf("/readyz: %d %s %v", status, body, err)
		}
		return atRest(ctx, w.op)
	})
}

// waitDone waits until these CRs are what the step asks for, and notes how they look then.
func (w *world) waitDone(number int, some []instance) {
	w.Helper()
	left := slices.Clone(some)
	w.EventuallyIn(patience, fmt.Sprintf("step %d", number), func(context.Context) error {
		crs, err := w.look(left)
		if err != nil {
			return err
		}
		var failure error
		left = slices.DeleteFunc(left, func(one instance) bool {
			err := one.steps[number].done(w.Test, one, crs[one.id()])
			if err != nil && failure == nil {
				failure = fmt.Errorf("%s: %w", w.title(one), err)
			}
			return err == nil
		})
		return failure
	})
}

// look reads the CRs of these instances' kinds.
func (w *world) look(some []instance) (map[string]*unstructured.Unstructured, error) {
	all := map[string]*unstructured.Unstructured{}
	read := map[string]bool{}
	for _, one := range some {
		if read[one.kind.CR] {
			continue
		}
		read[one.kind.CR] = true
		list, err := w.Dynamic.Resource(one.kind.Resource()).Namespace(w.Namespace).List(w.Context, metav1.ListOptions{})
		if err != nil {
			return nil, err
		}
		for i := range list.Items {
			all[one.kind.CR+" "+list.Items[i].GetName()] = &list.Items[i]
		}
	}
	return all, nil
}

// hookReport is what the hooks of one process have seen.
type hookReport struct {
	Deaths  []struct{ Type, Subject string }
	Effects []struct{ Subject, What string }
}

// takeNotes adds what this process did since the notes before.
func (w *world) takeNotes(number int) {
	w.Helper()
	var now hookReport
	w.line.Must(w.TB, map[string]any{"do": "report"}, &now)
	for _, effect := range now.Effects[w.notedEffects:] {
		notes, ours := w.seen[effect.Subject[strings.LastIndex(effect.Subject, "/")+1:]]
		if !ours {
			continue
		}
		for len(notes.effects) <= number {
			notes.effects = append(notes.effects, nil)
		}
		notes.effects[number] = append(notes.effects[number], effect.What)
		if w.recovering {
			notes.recovered = append(notes.recovered, effect.What)
		}
	}
	for _, one := range now.Deaths[w.notedDeaths:] {
		w.deaths[one.Type]++
	}
	w.notedEffects, w.notedDeaths = len(now.Effects), len(now.Deaths)
}

// settle waits until the operator is at rest and all looks as in the undisturbed run after this
// step, and notes how it looks.
func (w *world) settle(number int, some []instance) {
	w.Helper()
	w.EventuallyIn(patience, fmt.Sprintf("rest after step %d", number), func(ctx context.Context) error {
		if err := atRest(ctx, w.op); err != nil {
			return err
		}
		crs, err := w.look(some)
		if err != nil {
			return err
		}
		for _, one := range some {
			state, err := snapshot(w.Test, one, crs[one.id()])
			if err != nil {
				return err
			}
			if w.reference != nil {
				if wanted := w.reference[one.script.name].states[number]; state != wanted {
					return fmt.Errorf("%s after step %d:\n%s\nundisturbed:\n%s", w.title(one), number, state, wanted)
				}
			}
			w.seen[one.name()].states = append(w.seen[one.name()].states[:number], state)
		}
		return nil
	})
}

// atRest: no pass runs or waits for its turn.
func atRest(ctx context.Context, op *harness.Operator) error {
	scraped, err := op.Scrape(ctx)
	if err != nil {
		return err
	}
	for _, gauge := range []string{"controller_runtime_active_workers", "workqueue_depth"} {
		if busy := scraped.Sum(gauge); busy != 0 {
			return fmt.Errorf("%s is %v", gauge, busy)
		}
	}
	return nil
}
