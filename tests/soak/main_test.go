// Package soak tests what only time brings to light, with time compressed: certificates that live for
// seconds, rotations of both CAs one after another, an outage with a thousand CRs waiting, CRs that
// come and go.
//
// tools/check runs a share of it. The whole, which takes about twelve minutes:
//
//	SOAK_RENEWALS=500 SOAK_ROTATIONS=5 OUTAGE_SECONDS=600 go test ./soak -v -timeout 30m
package soak

import (
	"os"
	"strconv"
	"testing"

	"github.com/teleport-operator-caf/tests/harness"
)

func TestMain(m *testing.M) { os.Exit(harness.Run(m)) }

// How much of it: variable and what is done without it.
const (
	renewalsEnv, fewRenewals   = "SOAK_RENEWALS", 60
	rotationsEnv, fewRotations = "SOAK_ROTATIONS", 2
	outageEnv, briefOutage     = "OUTAGE_SECONDS", 40
	objectsEnv, manyObjects    = "OUTAGE_OBJECTS", 1000
)

func number(t testing.TB, name string, fallback int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return fallback
	}
	value, err := strconv.Atoi(text)
	if err != nil || value < 1 {
		t.Fatalf("%s: %q is no number above 0", name, text)
	}
	return value
}
