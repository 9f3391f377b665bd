package faults

import (
	"math/rand/v2"
	"os"
	"strconv"
	"syscall"
	"testing"

	"github.com/teleport-operator-caf/tests/harness"
)

// killsEnv is how many leaders TestLeadersDie takes away; 50 is all of it.
const (
	killsEnv   = "LEADER_KILLS"
	usualKills = 6
)

func leaderKills(t testing.TB) int {
	t.Helper()
	text := os.Getenv(killsEnv)
	if text == "" {
		return usualKills
	}
	number, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", killsEnv, err)
	}
	return number
}

// Two replicas, and the leader is killed, stopped or frozen again and again at random moments while CRs
// come, change and go. By the audit log of the API server and by Teleport's own, each write was made by
// who held the Lease at that time; nothing is lost, made twice or left over.
func TestLeadersDie(t *testing.T) {
	t.Parallel()
	kills := leaderKills(t)
	audited := startAuditedCluster(t)
	h := harness.NewTestWith(t, harness.Settings{Cluster: audited.Cluster})
	all := []*replica{startReplica(h), startReplica(h)}
	pair := []*replica{all[0], all[1]}
	random := rand.New(rand.NewPCG(1, 2))
	running := startTraffic(h, 4, 3, trafficKinds...)
	ways := map[string]int{}
	for n := range kills {
		leader := waitLeader(h, pair...)
		running.waitChanges(10 + random.IntN(60))
		way := wayToGo(n, random)
		ways[way]++
		other := pair[0]
		if other == leader {
			other = pair[1]
		}
		switch way {
		case "SIGKILL":
			if err := leader.Kill(); err != nil {
				t.Fatal(err)
			}
		case "SIGTERM":
			stopCleanly(h, leader)
		case "SIGSTOP":
			if err := leader.Signal(syscall.SIGSTOP); err != nil {
				t.Fatal(err)
			}
		}
		waitLeader(h, other)
		if way == "SIGSTOP" {
			running.waitChanges(20)
			if err := leader.Signal(syscall.SIGCONT); err != nil {
				t.Fatal(err)
			}
			continue
		}
		fresh := startReplica(h)
		all = append(all, fresh)
		pair = []*replica{other, fresh}
	}
	running.settle(nil)
	writes, leaders := mustHaveOneWriter(h, audited, all)
	// On an overloaded machine the Lease can change hands by itself right before a kill.
	if leaders <= kills/2 {
		t.Errorf("%d tenures after %d leaders were taken away", leaders, kills)
	}
	t.Logf("leaders die: %d times (%v), %d replicas, %d tenures, %d changes by users, %d writes by replicas",
		kills, ways, len(all), leaders, running.made(), writes)
	for _, one := range pair {
		stopCleanly(h, one)
	}
}

func stopCleanly(h *harness.Test, r *replica) {
	h.Helper()
	mustDo(h.TB, r.Signal(syscall.SIGTERM))
	if code, err := r.WaitExit(stopGrace); err != nil || code != 0 {
		h.Fatalf("after SIGTERM: exit code %d, %v", code, err)
	}
}

// wayToGo is mostly kill -9; the first three turns have one of each.
func wayToGo(turn int, random *rand.Rand) string {
	ways := []string{"SIGKILL", "SIGSTOP", "SIGTERM"}
	if turn < len(ways) {
		return ways[turn]
	}
	switch n := random.IntN(10); n {
	case 0:
		return "SIGSTOP"
	case 1, 2:
		return "SIGTERM"
	}
	return "SIGKILL"
}
