package chaos

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

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
type control struct {
	mu   sync.Mutex
	conn net.Conn
	in   *bufio.Scanner
}

// startWithHooks starts the operator that can be hurt, and waits until it is ready.
func startWithHooks(t testing.TB, h *harness.Test) (*harness.Operator, *control) {
	t.Helper()
	dir, err := os.MkdirTemp("", "chaos-") // short: a socket's path has at most 107 bytes
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	socket := filepath.Join(dir, "socket")
	op := h.StartOperatorWith(harness.OperatorOptions{
		Binary: chaosBinary(t),
		Env:    []string{"CHAOS_SOCKET=" + socket},
	})
	conn, err := net.Dial("unix", socket)
	if err != nil {
		t.Fatalf("the operator's control socket: %v", err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	in := bufio.NewScanner(conn)
	in.Buffer(nil, 1<<22)
	return op, &control{conn: conn, in: in}
}

// ask sends one request and decodes its answer.
func (c *control) ask(request map[string]any, answer any) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	line, err := json.Marshal(request)
	if err != nil {
		return err
	}
	if err := c.conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		return err
	}
	if _, err := c.conn.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("control socket: %w", err)
	}
	if !c.in.Scan() {
		return fmt.Errorf("control socket closed: %v", c.in.Err())
	}
	var refused struct{ Error string }
	if err := json.Unmarshal(c.in.Bytes(), &refused); err != nil {
		return fmt.Errorf("control socket answered %q: %w", c.in.Text(), err)
	}
	if refused.Error != "" {
		return fmt.Errorf("hooks refused %s: %s", line, refused.Error)
	}
	return json.Unmarshal(c.in.Bytes(), answer)
}

func (c *control) must(t testing.TB, request map[string]any, answer any) {
	t.Helper()
	if err := c.ask(request, answer); err != nil {
		t.Fatal(err)
	}
}

func (c *control) seed(t testing.TB, value int64) {
	t.Helper()
	c.must(t, map[string]any{"do": "seed", "value": value}, &struct{}{})
}

func (c *control) arm(t testing.TB, f fault) {
	t.Helper()
	c.must(t, map[string]any{
		"do": "arm", "how": f.How, "type": f.Type, "subject": f.Subject, "point": f.Point,
		"after": f.After, "times": f.Times,
	}, &struct{}{})
}

// disarm takes back what has not struck, and says how many faults that were.
func (c *control) disarm(t testing.TB) int {
	t.Helper()
	var answer struct{ Left int }
	c.must(t, map[string]any{"do": "disarm"}, &answer)
	return answer.Left
}

func (c *control) report(t testing.TB) report {
	t.Helper()
	var all report
	c.must(t, map[string]any{"do": "report"}, &all)
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
		if err := c.ask(map[string]any{"do": "report"}, &all); err != nil {
			return err
		}
		if len(all.Deaths) < number {
			return fmt.Errorf("%d so far", len(all.Deaths))
		}
		return nil
	})
}
