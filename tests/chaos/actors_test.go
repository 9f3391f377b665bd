package chaos

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/teleport-operator-caf/tests/harness"
)

// deathsPerRun: a service actor may die five times within 30 s, then the root gives up, by design.
// Supervisors come back after a back-off that grows with their deaths in a row.
var deathsPerRun = map[string]int{
	"object_actor":    60,
	"kind_supervisor": 8,
	"teleport_client": 4,
	"kube_client":     4,
	"event_recorder":  4,
	"secret_watcher":  4,
	"drift_watcher":   4,
}

// strikeEarly is the part of the work within which faults strike, so that there is work left for
// them to spoil.
const strikeEarly = 0.8

// observers only tell or wake others: both ways in which they die go into one run.
var observers = []string{"event_recorder", "secret_watcher", "drift_watcher"}

func TestActorsDie(t *testing.T) {
	actors := slices.Sorted(maps.Keys(deathsPerRun))
	for _, actor := range actors {
		if slices.Contains(observers, actor) {
			inTurn(t, actor+"/both", bothWays(actor))
			continue
		}
		for _, how := range []string{kill, raise} {
			inTurn(t, actor+"/"+how, func(random *rand.Rand, u *undisturbed) []fault {
				return faultsFor(actor, how, deathsPerRun[actor], random, u)
			})
		}
	}
	inTurn(t, "all/both", bothWays(actors...))
}

// bothWays plans the deaths of some actor types, half of them in each way.
func bothWays(actors ...string) func(*rand.Rand, *undisturbed) []fault {
	return func(random *rand.Rand, u *undisturbed) []fault {
		var all []fault
		for _, actor := range actors {
			for _, how := range []string{kill, raise} {
				all = append(all, faultsFor(actor, how, deathsPerRun[actor]/2, random, u)...)
			}
		}
		return all
	}
}

// inTurn runs one group of faults with each seed.
func inTurn(t *testing.T, group string, plan func(*rand.Rand, *undisturbed) []fault) {
	for _, seed := range seeds(t) {
		t.Run(fmt.Sprintf("%s/seed-%d", group, seed), func(t *testing.T) {
			t.Parallel()
			u := reference(t)
			random := rand.New(rand.NewPCG(uint64(seed), 1))
			disturbedRun(t, seed, plan(random, u), u)
		})
	}
}

// faultsFor spreads deaths of one actor type over the work.
func faultsFor(actor, how string, number int, random *rand.Rand, u *undisturbed) []fault {
	points := u.points(actor)
	names := slices.Sorted(maps.Keys(points))
	var all []fault
	for range number {
		one := fault{How: how, Type: actor, Times: 1}
		among := u.allPoints()
		if how == raise {
			one.Point = names[random.IntN(len(names))]
			among = points[one.Point]
		}
		one.After = random.IntN(max(1, int(strikeEarly*float64(among))))
		all = append(all, one)
	}
	return all
}

func disturbedRun(t *testing.T, seed int64, faults []fault, u *undisturbed) {
	h := harness.NewTest(t)
	op, hooks := startWithHooks(t, h)
	m := newMirror(h)
	hooks.seed(t, seed)
	for _, one := range faults {
		hooks.arm(t, one)
	}
	started := time.Now()
	work(h, m, seed)
	worked := time.Since(started)
	end := converge(h, m)
	converged := time.Since(started)
	left := hooks.disarm(t)
	scraped := mustBeAtRest(h, op)
	snapshot(h).MustBe(h, u.end)
	mustBeAsPlanned(h, end)
	mustHaveWrittenSanely(h)
	mustHaveKeptSecrets(h, op)

	seen := hooks.report(t)
	t.Logf("seed %d: %d faults, %d did not strike; deaths: %v; work done after %v, all in sync after %v",
		seed, len(faults), left, seen.deaths(), worked.Round(time.Millisecond), converged.Round(time.Millisecond))
	if len(seen.Deaths) == 0 || left > len(faults)/2 {
		t.Errorf("%d faults of %d did not strike, %d deaths: this run proves little", left, len(faults), len(seen.Deaths))
	}
	mustHaveCounted(t, scraped, seen)
	if t.Failed() {
		return // the operator's log is shown as it is now
	}
	h.Stop(op)
}

// mustHaveCounted compares the deaths that the hooks saw with the restarts that the operator tells.
func mustHaveCounted(t *testing.T, scraped harness.Metrics, seen report) {
	t.Helper()
	deaths := seen.deaths()
	for actor := range deathsPerRun {
		restarts := int(scraped.Sum("teleport_operator_actor_restarts_total", "actor", actor))
		if actor != "object_actor" {
			if restarts != deaths[actor] {
				t.Errorf("%d × %s died, %d restarts counted", deaths[actor], actor, restarts)
			}
			continue
		}
		if restarts > deaths[actor] {
			t.Errorf("%d object actors died, %d restarts counted", deaths[actor], restarts)
		}
		// One that dies while its CR goes away, or while its supervisor dies, has no successor to
		// count.
		if counted := mustBeCounted(seen); deaths["kind_supervisor"] == 0 && restarts < counted {
			t.Errorf("%d object actors of lasting CRs died, %d restarts counted", counted, restarts)
		}
	}
}

// mustBeCounted are deaths of actors whose CR is never deleted.
func mustBeCounted(seen report) int {
	lasting := map[string]bool{}
	for _, one := range jobs() {
		lasting[one.name] = one.lasts()
	}
	count := 0
	for _, one := range seen.Deaths {
		if one.Type == "object_actor" && lasting[one.Subject[len(one.Subject)-len("chaos-000"):]] {
			count++
		}
	}
	return count
}
