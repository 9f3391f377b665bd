package chaos

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/teleport-operator-caf/tests/chaos/hooks"
	"github.com/teleport-operator-caf/tests/harness"
)

// Ways in which an actor dies: by an exit message between two handlers, or by an exception inside
// one.
const (
	kill  = "kill"
	raise = "raise"
)

// fault is something that is to happen to an actor (tests/chaos/operator/fault_hooks.hpp).
type fault struct {
	How     string `json:"how"`
	Type    string `json:"type,omitempty"`
	Subject string `json:"subject,omitempty"`
	Point   string `json:"point,omitempty"`
	After   int    `json:"after"`
	Times   int    `json:"times"`
}

// report is what the hooks have seen.
type report struct {
	Alive   map[string]int `json:"alive"`   // by type
	Reached map[string]int `json:"reached"` // by "type point"
	Armed   int            `json:"armed"`
	Deaths  []death        `json:"deaths"`
}

type death struct{ How, Type, Subject string }

// control is the line to the hooks inside one operator process.
type control struct{ *hooks.Line }

// startWithHooks starts the operator that can be hurt, and waits until it is ready.
func startWithHooks(t testing.TB, h *harness.Test) (*harness.Operator, *control) {
	t.Helper()
	op, line := hooks.Start(t, h)
	return op, &control{line}
}

func (c *control) seed(t testing.TB, value int64) {
	t.Helper()
	c.Must(t, map[string]any{"do": "seed", "value": value}, &struct{}{})
}

func (c *control) arm(t testing.TB, f fault) {
	t.Helper()
	c.Must(t, map[string]any{
		"do": "arm", "how": f.How, "type": f.Type, "subject": f.Subject, "point": f.Point,
		"after": f.After, "times": f.Times,
	}, &struct{}{})
}

// disarm takes back what has not struck, and says how many faults that were.
func (c *control) disarm(t testing.TB) int {
	t.Helper()
	var answer struct{ Left int }
	c.Must(t, map[string]any{"do": "disarm"}, &answer)
	return answer.Left
}

func (c *control) report(t testing.TB) report {
	t.Helper()
	var all report
	c.Must(t, map[string]any{"do": "report"}, &all)
	return all
}

// deaths counts them by type.
func (r report) deaths() map[string]int {
	count := map[string]int{}
	for _, one := range r.Deaths {
		count[one.Type]++
	}
	return count
}

// waitDeaths waits until the hooks have seen this many.
func (c *control) waitDeaths(h *harness.Test, number int) {
	h.Helper()
	h.EventuallyIn(time.Minute, fmt.Sprintf("%d deaths", number), func(context.Context) error {
		var all report
		if err := c.Ask(map[string]any{"do": "report"}, &all); err != nil {
			return err
		}
		if len(all.Deaths) < number {
			return fmt.Errorf("%d so far", len(all.Deaths))
		}
		return nil
	})
}
