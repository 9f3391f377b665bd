package integration

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/teleport-operator-caf/tests/harness"
	"github.com/teleport-operator-caf/tests/teleport"
)

// mostMemory is what the operator may ever take, whatever is poured into it.
const mostMemory = 80 << 20

// badPatience is for a bad answer that only the end of a time limit shows.
const badPatience = 100 * time.Second

// A badAnswerCase is one bad answer and what the operator makes of it.
type badAnswerCase struct {
	name string
	says []string // in one line of the log
	// front is what stands before the proxy, direct is that the operator dials auth.
	front  string
	direct bool
	// met is when the operator meets it.
	met meeting
}

type meeting int

const (
	// starting: it is there from the beginning; the operator waits for better answers.
	starting meeting = iota
	// connected: the operator has worked before, and has lost its connections.
	connected
	// ending is starting with what takes so long, or is so hopeless, that the process ends.
	ending
	// overcome is starting with what there is a way around.
	overcome
)

const balanced = teleport.FrontBalancer

var badAnswerCases = []badAnswerCase{
	{name: "tcp-closed", says: []string{"TLS handshake", "closed the connection without a word"}},
	{name: "tcp-silent", says: []string{"TLS handshake", "timed out"}, met: connected, direct: true},
	{name: "tls-garbage", says: []string{"is not TLS"}, met: connected},
	{name: "tls-garbage", says: []string{"is not TLS", "-auth-server"}, met: ending, direct: true},
	{name: "tls-alert", says: []string{"TLS alert: handshake failure"}},
	{name: "tls-plain-http", says: []string{"is this a TLS port?"}, met: connected},
	{name: "tls-ssh", says: []string{"is this a TLS port?"}, met: connected, direct: true},
	{name: "tls-half-record", says: []string{"closed the connection without a word"}},

	{name: "certificate-other-host", met: connected, front: balanced,
		says: []string{"certificate is not accepted", "mismatch", "elsewhere.example.net"}},
	{name: "certificate-expired", met: connected, front: balanced,
		says: []string{"certificate is not accepted", "has expired"}},
	{name: "certificate-other-ca", met: connected, front: balanced,
		says: []string{"certificate is not accepted", "Stranger"}},
	{name: "certificate-other-ca", says: []string{"certificate is not accepted", "SSL_CERT_FILE"}, met: ending},

	{name: "grpc-silent", says: []string{"Ping", "Deadline Exceeded"}, met: connected, direct: true},
	{name: "grpc-garbage", says: []string{"Ping"}, met: connected, direct: true},
	{name: "grpc-plain-http", says: []string{"Ping", "http1.x server"}, met: connected, direct: true},
	{name: "grpc-huge-frame", says: []string{"Ping"}, met: connected, direct: true},
	{name: "grpc-closed", says: []string{"Ping"}, met: connected, direct: true},
	{name: "join-cut", met: overcome},
	{name: "join-silent", says: []string{"Join", "Deadline Exceeded"}, met: ending},

	{name: "find-endless", says: []string{"/webapi/find", "longer than"}},
	{name: "find-truncated", says: []string{"/webapi/find", "in the middle of its answer"}},
	{name: "find-slow", says: []string{"/webapi/find", "timed out"}, met: ending},
	{name: "find-html", says: []string{"a Teleport server?"}},
	{name: "find-deep", says: []string{"a Teleport server?"}},
	{name: "find-wrong-types", says: []string{"a Teleport server?"}},
	{name: "find-redirect", says: []string{"a Teleport server?"}},
	{name: "find-no-body", says: []string{"a Teleport server?"}},
	{name: "headers-endless", says: []string{"/webapi/find", "too long"}},
	{name: "headers-slow", says: []string{"/webapi/find", "timed out"}, met: ending},
	{name: "headers-truncated", says: []string{"/webapi/find", "closed the connection"}},
	{name: "headers-garbage", says: []string{"/webapi/find", "is this a Teleport server?"}},

	{name: "websocket-wrong-accept", met: connected, front: balanced,
		says: []string{"WebSocket handshake failed: invalid Sec-WebSocket-Accept"}},
	{name: "websocket-wrong-protocol", met: connected, front: balanced,
		says: []string{"WebSocket handshake failed: Sec-WebSocket-Protocol does not match"}},
	{name: "websocket-no-protocol", met: ending, front: balanced,
		says: []string{"WebSocket handshake failed: Sec-WebSocket-Protocol does not match"}},
	{name: "websocket-garbage", says: []string{"WebSocket frame", "reserved bits"}, front: balanced},
	{name: "websocket-silent", says: []string{"TLS handshake", "timed out"}, met: connected, front: balanced},
	{name: "websocket-closed", says: []string{"closed the connection without a word"}, front: balanced},
	{name: "websocket-huge-frame", says: []string{"answer is not TLS"}, front: balanced},
	{name: "websocket-negative-length", says: []string{"WebSocket frame", "2^63"}, front: balanced},
	{name: "websocket-reserved-bits", says: []string{"WebSocket frame", "reserved bits"}, front: balanced},
	{name: "websocket-masked", says: []string{"WebSocket frame", "must not mask"}, front: balanced},
	{name: "websocket-long-ping", says: []string{"WebSocket frame", "too long"}, front: balanced},
	{name: "websocket-pings-only", says: []string{"TLS handshake", "timed out"}, met: connected, front: balanced},
}

