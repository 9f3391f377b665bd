// Package hooks starts the operator that can be hurt (tests/chaos/operator) and talks to the hooks
// inside it.
package hooks

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

// BinaryEnv names the operator with hooks; without it, it is where the build of the product puts it.
const BinaryEnv = "CHAOS_OPERATOR_BINARY"

// Binary is the operator with hooks.
func Binary(t testing.TB) string {
	t.Helper()
	if path := os.Getenv(BinaryEnv); path != "" {
		return path
	}
	product, err := harness.OperatorBinary()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(filepath.Dir(product), "tests", "chaos", "operator", "teleport-operator-chaos")
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("no operator with hooks (%v): build teleport-operator-chaos, or name it in %s", err, BinaryEnv)
	}
	return path
}

// Line leads to the hooks of one operator process. Its methods can be called by many at once.
type Line struct {
	mu   sync.Mutex
	conn net.Conn
	in   *bufio.Scanner
}

// Launch starts the operator with hooks and does not wait until it is ready: what is asked of the
// hooks at once holds from the first write on.
func Launch(t testing.TB, h *harness.Test) (*harness.Operator, *Line) {
	t.Helper()
	dir, err := os.MkdirTemp("", "chaos-") // short: a socket's path has at most 107 bytes
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	socket := filepath.Join(dir, "socket")
	op := h.LaunchOperator(harness.OperatorOptions{
		Binary: Binary(t),
		Env:    []string{"CHAOS_SOCKET=" + socket},
	})
	var conn net.Conn
	err = harness.Poll(h.Context, 3*time.Minute, func(context.Context) (err error) {
		conn, err = net.Dial("unix", socket)
		return err
	})
	if err != nil {
		t.Fatalf("the operator's control socket: %v\n%s", err, op.Output.Tail(20))
	}
	t.Cleanup(func() { _ = conn.Close() })
	in := bufio.NewScanner(conn)
	in.Buffer(nil, 1<<24)
	return op, &Line{conn: conn, in: in}
}

// Start is Launch, and waits until the operator is ready.
func Start(t testing.TB, h *harness.Test) (*harness.Operator, *Line) {
	t.Helper()
	op, line := Launch(t, h)
	if err := op.WaitReady(h.Context, time.Minute); err != nil {
		t.Fatal(err)
	}
	return op, line
}

// Ask sends one request and decodes its answer.
func (l *Line) Ask(request map[string]any, answer any) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	line, err := json.Marshal(request)
	if err != nil {
		return err
	}
	if err := l.conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		return err
	}
	if _, err := l.conn.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("control socket: %w", err)
	}
	if !l.in.Scan() {
		return fmt.Errorf("control socket closed: %v", l.in.Err())
	}
	var refused struct{ Error string }
	if err := json.Unmarshal(l.in.Bytes(), &refused); err != nil {
		return fmt.Errorf("control socket answered %q: %w", l.in.Text(), err)
	}
	if refused.Error != "" {
		return fmt.Errorf("hooks refused %s: %s", line, refused.Error)
	}
	return json.Unmarshal(l.in.Bytes(), answer)
}

// Must is Ask that ends the test when something goes wrong.
func (l *Line) Must(t testing.TB, request map[string]any, answer any) {
	t.Helper()
	if err := l.Ask(request, answer); err != nil {
		t.Fatal(err)
	}
}
