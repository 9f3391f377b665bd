package crashpoints

import (
	"fmt"
	"testing"
)

// Whoever dies at whatever effect: everything ends as if nobody had.
func TestCrashAtEachEffect(t *testing.T) {
	// One world: each CR has a crash of its own, and nobody else dies of it.
	t.Run("object_actor", func(t *testing.T) {
		t.Parallel()
		all := cases(objectActor, undisturbed(t))
		w := newWorld(t, all, undisturbed(t))
		w.live()
		w.mustBeSane()
		lasting := w.lasting()
		w.mustHaveDied(objectActor, lasting, len(all), lasting)
		t.Logf("%d cases of %d; effects more than undisturbed: %s", len(all), len(all), w.extra())
	})
	// One world: all CRs whose crash is in a step wait for the process to be killed.
	t.Run("process", func(t *testing.T) {
		t.Parallel()
		all := cases(process, undisturbed(t))
		w := newWorld(t, all, undisturbed(t))
		w.live()
		w.mustBeSane()
		t.Logf("%d cases of %d; %d kills; effects more than undisturbed: %s", len(all), len(all), w.kills, w.extra())
	})
	// A world has one CR of each kind: all of a kind feel the death of their supervisor.
	t.Run("kind_supervisor", func(t *testing.T) {
		inWorlds(t, supervisor, len(scripts), func(a, b instance) bool { return a.kind.CR == b.kind.CR })
	})
	// A world has no more deaths of a service than the root takes within half a minute.
	for _, service := range []way{teleportClient, kubeClient, leaderElector} {
		t.Run(string(service), func(t *testing.T) {
			inWorlds(t, service, 5, func(_, _ instance) bool { return false })
		})
	}
}

// inWorlds runs a share of the cases of one way, in worlds of their own.
func inWorlds(t *testing.T, who way, most int, clash func(a, b instance) bool) {
	t.Parallel()
	reference := undisturbed(t)
	all := cases(who, reference)
	every, offset := share(t)
	var chosen []instance
	for i, one := range all {
		if i%every == offset {
			chosen = append(chosen, one)
		}
	}
	worlds := apart(chosen, most, clash)
	t.Logf("%d cases of %d, in %d worlds", len(chosen), len(all), len(worlds))
	for i, some := range worlds {
		t.Run(fmt.Sprint(i+1), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, some, reference)
			w.inTurn = who != supervisor
			w.live()
			w.mustBeSane()
			w.mustHaveDied(who, len(some), len(some), len(some))
			t.Logf("effects more than undisturbed: %s", w.extra())
		})
	}
}

// mustHaveDied: so many actors died, and the operator counted the restarts.
func (w *world) mustHaveDied(who way, least, most, restarts int) {
	w.Helper()
	if w.unanswered() != "" {
		return
	}
	deaths := w.deaths[string(who)]
	if deaths < least || deaths > most {
		w.Errorf("%d × %s died, wanted %d to %d", deaths, who, least, most)
	}
	if found := w.restarts[string(who)]; found < restarts || found > deaths {
		w.Errorf("%d restarts of %s were counted, wanted %d to %d", found, who, restarts, deaths)
	}
}

// lasting is how many of these CRs are there when their actor is hit, and a while longer: an actor
// that dies while its CR goes may have ended before, and has no successor.
func (w *world) lasting() int {
	number := 0
	for _, one := range w.all {
		if one.crash.effect != "release" || one.crash.at == asked {
			number++
		}
	}
	return number
}

// The process dies, and its successor dies while it puts things right: at each effect of either.
func TestCrashTwice(t *testing.T) {
	t.Parallel()
	reference := undisturbed(t)
	var once []instance
	for _, one := range cases(process, reference) {
		if one.script.name == "role" || one.script.name == "token" {
			once = append(once, one)
		}
	}
	single := newWorld(t, once, reference)
	single.live()
	single.mustBeSane()
	var twice []instance
	for _, one := range once {
		for i, effect := range single.seen[one.name()].recovered {
			for _, at := range pointsOf(effect) {
				both := *one.crash
				both.second, both.secondAt, both.secondEffect = i+1, at, effect
				twice = append(twice, instance{one.script, len(twice) + 1, &both})
			}
		}
	}
	if t.Failed() {
		return
	}
	w := newWorld(t, twice, reference)
	w.live()
	w.mustBeSane()
	t.Logf("%d pairs of crashes, %d kills; effects more than undisturbed: %s", len(twice), w.kills, w.extra())
}
