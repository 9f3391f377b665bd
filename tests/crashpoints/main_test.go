// Package crashpoints stops the operator at every effect that it has, and compares what comes of it
// with runs that nobody disturbed (facts/controller-testing.md §8, T1, T2, T3, T5).
//
// An effect is a write that changes a custom resource in Kubernetes or its resource in Teleport. The
// operator with hooks numbers those of each CR. A case is one CR that goes through one script, an
// effect of it, a point (before it, after it with the answer lost, after the answer was heard), and
// who dies there: the object actor, its supervisor, teleport_client, kube_client or the process.
//
// CRASH_SHARE=N runs every Nth case of those ways that need an operator of their own for a few cases
// (default 12), all runs all. CRASH_OFFSET is the first of them (default 0).
package crashpoints

import (
	"os"
	"strconv"
	"testing"

	"github.com/teleport-operator-caf/tests/harness"
)

func TestMain(m *testing.M) { os.Exit(harness.Run(m)) }

// share is every how many cases run, and the number of the first.
func share(t testing.TB) (every, offset int) {
	t.Helper()
	number := func(name string, fallback, least int) int {
		text := os.Getenv(name)
		if text == "" {
			return fallback
		}
		value, err := strconv.Atoi(text)
		if err != nil || value < least {
			t.Fatalf("%s: %q is not a number of %d or more", name, text, least)
		}
		return value
	}
	every = 1
	if os.Getenv("CRASH_SHARE") != "all" {
		every = number("CRASH_SHARE", 12, 1)
	}
	return every, number("CRASH_OFFSET", 0, 0) % every
}
