package integration

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/gravitational/teleport/api/types"

	"github.com/teleport-operator-caf/tests/harness"
	"github.com/teleport-operator-caf/tests/teleport"
)

// Identities that are used up, used elsewhere, over, or dated by a wrong clock (§3.5, §10.2).

// joinsBySecret are the flags of an operator that joins by a single-use token, which it reads from a
// file.
func joinsBySecret(more ...string) harness.OperatorOptions {
	flags := map[string]string{"join-method": "token", "token": "$DIR/secret"}
	for i := 0; i+1 < len(more); i += 2 {
		flags[more[i]] = more[i+1]
	}
	return harness.OperatorOptions{Flags: flags}
}

// newSecret stores a single-use token in Teleport and gives it to the operator.
func newSecret(name string) func(*troubled) {
	return func(w *troubled) {
		w.Helper()
		w.ApplyInTeleport(fmt.Sprintf("{kind: token, version: v2, metadata: {name: %s}, spec: {roles: [Bot], bot_name: operator, join_method: token}}", name))
		w.write(w.inDir("secret"), []byte(name+"\n"))
	}
}

// outlive keeps the cluster away until the operator's certificates are over, which last that long.
func outlive(life time.Duration) func(*troubled) { return outliveInto(life, teleport.Switches{}) }

// outliveInto is outlive with a cluster that is another one afterwards.
func outliveInto(life time.Duration, next teleport.Switches) func(*troubled) {
	return func(w *troubled) {
		w.Helper()
		w.setSwitches(teleport.Switches{Down: "all"})
		w.EventuallyIn(life+troublePatience, "the end of the bot's certificate", func(ctx context.Context) error {
			metrics, err := w.op.Scrape(ctx)
			if err != nil {
				return err
			}
			end := metrics.Sum("teleport_operator_certificate_expiry_timestamp_seconds", "identity", "bot")
			if left := end - float64(time.Now().Unix()); left > 0 {
				return fmt.Errorf("%v s left", left)
			}
			return nil
		})
		w.setSwitches(next)
	}
}

func TestTroubleWithSingleUseTokens(t *testing.T) {
	t.Parallel()
	const life = 6 * time.Second
	short := []string{"certificate-ttl", life.String(), "renewal-interval", "2s"}
	runTroubles(t, []troubleRow{
		{
			name: "own identity expired, single-use token used up", word: "identity_expired", shown: notReady,
			operator: joinsBySecret(short...), prepare: newSecret("first-secret"),
			begin: outlive(life), end: newSecret("second-secret"),
			says: "token expired or not found", remedy: "give the operator a new join token",
		},
		{
			name: "generation mismatch", word: "generation_mismatch", shown: eitherWay,
			operator: joinsBySecret(), prepare: newSecret("first-secret"),
			begin: func(w *troubled) { w.Teleport.UseElsewhere() },
			end: func(w *troubled) {
				w.must(w.Teleport.Unlock("bot-operator"))
				newSecret("second-secret")(w)
			},
			says: "generation mismatch", remedy: "give the operator a new join token",
		},
		{
			// Twice, since the fault may first meet the call for the operator's own certificate.
			name: "answer to a renewal lost", word: "generation_mismatch", shown: readyMeanwhile,
			operator: joinsBySecret(), prepare: newSecret("first-secret"),
			begin: func(w *troubled) {
				w.must(w.Teleport.SetFaults(teleport.Fault{
					Method: "GenerateUserCerts", Code: teleport.Drop, AfterEffect: true, Count: 2,
				}))
			},
			end: func(w *troubled) {
				if locks := w.Teleport.List(types.KindLock); len(locks) != 0 {
					w.Errorf("the bot renewed with an old generation: %v", locks)
				}
				newSecret("second-secret")(w)
			},
			says: "not tried again with the same generation", remedy: "give the operator a new join token",
		},
		{
			name: "old server, second use of a renewable bot", word: "renewable_used", shown: notReady,
			teleport: teleport.Options{ServerVersion: "15.5.4"},
			operator: joinsBySecret(short...), prepare: newSecret("first-secret"),
			begin: func(w *troubled) {
				outlive(life)(w)
				newSecret("second-secret")(w)
			},
			end: func(w *troubled) {
				w.DeleteInTeleport(types.KindBot, "operator")
				w.ApplyInTeleport(guideBot)
				newSecret("third-secret")(w)
			},
			says: "already been issued a renewable certificate", remedy: "delete the bot and create it anew",
		},
	})
}

