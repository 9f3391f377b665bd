package integration

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/gravitational/teleport/api/types"

	"github.com/teleport-operator-caf/tests/harness"
	"github.com/teleport-operator-caf/tests/teleport"
)

// CAs that rotate, pins and certificates that are not trusted (§10.1, §10.2).

// Rotations while the operator runs: it hears of each phase, renews, and is not cut off at the end,
// when the old CA is trusted by nobody any more.
func TestCARotationWhileRunning(t *testing.T) {
	t.Parallel()
	for _, kind := range []types.CertAuthType{types.HostCA, types.UserCA} {
		for _, direct := range []bool{false, true} {
			name := string(kind) + " CA through the proxy"
			if direct {
				name = string(kind) + " CA, auth dialled directly"
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				w := &troubled{Test: harness.NewTest(t)}
				w.op = w.StartOperatorWith(harness.OperatorOptions{Direct: direct}) // renews each 30 min
				for _, phase := range teleport.RotationPhases {
					joins, watches := w.Teleport.CallsOf("Join"), w.Teleport.CallsOf("WatchEvents")
					w.must(w.Teleport.RotateCA(kind, phase))
					if phase != "init" && phase != "update_servers" {
						waitRenewed(w, joins, watches)
					}
				}
				w.mustNotBeTroubled()
				w.Teleport.DropConnections()
				w.WaitReadyLater(w.Create(harness.CR("TeleportRoleV7", "after", roleWithLogins("one"))))
				w.must(w.op.WaitReady(w.Context, 10*time.Second))
			})
		}
	}
}

// A rotation that is taken back: the operator follows in both directions.
func TestCARotationRolledBack(t *testing.T) {
	t.Parallel()
	for _, kind := range []types.CertAuthType{types.HostCA, types.UserCA} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			w := &troubled{Test: harness.NewTest(t)}
			w.op = w.StartOperator()
			for _, phase := range []string{"init", "update_clients", "rollback", "standby"} {
				joins, watches := w.Teleport.CallsOf("Join"), w.Teleport.CallsOf("WatchEvents")
				w.must(w.Teleport.RotateCA(kind, phase))
				if phase != "init" {
					waitRenewed(w, joins, watches)
				}
			}
			w.mustNotBeTroubled()
			w.Teleport.DropConnections()
			w.WaitReadyLater(w.Create(harness.CR("TeleportRoleV7", "after", roleWithLogins("one"))))
		})
	}
}

// The stream that brings news of CAs ends; it is opened again, and rotations are heard of as before.
func TestCARotationAfterTheWatchWasDropped(t *testing.T) {
	t.Parallel()
	w := &troubled{Test: harness.NewTest(t)}
	w.op = w.StartOperator()
	watches := w.Teleport.CallsOf("WatchEvents")
	w.Teleport.DropWatches()
	w.EventuallyIn(troublePatience, "both streams opened again", func(context.Context) error {
		if now := w.Teleport.CallsOf("WatchEvents"); now < watches+2 {
			return fmt.Errorf("%d of %d", now-watches, 2)
		}
		return nil
	})
	joins, watches := w.Teleport.CallsOf("Join"), w.Teleport.CallsOf("WatchEvents")
	w.must(w.Teleport.RotateHostCA("init"))
	w.must(w.Teleport.RotateHostCA("update_clients"))
	waitRenewed(w, joins, watches)
	w.mustNotBeTroubled()
}

// waitRenewed waits for a join after so many, and for what is watched with what it brought.
func waitRenewed(w *troubled, joins, watches int) {
	w.Helper()
	w.EventuallyIn(troublePatience, "a renewal", func(context.Context) error {
		if w.Teleport.CallsOf("Join") <= joins || w.Teleport.CallsOf("WatchEvents") < watches+2 {
			return errors.New("not yet")
		}
		return nil
	})
}

// A rotation is over before the operator has heard of it: Teleport was down for it.
func TestHostCARotatedWhileAway(t *testing.T) {
	t.Parallel()
	w := &troubled{Test: harness.NewTest(t)}
	w.op = w.StartOperator()
	rotateWhileAway(w)
	w.WaitReadyLater(w.Create(harness.CR("TeleportRoleV7", "after", roleWithLogins("one"))))
	w.must(w.op.WaitReady(w.Context, 20*time.Second))
}

func rotateWhileAway(w *troubled) {
	w.Helper()
	w.setSwitches(teleport.Switches{Down: "all"})
	for _, phase := range teleport.RotationPhases {
		w.must(w.Teleport.RotateHostCA(phase))
	}
	w.setSwitches(teleport.Switches{})
}

// A pin is of one CA. When that is gone, a person has to say which one it is now: the running process
// says so, and one with the new pin works.
func TestCAPinDoesNotMatchAnyMore(t *testing.T) {
	t.Parallel()
	row := troubleRow{
		word: "pin_mismatch", shown: notReady, says: "cluster pin does not match", remedy: "compare -ca-pin",
	}
	w := &troubled{Test: harness.NewTest(t)}
	w.op = w.StartOperatorWith(w.options(harness.OperatorOptions{Direct: true}))
	rotateWhileAway(w)
	w.waitTrouble(row)
	w.waitShown(row)
	w.Stop(w.op)
	w.StartOperatorWith(harness.OperatorOptions{Direct: true})
	w.WaitReady(w.Create(harness.CR("TeleportRoleV7", "after", roleWithLogins("one"))))
}

func TestCAPinDoesNotMatchAtStart(t *testing.T) {
	t.Parallel()
	mustFailToStart(harness.NewTest(t), harness.OperatorOptions{
		Direct: true, Flags: map[string]string{"ca-pin": "sha256:" + strings.Repeat("ab", 32)},
	}, 1, "cluster pin does not match", "tctl status")
}

// The proxy's web certificate is looked at when there is no identity: after a long outage.
func TestTroubleWithTheWebCertificate(t *testing.T) {
	t.Parallel()
	const life = 6 * time.Second
	var rows []troubleRow
	for _, bad := range []string{"certificate-other-ca", "certificate-other-host", "certificate-expired"} {
		rows = append(rows, troubleRow{
			name: "proxy's certificate not trusted: " + bad, word: "not_trusted", shown: notReady,
			operator: harness.OperatorOptions{Flags: map[string]string{
				"certificate-ttl": life.String(), "renewal-interval": "2s",
			}},
			begin: outliveInto(life, teleport.Switches{BadAnswer: bad}), end: allWell,
			says: "certificate is not accepted", remedy: "SSL_CERT_FILE",
		})
	}
	runTroubles(t, rows)
}