// Whatever is answered in place of what should be, the operator says what is wrong, stays alive and
// small, is not ready, and is there again as soon as the answers are good.
func TestBadAnswers(t *testing.T) {
	t.Parallel()
	for _, c := range badAnswerCases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := harness.NewTest(t)
			op := meetBadAnswer(h, c)
			if c.met != overcome {
				says(h, op, c.says...)
			}
			if c.met == ending {
				if code, err := op.WaitExit(badPatience); err != nil || code != 1 {
					t.Errorf("exit code %d, %v", code, err)
				}
			} else {
				staysAliveAndSmall(h, op)
			}
			if c.met != overcome {
				setSwitches(h, teleport.Switches{Front: c.front})
			}
			if c.met == ending {
				op = h.LaunchOperator(harness.OperatorOptions{Direct: c.direct})
			}
			if err := op.WaitReady(h.Context, badPatience); err != nil {
				t.Fatal(err)
			}
			arrives(h, "arrived")
			staysAliveAndSmall(h, op)
		})
	}
}

func TestEveryBadAnswerHasACase(t *testing.T) {
	t.Parallel()
	for _, name := range teleport.BadAnswers() {
		if !slices.ContainsFunc(badAnswerCases, func(c badAnswerCase) bool { return c.name == name }) {
			t.Errorf("nobody tests the bad answer %q", name)
		}
	}
}

// meetBadAnswer answers an operator that is not ready because of it.
func meetBadAnswer(h *harness.Test, c badAnswerCase) *harness.Operator {
	h.Helper()
	bad := teleport.Switches{Front: c.front, BadAnswer: c.name}
	opts := harness.OperatorOptions{Direct: c.direct}
	if c.met != connected {
		setSwitches(h, bad)
		return h.LaunchOperator(opts)
	}
	setSwitches(h, teleport.Switches{Front: c.front})
	op := h.StartOperatorWith(opts)
	setSwitches(h, bad)
	h.Teleport.DropConnections()
	h.EventuallyIn(badPatience, "readiness ends", func(ctx context.Context) error {
		status, _, err := op.Probe(ctx, "/readyz")
		if err == nil && status == http.StatusOK {
			err = errors.New("still ready")
		}
		return err
	})
	return op
}

func staysAliveAndSmall(h *harness.Test, op *harness.Operator) {
	h.Helper()
	h.Eventually("/healthz answers", func(ctx context.Context) error {
		status, body, err := op.Probe(ctx, "/healthz")
		if err == nil && status != http.StatusOK {
			err = fmt.Errorf("%d %s", status, body)
		}
		return err
	})
	peak, err := op.PeakResidentBytes()
	if err != nil {
		h.Fatal(err)
	}
	if peak > mostMemory {
		h.Errorf("%d MiB resident at the peak, wanted at most %d", peak>>20, mostMemory>>20)
	}
}
