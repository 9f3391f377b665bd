package soak

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/gravitational/teleport/api/types"

	"github.com/teleport-operator-caf/tests/harness"
	"github.com/teleport-operator-caf/tests/teleport"
)

const (
	certificateTTL  = "20s"
	renewalInterval = "1s" // the shortest that there is
	// renewalPatience is how long one renewal may take on a busy machine.
	renewalPatience = 60 * time.Second
	// warmUp is how many renewals pass before memory is measured: connections, threads and allocator
	// arenas are there then.
	warmUp = 15
)

// The operator renews its certificates all the time, by both methods, both CAs of the cluster are
// rotated under it, and people edit CRs meanwhile. No CR ever says anything but that all is well, and
// the process doesn't grow.
func TestStaysJoined(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"kubernetes", "token"} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			stayJoined(harness.NewTest(t), method)
		})
	}
}

func stayJoined(h *harness.Test, method string) {
	op := h.StartOperatorWith(operatorOf(h, method))
	soaked := &soak{h, op}
	seen := h.Witness(crKinds()...)
	people := startPeople(h, seen)

	renewals := number(h.TB, renewalsEnv, fewRenewals)
	rotations := number(h.TB, rotationsEnv, fewRotations)
	soaked.waitRenewals(warmUp)
	size := watchSize(h, op)
	each := (renewals - warmUp) / rotations
	for range rotations {
		begun := soaked.renewals()
		soaked.rotateCAs()
		soaked.waitRenewals(begun + each)
	}
	soaked.waitRenewals(renewals)
	size.mustNotHaveGrown()

	edits := people.stop()
	h.Logf("%d renewals, %d rotations of both CAs, %d edits", soaked.renewals(), rotations, edits)
	soaked.mustHaveBeenQuiet(seen)
}

// operatorOf gives the cluster what the join method needs. Each method goes another way: through the
// proxy, or straight to auth.
func operatorOf(h *harness.Test, method string) harness.OperatorOptions {
	h.Helper()
	opts := harness.OperatorOptions{Flags: map[string]string{
		"certificate-ttl": certificateTTL, "renewal-interval": renewalInterval,
	}}
	if method == "token" {
		const token = "single-use-token-of-the-soak"
		h.ApplyInTeleport(`
kind: token
version: v2
metadata: {name: ` + token + `}
spec: {roles: [Bot], bot_name: ` + harness.BotName + `, join_method: token}
`)
		opts.Direct = true
		opts.Flags["join-method"] = "token"
		opts.Flags["token"] = token
	}
	return opts
}

type soak struct {
	h  *harness.Test
	op *harness.Operator
}

// renewals that went well so far.
func (s *soak) renewals() int {
	s.h.Helper()
	return int(s.scrape().Sum("teleport_operator_joins_total", "purpose", "renewal", "result", "ok"))
}

func (s *soak) scrape() harness.Metrics {
	s.h.Helper()
	scraped, err := s.op.Scrape(s.h.Context)
	if err != nil {
		s.h.Fatal(err)
	}
	return scraped
}

func (s *soak) waitRenewals(wanted int) {
	s.h.Helper()
	for now := s.renewals(); now < wanted; {
		last := now
		s.h.EventuallyIn(renewalPatience, "a renewal", slowly(func() error {
			if now = s.renewals(); now == last {
				return fmt.Errorf("there were %d of %d", now, wanted)
			}
			return nil
		}))
	}
}

// slowly keeps a wait from taking the machine's time: the operator under test shares it.
func slowly(check func() error) func(context.Context) error {
	pace := time.NewTicker(250 * time.Millisecond)
	return func(ctx context.Context) error {
		select {
		case <-pace.C:
		case <-ctx.Done():
		}
		return check()
	}
}

// rotateCAs leads both CAs from one to the next. Every phase lasts until the operator has certificates
// that were issued in it, which is what an administrator waits for.
func (s *soak) rotateCAs() {
	s.h.Helper()
	for _, phase := range teleport.RotationPhases {
		for _, ca := range []types.CertAuthType{types.HostCA, types.UserCA} {
			if err := s.h.Teleport.RotateCA(ca, phase); err != nil {
				s.h.Fatal(err)
			}
		}
		// The first one to end may have begun before the phase did.
		s.waitRenewals(s.renewals() + 2)
	}
}

// mustHaveBeenQuiet: nobody who looks at CRs, Events, metrics or the log has noticed anything.
func (s *soak) mustHaveBeenQuiet(seen *harness.Witness) {
	s.h.Helper()
	for _, failure := range seen.Failures() {
		s.h.Errorf("a user saw: %s", failure)
	}
	for _, event := range s.h.WarningEvents() {
		s.h.Errorf("a Warning: %s", event)
	}
	scraped := s.scrape()
	for _, counter := range []string{"controller_runtime_reconcile_errors_total", "teleport_operator_actor_restarts_total"} {
		if n := scraped.Sum(counter); n != 0 {
			s.h.Errorf("%s is %v", counter, n)
		}
	}
	all := scraped.Sum("teleport_operator_joins_total")
	good := scraped.Sum("teleport_operator_joins_total", "result", "ok")
	if all != good {
		s.h.Errorf("%v of %v attempts to join or renew failed", all-good, all)
	}
	logs, _ := s.op.Output.Logs()
	for _, line := range logs {
		if level := line.Text("level"); level == "warn" || level == "warning" || level == "error" {
			s.h.Errorf("the log has: %v", line)
		}
	}
}
