package integration

import (
	"testing"
	"time"

	"github.com/gravitational/teleport/api/types"

	"github.com/teleport-operator-caf/tests/harness"
	"github.com/teleport-operator-caf/tests/teleport"
)

// Servers that want something else than this client: newer, older, more careful, less busy (§10.2).

func TestTroubleWithTheServer(t *testing.T) {
	t.Parallel()
	wants := func(troubles teleport.Troubles) func(*troubled) {
		return func(w *troubled) { w.setSwitches(teleport.Switches{Troubles: troubles}) }
	}
	runTroubles(t, []troubleRow{
		{
			name: "client too old", word: "client_too_old", shown: eitherWay, edits: true,
			begin: wants(teleport.Troubles{MinClientVersion: "99.0.0"}), end: wants(teleport.Troubles{}),
			says: "client version is unsupported", remedy: "update the operator",
		},
		{
			name: "rate limited", word: "rate_limited", shown: eitherWay, edits: true,
			begin: wants(teleport.Troubles{RateLimited: true}), end: wants(teleport.Troubles{}),
			says: "rate limit exceeded",
		},
	})
}

// An exported identity of a person in a cluster that wants MFA for administration: calls are refused,
// whatever they are about. Nothing has to be connected anew.
func TestMFAForAdminActions(t *testing.T) {
	t.Parallel()
	row := troubleRow{
		word: "mfa_required", shown: notReady, says: "requires MFA verification", remedy: "use a bot's identity",
	}
	w := &troubled{Test: harness.NewTest(t)}
	w.ApplyInTeleport("{kind: user, version: v2, metadata: {name: alice}, spec: {roles: [operator]}}")
	identity, err := w.Teleport.IdentityFile("alice", []string{harness.OperatorRole}, time.Hour)
	w.must(err)
	w.write(w.inDir("identity"), identity)
	w.op = w.StartOperatorWith(w.options(identityFile))
	w.setSwitches(teleport.Switches{Troubles: teleport.Troubles{AdminMFA: true}})
	refused := w.Create(harness.CR("TeleportRoleV7", "refused", roleWithLogins("one")))
	w.waitTrouble(row)
	w.waitShown(row)
	w.setSwitches(teleport.Switches{})
	w.WaitReadyLater(refused)
	w.waitOver(row)
}

// A bot whose role lacks a verb: on the CR, and no trouble of the connection. It is over with the verb.
func TestMissingPermissionForAKindIsOver(t *testing.T) {
	t.Parallel()
	w := &troubled{Test: harness.NewTest(t)}
	role, err := w.Teleport.GetJSON(types.KindRole, harness.OperatorRole)
	w.must(err)
	w.ApplyInTeleport(`
kind: role
version: v7
metadata: {name: operator}
spec: {allow: {rules: [{resources: [user, token], verbs: [list, create, read, update, delete]}]}}
`)
	w.op = w.StartOperator()
	refused := w.Create(harness.CR("TeleportRoleV7", "refused", roleWithLogins("one")))
	w.WaitCondition(refused, harness.Condition{
		Type: "SuccessfullyReconciled", Status: "False", Message: "access denied to perform action",
	})
	w.mustNotBeTroubled()
	w.must(w.Teleport.PutJSON(types.KindRole, role))
	w.WaitReadyLater(refused)
}

// A server that lacks a call that is only nice to have is no trouble.
func TestServerTooOldForSomeCalls(t *testing.T) {
	t.Parallel()
	w := &troubled{Test: harness.NewTest(t)}
	for _, method := range []string{"SubmitHeartbeat", "GetAuthPreference", "WatchEvents", "Join"} {
		w.must(w.Teleport.SetFaults(teleport.Fault{Method: method, Code: "UNIMPLEMENTED"}))
	}
	w.op = w.StartOperatorWith(w.options(harness.OperatorOptions{}))
	w.WaitReady(w.Create(harness.CR("TeleportRoleV7", "after", roleWithLogins("one"))))
	w.mustNotBeTroubled()
}

// Rows of the table that an operator without any state of its own does not have.
func TestRowsThatCannotApply(t *testing.T) {
	t.Parallel()
	for row, why := range map[string]string{
		"no identity stored and no token configured": "nothing is ever stored: TestNoJoinTokenConfigured is what is left of it",
		"join token changed in configuration":        "there is no stored identity that would have to be discarded: the next join takes the new token (TestTroubleWithSingleUseTokens)",
	} {
		t.Run(row, func(t *testing.T) { t.Skip(why) })
	}
}
