package crashpoints

import (
	"fmt"
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/teleport-operator-caf/tests/chaos/hooks"
	"github.com/teleport-operator-caf/tests/harness"
)

// patience is for one step of all CRs of a world. An actor that dies again and again is put off for
// seconds; minutes mean that something is lost.
const patience = 5 * time.Minute

// world is one operator, with its successors, and the CRs that it looks after.
type world struct {
	*harness.Test
	all  []instance
	op   *harness.Operator
	ops  []*harness.Operator // it, and those before it
	line *hooks.Line
	// inTurn: one CR that has a crash in a step after the other, so that what dies for one of them
	// disturbs no other.
	inTurn bool

	// reference: what an undisturbed CR of each script came to; nil: that is to be learned.
	reference map[string]*seen

	seen     map[string]*seen // by the CR's name
	deaths   map[string]int   // by actor type, in all processes
	restarts map[string]int   // that the last process told
	kills    int              // of the process

	planned                   map[string]int // what this process knows of: CR → place in the order of plans
	notedEffects, notedDeaths int            // of this process
	recovering                bool
	deathsNow                 int // of services, in this process, one after another
}

// seen is what was seen of one CR.
type seen struct {
	effects   [][]string // asked for, by step
	recovered []string   // those of a restarted process, in the step in which the first one died
	states    []string   // after each step
	life      []string   // creates and deletes in Teleport
	updates   int        // there
}

func newWorld(t *testing.T, all []instance, reference map[string]*seen) *world {
	w := &world{
		Test: harness.NewTest(t), all: all, reference: reference,
		seen: map[string]*seen{}, deaths: map[string]int{}, restarts: map[string]int{},
	}
	for _, one := range all {
		w.seen[one.name()] = &seen{}
		if one.before != nil {
			w.must(one, one.before(w.Test, one))
		}
	}
	secret := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{
			Name: idpSecret, Annotations: map[string]string{"resources.teleport.dev/allow-lookup-from-cr": "*"},
		},
		StringData: map[string]string{"value": "crash-canary"},
	}
	if _, err := w.Kube.CoreV1().Secrets(w.Namespace).Create(w.Context, secret, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) must(one instance, err error) {
	w.Helper()
	if err != nil {
		w.Fatalf("%s: %v", w.title(one), err)
	}
}

func (w *world) title(one instance) string {
	if one.crash == nil {
		return one.name()
	}
	return fmt.Sprintf("%s (%v)", one.name(), one.crash)
}

// launch starts an operator. Before it does anything it knows of the crashes that are to come in
// this step or later ones, and of the second ones of `twice`.
func (w *world) launch(number int, twice []instance) {
	w.Helper()
	w.op, w.line = hooks.Launch(w.TB, w.Test)
	w.ops = append(w.ops, w.op)
	w.notedEffects, w.notedDeaths = 0, 0
	w.planned = map[string]int{}
	plan := func(one instance, request map[string]any) {
		w.line.Must(w.TB, request, &struct{}{})
		w.planned[one.name()] = len(w.planned)
	}
	for _, one := range twice {
		plan(one, one.crash.planSecond(one))
	}
	for _, one := range w.all {
		if one.crash != nil && one.crash.step >= number {
			before := count(w.seen[one.name()].effects) // of the processes before this one
			plan(one, one.crash.plan(w.Test, one, before))
		}
	}
	if err := w.op.WaitReady(w.Context, patience); err != nil {
		w.Fatal(err)
	}
}

// live does all steps of all CRs, with their crashes, and ends the operator.
func (w *world) live() {
	w.Helper()
	w.launch(0, nil)
	steps := 0
	for _, one := range w.all {
		steps = max(steps, len(one.steps))
	}
	for number := range steps {
		w.step(number)
	}
	w.metrics()
	w.takeNotes(steps - 1)
	w.Stop(w.op)
}

// crashing are those whose crash is in this step.
func (w *world) crashing(step int) []instance {
	var some []instance
	for _, one := range w.all {
		if one.crash != nil && one.crash.step == step {
			some = append(some, one)
		}
	}
	return some
}

// step does one step of every CR that has so many, and waits until all of it is done.
func (w *world) step(number int) {
	w.Helper()
	var some, victims []instance
	died := w.deathsNow
	for _, one := range w.all {
		if number < len(one.steps) {
			some = append(some, one)
		}
	}
	if w.inTurn {
		for _, one := range some {
			w.must(one, one.steps[number].do(w.Test, one))
			strikes := one.crash != nil && one.crash.step == number
			if strikes {
				w.waitStruck([]instance{one})
			}
			w.waitDone(number, []instance{one})
			if strikes {
				died++
				w.waitBack(one.crash.who, died)
			}
		}
	} else {
		for _, one := range some {
			w.must(one, one.steps[number].do(w.Test, one))
		}
		victims = w.crashing(number)
		w.waitStruck(victims)
	}
	if len(victims) > 0 && victims[0].crash.who == process {
		w.endProcess(number, some, victims)
	}
	w.waitDone(number, some)
	w.settle(number, some)
	w.takeNotes(number)
	w.recovering, w.deathsNow = false, died
}

// endProcess kills the operator when all but the victims are done, and starts a successor; some of
// the victims hit that one as well.
func (w *world) endProcess(number int, some, victims []instance) {
	w.Helper()
	isVictim := map[string]bool{}
	for _, one := range victims {
		isVictim[one.name()] = true
	}
	w.waitDone(number, slices.DeleteFunc(slices.Clone(some), func(one instance) bool { return isVictim[one.name()] }))
	w.kill(number)
	for _, one := range victims {
		if act := one.steps[number].meanwhile; act != nil {
			w.must(one, act(w.Test, one))
		}
	}
	twice := slices.DeleteFunc(slices.Clone(victims), func(one instance) bool { return one.crash.second == 0 })
	w.launch(number+1, twice)
	if len(twice) == 0 {
		return
	}
	w.waitStruck(twice)
	w.kill(number)
	w.launch(number+1, nil)
}

// kill ends the operator as nobody expects, and takes notes of what it did.
func (w *world) kill(number int) {
	w.Helper()
	w.takeNotes(number)
	if err := w.op.Kill(); err != nil {
		w.Fatal(err)
	}
	// The successor need not wait until the dead one's lease is over.
	err := w.Kube.CoordinationV1().Leases(w.Namespace).
		DeleteCollection(w.Context, metav1.DeleteOptions{}, metav1.ListOptions{})
	if err != nil {
		w.Fatal(err)
	}
	w.kills++
	w.recovering = true
}