// A single-use token is no use to a second process: it ends, and says why.
func TestSingleUseTokenReusedAtStart(t *testing.T) {
	t.Parallel()
	w := &troubled{Test: harness.NewTest(t)}
	newSecret("only-secret")(w)
	w.StartOperatorWith(w.options(joinsBySecret()))
	mustFailToStart(w.Test, w.options(joinsBySecret()), 1, "token expired or not found", "tctl tokens ls")
}

func TestNoJoinTokenConfigured(t *testing.T) {
	t.Parallel()
	mustFailToStart(harness.NewTest(t), flag("token", ""), 0, "-token")
}

// Two who renew at once: Teleport says "try again", and that is all there is to it.
func TestConcurrentGenerationUpdateIsTriedAgain(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string]harness.OperatorOptions{"token": joinsBySecret(), "kubernetes": {}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := &troubled{Test: harness.NewTest(t)}
			newSecret("first-secret")(w)
			w.op = w.StartOperatorWith(w.options(opts))
			method := map[string]string{"token": "GenerateUserCerts", "kubernetes": "Join"}[name]
			w.must(w.Teleport.SetFaults(teleport.Fault{
				Method: method, Code: "FAILED_PRECONDITION", Message: "Database comparison failed, try the request again", Count: 1,
			}))
			w.EventuallyIn(troublePatience, "the refusal", func(context.Context) error {
				if len(w.Teleport.Faults()) > 0 {
					return errors.New("not renewed yet")
				}
				return nil
			})
			calls := w.Teleport.CallsOf(method)
			w.EventuallyIn(troublePatience, "another renewal", func(context.Context) error {
				if w.Teleport.CallsOf(method) <= calls {
					return errors.New("not yet")
				}
				return nil
			})
			w.WaitReady(w.Create(harness.CR("TeleportRoleV7", "after", roleWithLogins("one"))))
			w.must(w.op.WaitReady(w.Context, 10*time.Second))
		})
	}
}

// A Kubernetes bot needs nobody when its identity is over: it joins anew.
func TestOwnIdentityExpiredKubernetes(t *testing.T) {
	t.Parallel()
	const life = 5 * time.Second
	w := &troubled{Test: harness.NewTest(t)}
	w.op = w.StartOperatorWith(w.options(harness.OperatorOptions{
		Flags: map[string]string{"certificate-ttl": life.String(), "renewal-interval": "2s"},
	}))
	waiting := harness.CR("TeleportRoleV7", "meanwhile", roleWithLogins("one"))
	outlive(life)(w)
	w.WaitReadyLater(w.Create(waiting))
	w.must(w.op.WaitReady(w.Context, 20*time.Second))
}

func TestTroubleWithClocks(t *testing.T) {
	t.Parallel()
	wrong := func(seconds int) func(*troubled) {
		return func(w *troubled) {
			w.setSwitches(teleport.Switches{Troubles: teleport.Troubles{ClockOffsetSeconds: seconds}})
		}
	}
	runTroubles(t, []troubleRow{
		{
			name: "server's clock ahead: identity not yet valid", word: "clock_skew", shown: readyMeanwhile,
			begin: wrong(300), end: wrong(0), says: "valid", remedy: "set the clocks",
		},
		{
			name: "server's clock far ahead", word: "clock_skew", shown: eitherWay,
			begin: wrong(2 * 3600), end: wrong(0), says: "", remedy: "set the clocks",
		},
		{
			name: "server's clock behind", word: "clock_skew", shown: readyMeanwhile,
			begin: wrong(-2 * 3600), end: wrong(0), says: "", remedy: "set the clocks",
		},
	})
}

// identityFile are the flags of an operator that has an identity file and nothing to join with.
var identityFile = harness.OperatorOptions{
	Flags: map[string]string{
		"identity": "$DIR/identity", "token": harness.Omit, "join-method": harness.Omit,
	},
	Env: []string{"KUBERNETES_TOKEN_PATH=/does/not/exist"},
}

// The identity file's certificate ends: said, and over when the file is replaced.
func TestTroubleWithAnIdentityFile(t *testing.T) {
	t.Parallel()
	put := func(life time.Duration) func(*troubled) {
		return func(w *troubled) {
			w.Helper()
			identity, err := w.Teleport.IdentityFile("bot-operator", []string{harness.OperatorRole}, life)
			w.must(err)
			w.write(w.inDir("identity"), identity)
		}
	}
	runTroubles(t, []troubleRow{{
		name: "own identity expired: identity file", word: "identity_expired", shown: notReady,
		operator: identityFile, prepare: put(4 * time.Second), begin: func(*troubled) {}, end: put(time.Hour),
		remedy: "a new identity file",
	}})
}
