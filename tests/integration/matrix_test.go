package integration

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/gravitational/teleport/api/types"

	"github.com/teleport-operator-caf/tests/harness"
	"github.com/teleport-operator-caf/tests/teleport"
)

// The matrix: each way to a cluster, with each proof of who we are, to each version of it. In every
// cell the operator gets in, reconciles a role, renews what it got in with, and reconciles another.

// A matrixWay is how the operator reaches the cluster.
type matrixWay struct {
	name     string
	front    string
	operator harness.OperatorOptions
	// framing is that of the upgraded connections, "" for a way without.
	framing string
	// cannot says why the way does not exist to a server of this major version, "" if it does.
	cannot func(major int) string
}

func onlyMode(mode string) harness.OperatorOptions {
	return harness.OperatorOptions{Env: []string{"TELEPORT_TLS_ROUTING_CONN_UPGRADE_MODE=" + mode}}
}

var matrixWays = []matrixWay{
	{name: "direct", operator: harness.OperatorOptions{Direct: true}},
	{name: "TLS routing"},
	{name: "WebSocket upgrade", front: teleport.FrontBalancer, operator: onlyMode("websocket"),
		framing: "websocket", cannot: func(major int) string {
			if major < 15 {
				return "servers before 15 know no WebSocket upgrade"
			}
			return ""
		}},
	{name: "legacy upgrade", front: teleport.FrontBalancer, operator: onlyMode("legacy"),
		framing: "legacy", cannot: func(major int) string {
			if major > 18 {
				return "servers from 19 on know no legacy upgrade"
			}
			return ""
		}},
}

var matrixVersions = []struct {
	name, version string
	major         int
}{
	{"14", "14.3.33", 14},
	{"15", "15.5.4", 15},
	{"16", "16.5.18", 16},
	{"17", "17.7.20", 17},
	{"18 early", "18.1.0", 18},
	{"18 late", "18.8.2", 18},
	{"19", "19.0.0", 19},
}

// A matrixProof is what the operator gets in with.
type matrixProof struct {
	name string
	// prepare stores what the proof needs and answers the operator's flags for it.
	prepare func(h *harness.Test) map[string]string
	// renewed is nil once what the operator got in with was replaced.
	renewed func(h *harness.Test) error
}

var matrixProofs = []matrixProof{
	{"kubernetes", nothingToPrepare, joinedAgain},
	{"token", storeSingleUseToken, certifiedAgain},
	{"identity file", writeIdentityFile("bot-operator"), nil},
}

func TestMatrixOfWaysProofsAndVersions(t *testing.T) {
	t.Parallel()
	for _, way := range matrixWays {
		for _, proof := range matrixProofs {
			for _, server := range matrixVersions {
				t.Run(way.name+"/"+proof.name+"/"+server.name, func(t *testing.T) {
					t.Parallel()
					if way.cannot != nil {
						if why := way.cannot(server.major); why != "" {
							t.Skip(why)
						}
					}
					matrixCell(t, way, proof, server.version)
				})
			}
		}
	}
}

func matrixCell(t *testing.T, way matrixWay, proof matrixProof, version string) {
	h := harness.NewTestWith(t, harness.Settings{Teleport: teleport.Options{ServerVersion: version}})
	if err := h.Teleport.SetSwitches(teleport.Switches{Front: way.front}); err != nil {
		t.Fatal(err)
	}
	opts := way.operator
	opts.Flags = proof.prepare(h)
	opts.Flags["certificate-ttl"], opts.Flags["renewal-interval"] = "1m", "1s"
	op := h.StartOperatorWith(opts)
	h.WaitReady(h.Create(harness.CR("TeleportRoleV7", "first", roleWithLogins("one"))))

	if proof.renewed == nil {
		pickedUp(h)
	} else {
		// Servers up to 16 want RSA keys, several a renewal, which a busy machine makes slowly.
		h.EventuallyIn(badPatience, "a renewal", func(context.Context) error { return proof.renewed(h) })
	}
	h.WaitReady(h.Create(harness.CR("TeleportRoleV7", "second", roleWithLogins("two"))))
	if way.framing != "" && upgrades(h, way.framing) < 2 {
		t.Errorf("the proxy counts %v, wanted upgrades by %s at the start and at the renewal", h.Teleport.Calls(), way.framing)
	}
	h.Stop(op)
}

func nothingToPrepare(*harness.Test) map[string]string { return map[string]string{} }

func storeSingleUseToken(h *harness.Test) map[string]string {
	h.ApplyInTeleport(`
kind: token
version: v2
metadata: {name: single-use-secret}
spec: {roles: [Bot], bot_name: operator, join_method: token}
`)
	return map[string]string{"join-method": "token", "token": "single-use-secret"}
}

// joinedAgain: what joined by kubernetes is renewed by joining.
func joinedAgain(h *harness.Test) error {
	joins := 0
	for _, call := range []string{
		"Join", "RegisterUsingToken", "POST /v1/webapi/host/credentials", "POST /v1/tokens/register",
	} {
		joins += h.Teleport.CallsOf(call)
	}
	// The newer ways are tried first, so a join may count for several: certificates are the proof.
	if certified := h.Teleport.CallsOf("GenerateUserCerts"); joins < 2 || certified < 2 {
		return fmt.Errorf("%d calls to join, %d output certificates", joins, certified)
	}
	return nil
}

// certifiedAgain: first an output certificate, then at each renewal a bot certificate and another.
func certifiedAgain(h *harness.Test) error {
	if certified := h.Teleport.CallsOf("GenerateUserCerts"); certified < 3 {
		return fmt.Errorf("%d certificates", certified)
	}
	if h.Teleport.Get(types.KindToken, "single-use-secret") != nil {
		return errors.New("the single-use token is still there")
	}
	return nil
}

func identityPath(h *harness.Test) string { return filepath.Join(h.Dir, "identity") }

// writeIdentityFile replaces the file as a bot agent does, in one step.
func writeIdentityFile(user string) func(*harness.Test) map[string]string {
	return func(h *harness.Test) map[string]string {
		h.Helper()
		identity, err := h.Teleport.IdentityFile(user, []string{harness.OperatorRole}, time.Hour)
		if err != nil {
			h.Fatal(err)
		}
		if err := os.WriteFile(identityPath(h)+".new", identity, 0o600); err != nil {
			h.Fatal(err)
		}
		if err := os.Rename(identityPath(h)+".new", identityPath(h)); err != nil {
			h.Fatal(err)
		}
		return map[string]string{
			"identity": identityPath(h), "token": harness.Omit, "join-method": harness.Omit, "ca-pin": harness.Omit,
		}
	}
}

// pickedUp writes another identity and waits until roles are written as it.
func pickedUp(h *harness.Test) {
	h.Helper()
	h.ApplyInTeleport("kind: user\nversion: v2\nmetadata: {name: successor}\nspec: {roles: [" + harness.OperatorRole + "]}\n")
	writeIdentityFile("successor")(h)
	attempt := 0
	h.Eventually("work as the new identity", func(context.Context) error {
		attempt++
		h.WaitReady(h.Create(harness.CR("TeleportRoleV7", fmt.Sprintf("as-whom-%d", attempt), roleWithLogins("one"))))
		writes := h.Teleport.Audit()
		if by := writes[len(writes)-1].Caller; by != "successor" {
			return fmt.Errorf("the last write is by %q", by)
		}
		return nil
	})
}
