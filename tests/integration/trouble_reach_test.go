package integration

import (
	"strings"
	"testing"
	"time"

	"github.com/teleport-operator-caf/tests/harness"
	"github.com/teleport-operator-caf/tests/teleport"
)

// Clusters that can't be reached, or not this way (§10.2).

// switched turns switches on and cuts what is connected, so that it shows.
func switched(next teleport.Switches) func(*troubled) {
	return func(w *troubled) {
		w.Helper()
		w.setSwitches(next)
		w.Teleport.DropConnections()
	}
}

// afterOutage turns switches on while the operator has nothing to come back with: it has lost its
// connection and could not come back, so it begins with finding its way and joining.
func afterOutage(next teleport.Switches) func(*troubled) {
	return func(w *troubled) {
		w.Helper()
		switched(teleport.Switches{Down: "all"})(w)
		w.waitAttempts(1)
		w.setSwitches(next)
	}
}

var allWell = switched(teleport.Switches{})

func TestTroubleWithTheWay(t *testing.T) {
	t.Parallel()
	runTroubles(t, []troubleRow{
		{
			name: "proxy down", word: "unreachable", shown: notReady, edits: true,
			begin: switched(teleport.Switches{Down: "all"}), end: allWell,
			says: "127.0.0.1:", remedy: "check that -auth-server is right and can be reached",
		},
		{
			name: "auth down, dialled directly", word: "unreachable", shown: notReady, edits: true,
			operator: harness.OperatorOptions{Direct: true},
			begin:    switched(teleport.Switches{Down: "auth"}), end: allWell,
			says: "127.0.0.1:", remedy: "check that -auth-server is right and can be reached",
		},
		{
			name: "auth down, proxy up", word: "auth_down", shown: notReady, edits: true,
			begin: switched(teleport.Switches{Down: "auth"}), end: allWell,
			says: "auth", remedy: "check the auth service",
		},
		{
			name: "upgrade endpoint missing", word: "upgrade_unavailable", shown: notReady,
			begin: afterOutage(teleport.Switches{Front: teleport.FrontBalancer, Upgrade: teleport.UpgradeNone}), end: allWell,
			says: "Please upgrade the server", remedy: "let the load balancer pass TLS through",
		},
		{
			name: "TLS routing disabled and only proxy known", word: "no_tls_routing", shown: notReady,
			begin: afterOutage(teleport.Switches{Front: teleport.FrontNoTLSRouting}), end: allWell,
			says: "TLS routing", remedy: "set -auth-server to the auth service's address",
		},
		{
			name: "something else answers", word: "not_teleport", shown: notReady,
			begin: afterOutage(teleport.Switches{BadAnswer: "tls-plain-http"}), end: allWell,
			says: "a TLS port?", remedy: "the address of a Teleport proxy or auth server",
		},
	})
}

// An L7 balancer is put in front while the operator runs: it goes on by connection upgrades.
func TestBalancerThatStripsALPNAppears(t *testing.T) {
	t.Parallel()
	for _, front := range []string{teleport.FrontBalancer, teleport.FrontBalancerAlert, teleport.FrontBalancerH2} {
		t.Run(front, func(t *testing.T) {
			t.Parallel()
			w := &troubled{Test: harness.NewTest(t)}
			w.op = w.StartOperator()
			switched(teleport.Switches{Front: front})(w)
			w.WaitReadyLater(w.Create(harness.CR("TeleportRoleV7", "after", roleWithLogins("one"))))
			w.must(w.op.WaitReady(w.Context, 20*time.Second))
			if w.Teleport.CallsOf("GET /webapi/connectionupgrade") == 0 {
				t.Error("it did not upgrade")
			}
		})
	}
}

// At start a person waits: the name and what to do.
func TestStartWhereNobodyAnswers(t *testing.T) {
	t.Parallel()
	for name, address := range map[string]string{
		"DNS":                "no-such-host.invalid:443",
		"proxy port blocked": "127.0.0.1:1",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mustFailToStart(harness.NewTest(t), flag("auth-server", address), 1, strings.Split(address, ":")[0],
				"check that -auth-server is right")
		})
	}
}
