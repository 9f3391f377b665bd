package integration

import (
	"fmt"
	"testing"

	"github.com/gravitational/teleport/api/types"

	"github.com/teleport-operator-caf/tests/harness"
)

// Bots that are gone, locked, or not who they say (§10.2).

const guideBot = "{kind: bot, version: v1, metadata: {name: operator}, spec: {roles: [operator]}}"

func unlock(name string) func(*troubled) {
	return func(w *troubled) { w.must(w.Teleport.Unlock(name)) }
}

func TestTroubleWithTheBot(t *testing.T) {
	t.Parallel()
	runTroubles(t, []troubleRow{
		{
			name: "bot deleted", word: "bot_gone", shown: eitherWay, edits: true,
			begin: func(w *troubled) { w.DeleteInTeleport(types.KindBot, "operator") },
			end:   func(w *troubled) { w.ApplyInTeleport(guideBot) },
			says:  "access denied", remedy: "tctl bots ls",
		},
		{
			name: "bot's user locked", word: "locked", shown: eitherWay, edits: true,
			begin: func(w *troubled) { w.must(w.Teleport.Lock("bot-operator", "locked by this test")) },
			end:   unlock("bot-operator"),
			says:  "locked by this test", remedy: "tctl get locks",
		},
		{
			name: "bot's role locked", word: "locked", shown: eitherWay, edits: true,
			begin: func(w *troubled) { w.must(w.Teleport.LockRole("bot-operator", "locked by this test")) },
			end:   unlock("bot-operator"),
			says:  "locked by this test", remedy: "tctl get locks",
		},
		{
			name: "role of the operator locked", word: "locked", shown: eitherWay, edits: true,
			begin: func(w *troubled) { w.must(w.Teleport.LockRole(harness.OperatorRole, "locked by this test")) },
			end:   unlock(harness.OperatorRole),
			says:  "locked by this test", remedy: "tctl get locks",
		},
		{
			name: "role to impersonate missing", word: "impersonation", shown: eitherWay,
			begin: func(w *troubled) {
				var err error
				w.kept, err = w.Teleport.GetJSON(types.KindRole, harness.OperatorRole)
				w.must(err)
				w.DeleteInTeleport(types.KindRole, harness.OperatorRole)
			},
			end:  func(w *troubled) { w.must(w.Teleport.PutJSON(types.KindRole, w.kept)) },
			says: fmt.Sprintf("has requested role impersonation for %q", harness.OperatorRole), remedy: "tctl bots update",
		},
		{
			name: "role to impersonate not allowed", word: "impersonation", shown: readyMeanwhile,
			begin: func(w *troubled) {
				w.ApplyInTeleport("{kind: bot, version: v1, metadata: {name: operator}, spec: {roles: [operator, ghost]}}")
			},
			end:  func(w *troubled) { w.ApplyInTeleport(guideBot) },
			says: `has requested role impersonation for "ghost"`, remedy: "tctl bots update",
		},
	})
}
