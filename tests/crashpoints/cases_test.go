package crashpoints

import (
	"slices"
	"sync"
	"testing"
)

// learned is what an undisturbed CR of each script comes to: effects and states after each step.
var learned struct {
	once    sync.Once
	scripts map[string]*seen
}

// undisturbed lets three CRs a script live in peace, one a world, and answers what they have in
// common: everything.
func undisturbed(t *testing.T) map[string]*seen {
	t.Helper()
	learned.once.Do(func() {
		var first map[string]*seen
		for good, tries := 0, 0; good < 3; tries++ {
			now, all := oneUndisturbed(t, first)
			if !all && tries < 10 {
				continue // not undisturbed
			}
			good++
			if first == nil {
				first = now
			}
			for name, one := range now {
				if !slices.EqualFunc(one.effects, first[name].effects, slices.Equal) {
					t.Errorf("%s: two undisturbed runs differ: %v, %v", name, one.effects, first[name].effects)
				}
			}
		}
		if !t.Failed() {
			learned.scripts = first
		}
	})
	if learned.scripts == nil {
		t.Fatal("the undisturbed runs failed; see the test that did them")
	}
	return learned.scripts
}

// oneUndisturbed lets one CR a script live, and says whether all requests were answered.
func oneUndisturbed(t *testing.T, reference map[string]*seen) (now map[string]*seen, answered bool) {
	all := oneEach(nil)
	w := newWorld(t, all, reference)
	w.live()
	w.mustBeSane()
	now = map[string]*seen{}
	for _, one := range all {
		what := w.seen[one.name()]
		what.life, what.updates = inTeleport(w.Teleport.Audit(), one)
		now[one.script.name] = what
	}
	return now, w.unanswered() == ""
}

// oneEach is an instance of each script; `crashes` may be nil.
func oneEach(crashes map[string]*crash) []instance {
	var all []instance
	for i := range scripts {
		all = append(all, instance{&scripts[i], i + 1, crashes[scripts[i].name]})
	}
	return all
}

// cases are all effects of all scripts at all points.
func cases(who way, reference map[string]*seen) []instance {
	var all []instance
	for i := range scripts {
		number := 0
		for step, effects := range reference[scripts[i].name].effects {
			for _, effect := range effects {
				number++
				for _, at := range pointsOf(effect) {
					all = append(all, instance{&scripts[i], len(all) + 1, &crash{
						who: who, number: number, at: at, effect: effect, step: step,
					}})
				}
			}
		}
	}
	return all
}

// pointsOf an effect. The answer to the last one is not always heard: the object actor ends when its
// CR is gone, and may learn of that first.
func pointsOf(effect string) []place {
	if effect == "release" {
		return []place{asked, answered}
	}
	return points
}

// apart puts cases into worlds: in none two that `clash`, in each `most` at most.
func apart(all []instance, most int, clash func(a, b instance) bool) [][]instance {
	var worlds [][]instance
next:
	for _, one := range all {
		for i, world := range worlds {
			fits := len(world) < most &&
				!slices.ContainsFunc(world, func(other instance) bool { return clash(one, other) })
			if fits {
				worlds[i] = append(world, one)
				continue next
			}
		}
		worlds = append(worlds, []instance{one})
	}
	return worlds
}
