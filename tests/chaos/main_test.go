// Package chaos tests that the operator ends where it would have ended undisturbed, whoever dies on
// the way: any of its actors, in both ways in which an actor dies (facts/controller-testing.md §5),
// or the whole process.
//
// Every run does the same work on 300 custom resources, in an order and with faults that follow from
// a seed, and is compared with one undisturbed run. A failed run names its seed:
//
//	go test ./chaos -run 'TestActorsDie/object_actor/kill/seed-2'
//
// CHAOS_SEEDS is the number of seeds for each way of each actor (default 2), CHAOS_FIRST_SEED the
// first one (default 1). CHAOS_OPERATOR_BINARY is the operator with hooks (default: where the build
// of OPERATOR_BINARY puts it).
package chaos

import (
	"os"
	"strconv"
	"testing"

	"github.com/teleport-operator-caf/tests/harness"
)

const (
	seedsEnv     = "CHAOS_SEEDS"
	firstSeedEnv = "CHAOS_FIRST_SEED"
)

func TestMain(m *testing.M) { os.Exit(harness.Run(m)) }

// seeds are those that this call of go test tries.
func seeds(t testing.TB) []int64 {
	t.Helper()
	number := func(name string, fallback int64) int64 {
		text := os.Getenv(name)
		if text == "" {
			return fallback
		}
		value, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return value
	}
	first := number(firstSeedEnv, 1)
	var all []int64
	for i := range number(seedsEnv, 2) {
		all = append(all, first+i)
	}
	return all
}
