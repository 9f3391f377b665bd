package faults

import (
	"os"
	"testing"

	"github.com/teleport-operator-caf/tests/harness"
)

func TestMain(m *testing.M) { os.Exit(harness.Run(m)) }
