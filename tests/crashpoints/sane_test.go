package crashpoints

import (
	"fmt"
	"slices"
	"strings"

	"github.com/teleport-operator-caf/tests/teleport"
	"github.com/teleport-operator-caf/tests/workload"
)

// repeats is how many effects more than undisturbed one crash may cost: who comes after can't know
// what the last write to Teleport made of it before the status says so, so it writes that once more,
// and the status.
const repeats = 2

// words is how many more it may cost when a service dies that the pass needs: the CR says that there
// is no connection, in the words of who asked and of the successor that has none yet.
const words = 2

// felt is how many crashes this CR may feel, and what each may cost it. A service is that of all: one
// that dies for another CR may hit what is still under way for this one.
func (w *world) felt(one instance) (crashes, cost int) {
	if !w.inTurn {
		return one.crashes(), repeats
	}
	return len(w.all), repeats + words
}

// mustBeSane checks what must hold of everything that was written (facts/controller-testing.md §8):
// U, O, R, D by Teleport's audit, F by the order of what was asked for. States were compared step by
// step.
func (w *world) mustBeSane() {
	w.Helper()
	for _, wrong := range workload.Insane(w.Teleport.Audit(), "cp-") {
		w.Error(wrong)
	}
	unsure := w.unanswered()
	for _, one := range w.all {
		w.mustHaveHeldOrder(one)
		if w.reference == nil {
			continue
		}
		wanted := w.reference[one.script.name]
		crashes, cost := w.felt(one)
		life, updates := inTeleport(w.Teleport.Audit(), one)
		if !slices.Equal(life, wanted.life) || (updates > wanted.updates+crashes && unsure == "") {
			w.Errorf("%s: in Teleport %v and %d updates, undisturbed %v and %d",
				w.title(one), life, updates, wanted.life, wanted.updates)
		}
		found, usual := count(w.seen[one.name()].effects), count(wanted.effects)
		if found < usual || (found > usual+crashes*cost && unsure == "") {
			w.Errorf("%s: %d effects, undisturbed %d: %v", w.title(one), found, usual, w.seen[one.name()].effects)
		}
	}
	w.mustHaveCleanedUp()
}

// unanswered is what an operator said when a server kept it waiting for too long, as happens on a
// machine that is very busy; empty: all was answered. Such a request is a fault that nobody planned:
// it costs writes of its own, and shifts the numbers of those after it, so that they are not compared.
func (w *world) unanswered() string {
	w.Helper()
	for _, op := range w.ops {
		for _, line := range op.Output.Lines() {
			for _, sign := range []string{"no answer from https", "no answer in time", "Deadline", "timed out", "stopped-leading"} {
				if strings.Contains(line, sign) {
					w.Logf("a server kept an operator waiting, numbers of writes are not compared: %s", line)
					return line
				}
			}
		}
	}
	return ""
}

// inTeleport is the order in which one resource was created and deleted, and how often it was
// updated.
func inTeleport(audit []teleport.WriteRecord, one instance) (life []string, updates int) {
	for _, write := range audit {
		if write.Kind != one.kind.Teleport || write.Name != one.teleportName() {
			continue
		}
		if write.Verb == "update" {
			updates++
		} else {
			life = append(life, write.Verb)
		}
	}
	return life, updates
}

// mustHaveHeldOrder: nothing is written to Teleport before the finalizer is, and it goes last.
func (w *world) mustHaveHeldOrder(one instance) {
	w.Helper()
	order := slices.Concat(w.seen[one.name()].effects...)
	held := slices.Index(order, "finalizer")
	written := slices.IndexFunc(order, goesToTeleport)
	if written >= 0 && (held < 0 || held > written) {
		w.Errorf("%s: Teleport was written without a finalizer: %v", w.title(one), order)
	}
	released := slices.Index(order, "release")
	for i, effect := range order {
		if goesToTeleport(effect) && released >= 0 && i > released {
			w.Errorf("%s: Teleport was written after the finalizer was given up: %v", w.title(one), order)
		}
	}
}

// mustHaveCleanedUp: Teleport has of all this only what is meant to stay.
func (w *world) mustHaveCleanedUp() {
	w.Helper()
	stays := map[string]bool{}
	for _, one := range w.all {
		if one.stays {
			stays[one.kind.Teleport+" "+one.teleportName()] = true
		}
	}
	for _, kind := range append(workload.TeleportKinds(kindsOf(w.all)), "user", "role") {
		for _, stored := range w.Teleport.List(kind) {
			name := stored.GetName()
			if strings.Contains(name, "cp-") && !stays[kind+" "+name] {
				w.Errorf("%s %s is left over in Teleport", kind, name)
			}
		}
	}
}

func kindsOf(some []instance) []workload.Kind {
	var all []workload.Kind
	for _, one := range some {
		if !slices.ContainsFunc(all, func(kind workload.Kind) bool { return kind.CR == one.kind.CR }) {
			all = append(all, one.kind)
		}
	}
	return all
}

func count(effects [][]string) int {
	sum := 0
	for _, some := range effects {
		sum += len(some)
	}
	return sum
}

// extra is how many effects more than undisturbed the crashes of a world cost, as a text.
func (w *world) extra() string {
	more := map[int]int{}
	for _, one := range w.all {
		more[count(w.seen[one.name()].effects)-count(w.reference[one.script.name].effects)]++
	}
	return fmt.Sprint(more)
}
