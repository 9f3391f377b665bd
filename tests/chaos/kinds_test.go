package chaos

import (
	"fmt"

	"github.com/teleport-operator-caf/tests/workload"
)

// workKinds are what the work is made of.
var workKinds = workload.Kinds

// mark is a number of five digits that stands in the spec of one version of one CR only.
func (j job) mark(version int) string { return fmt.Sprint((1000+j.number)*10 + version) }
