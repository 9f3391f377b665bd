package harness

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"
	"testing"
	"time"
)

// patient is what may take long only when something is broken; brief is what must not happen.
const (
	patient = 10 * time.Second
	brief   = 200 * time.Millisecond
)

// echoServer answers every line with itself.
func echoServer(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				for lines := bufio.NewScanner(conn); lines.Scan(); {
					fmt.Fprintln(conn, lines.Text())
				}
			}()
		}
	}()
	return listener.Addr().String()
}

func layWire(t *testing.T) *Wire {
	t.Helper()
	wire, err := NewWire(echoServer(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(wire.Close)
	return wire
}

func dialWire(t *testing.T, wire *Wire) net.Conn {
	t.Helper()
	conn, err := net.DialTimeout("tcp", wire.Addr(), patient)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

func say(t *testing.T, conn net.Conn, line string) {
	t.Helper()
	if _, err := fmt.Fprintln(conn, line); err != nil {
		t.Fatal(err)
	}
}

func hear(conn net.Conn, within time.Duration) (string, error) {
	_ = conn.SetReadDeadline(time.Now().Add(within))
	return bufio.NewReader(conn).ReadString('\n')
}

func mustHear(t *testing.T, conn net.Conn, line string) {
	t.Helper()
	if heard, err := hear(conn, patient); err != nil || heard != line+"\n" {
		t.Fatalf("heard %q, %v; wanted %q", heard, err, line)
	}
}

func TestAWireCarriesAndCounts(t *testing.T) {
	t.Parallel()
	wire := layWire(t)
	conn := dialWire(t, wire)
	say(t, conn, "one")
	mustHear(t, conn, "one")
	if wire.Accepted() != 1 || wire.Open() != 1 || wire.Carried() != 8 {
		t.Errorf("%d accepted, %d open, %d bytes; wanted 1, 1, 8", wire.Accepted(), wire.Open(), wire.Carried())
	}
	conn.Close()
	err := Poll(t.Context(), patient, func(context.Context) error {
		if n := wire.Open(); n != 0 {
			return fmt.Errorf("%d open after the end of the only one", n)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestACutWireHoldsBytesBackAndLosesNewConnections(t *testing.T) {
	t.Parallel()
	wire := layWire(t)
	conn := dialWire(t, wire)
	for range 3 {
		if err := wire.Cut(); err != nil {
			t.Fatal(err)
		}
		say(t, conn, "held back")
		if heard, err := hear(conn, brief); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatalf("a cut wire carried %q, %v", heard, err)
		}
		if _, err := net.DialTimeout("tcp", wire.Addr(), brief); !isTimeout(err) {
			t.Fatalf("dialling over a cut wire: %v", err)
		}
		if err := wire.Mend(); err != nil {
			t.Fatal(err)
		}
		mustHear(t, conn, "held back")
		other := dialWire(t, wire)
		say(t, other, "new")
		mustHear(t, other, "new")
	}
	if n := wire.Accepted(); n != 4 {
		t.Errorf("%d connections were accepted, wanted the 4 of this test", n)
	}
}

func isTimeout(err error) bool {
	var network net.Error
	return errors.As(err, &network) && network.Timeout()
}

func TestAResetWireEndsConnectionsWithAnRST(t *testing.T) {
	t.Parallel()
	wire := layWire(t)
	conn := dialWire(t, wire)
	say(t, conn, "one")
	mustHear(t, conn, "one")
	wire.Reset()
	if heard, err := hear(conn, patient); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("heard %q, %v after a reset", heard, err)
	}
	other := dialWire(t, wire)
	say(t, other, "two")
	mustHear(t, other, "two")
}

func TestARefusingWireRefusesUntilItIsMended(t *testing.T) {
	t.Parallel()
	wire := layWire(t)
	wire.Refuse()
	if _, err := net.DialTimeout("tcp", wire.Addr(), patient); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("dialling a wire that refuses: %v", err)
	}
	if err := wire.Mend(); err != nil {
		t.Fatal(err)
	}
	conn := dialWire(t, wire)
	say(t, conn, "one")
	mustHear(t, conn, "one")
}
