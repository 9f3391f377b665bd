package integration

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gravitational/teleport/api/types"

	"github.com/teleport-operator-caf/tests/harness"
	"github.com/teleport-operator-caf/tests/teleport"
)

// Every way to Teleport ends with a role in it.
func TestEachWayToTeleport(t *testing.T) {
	t.Parallel()
	rsa := types.SignatureAlgorithmSuite_SIGNATURE_ALGORITHM_SUITE_LEGACY
	cases := []struct {
		name     string
		teleport teleport.Options
		switches teleport.Switches
		operator harness.OperatorOptions
	}{
		{name: "through the proxy"},
		{name: "straight to auth", operator: harness.OperatorOptions{Direct: true}},
		{name: "RSA keys", teleport: teleport.Options{SignatureSuite: rsa}},
		{name: "proxy without the join stream", switches: teleport.Switches{WithoutJoinService: true}},
		{name: "auth without the join stream", switches: teleport.Switches{WithoutJoinService: true},
			operator: harness.OperatorOptions{Direct: true}},
		{name: "join stream without kubernetes", switches: teleport.Switches{JoinWithoutKubernetes: true}},
		{name: "server 17", teleport: teleport.Options{ServerVersion: "17.7.20"},
			switches: teleport.Switches{WithoutJoinService: true}},
		{name: "unverified proxy, as asked for", operator: harness.OperatorOptions{
			Flags: map[string]string{"insecure": "true"}, Env: []string{"SSL_CERT_FILE=/does/not/exist"}}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := harness.NewTestWith(t, harness.Settings{Teleport: c.teleport})
			if err := h.Teleport.SetSwitches(c.switches); err != nil {
				t.Fatal(err)
			}
			h.StartOperatorWith(c.operator)
			h.WaitReady(h.Create(harness.CR("TeleportRoleV7", "arrived", roleWithLogins("one"))))
			harness.InTeleport[*types.RoleV6](h, types.KindRole, "arrived")
		})
	}
}

func TestIdentityFileInPlaceOfAJoin(t *testing.T) {
	t.Parallel()
	for _, direct := range []bool{false, true} {
		t.Run(fmt.Sprintf("direct=%v", direct), func(t *testing.T) {
			t.Parallel()
			h := harness.NewTest(t)
			identity, err := h.Teleport.IdentityFile("bot-operator", []string{harness.OperatorRole}, time.Hour)
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(h.Dir, "identity")
			if err := os.WriteFile(path, identity, 0o600); err != nil {
				t.Fatal(err)
			}
			h.StartOperatorWith(harness.OperatorOptions{
				Direct: direct,
				Flags: map[string]string{
					"identity": path, "token": harness.Omit, "join-method": harness.Omit, "ca-pin": harness.Omit,
				},
				Env: []string{"KUBERNETES_TOKEN_PATH=/does/not/exist"},
			})
			h.WaitReady(h.Create(harness.CR("TeleportRoleV7", "arrived", roleWithLogins("one"))))
			if joins := h.Teleport.CallsOf("Join") + h.Teleport.CallsOf("RegisterUsingToken"); joins != 0 {
				t.Errorf("%d joins with an identity file", joins)
			}
		})
	}
}

// Readiness tells the truth about Teleport, and work goes on when it is back.
func TestLostTeleportShowsInReadinessAndComesBack(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	op := h.StartOperator()
	h.WaitReady(h.Create(harness.CR("TeleportRoleV7", "before", roleWithLogins("one"))))

	if err := h.Teleport.SetSwitches(teleport.Switches{Down: "all"}); err != nil {
		t.Fatal(err)
	}
	h.Eventually("readiness says that Teleport is lost", func(ctx context.Context) error {
		status, body, err := op.Probe(ctx, "/readyz")
		switch {
		case err != nil:
			return err
		case status == http.StatusOK:
			return errors.New("still ready")
		case !strings.Contains(strings.ToLower(body), "teleport"):
			return fmt.Errorf("it does not name Teleport: %s", body)
		}
		return nil
	})
	if status, body, err := op.Probe(h.Context, "/healthz"); err != nil || status != http.StatusOK {
		t.Errorf("/healthz answers %d %s %v while only Teleport is lost", status, body, err)
	}
	waiting := h.Create(harness.CR("TeleportRoleV7", "during", roleWithLogins("one")))
	h.WaitFinalizer(waiting)

	if err := h.Teleport.SetSwitches(teleport.Switches{}); err != nil {
		t.Fatal(err)
	}
	h.WaitReadyLater(waiting)
	if err := op.WaitReady(h.Context, 10*time.Second); err != nil {
		t.Error(err)
	}
}

func TestCutConnectionsAreMadeAnew(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	h.StartOperator()
	for i := range 3 {
		h.Teleport.DropConnections()
		h.WaitReadyLater(h.Create(harness.CR("TeleportRoleV7", fmt.Sprintf("after-cut-%d", i), roleWithLogins("one"))))
	}
}

// Short certificates: the operator renews before they end, and keeps working.
func TestCertificatesAreRenewed(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	h.StartOperatorWith(harness.OperatorOptions{
		Flags: map[string]string{"certificate-ttl": "10s", "renewal-interval": "2s"},
	})
	joins := func() int { return h.Teleport.CallsOf("Join") }
	first := joins()
	h.EventuallyIn(30*time.Second, "a second join", func(context.Context) error {
		if joins() <= first {
			return errors.New("not yet")
		}
		return nil
	})
	h.WaitReady(h.Create(harness.CR("TeleportRoleV7", "renewed", roleWithLogins("one"))))
}

// A bot whose role lacks a verb: the refusal is on the CR, the rest goes on.
func TestMissingPermissionIsOnTheCR(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	h.ApplyInTeleport(`
kind: role
version: v7
metadata: {name: operator}
spec: {allow: {rules: [{resources: [role, token], verbs: [list, create, read, update, delete]}]}}
`)
	h.StartOperator()
	user := h.Create(harness.CR("TeleportUser", "refused", "traits: {logins: [one]}"))
	h.WaitCondition(user, harness.Condition{
		Type: "SuccessfullyReconciled", Status: "False", Message: "access denied to perform action",
	})
	h.WaitReady(h.Create(harness.CR("TeleportRoleV7", "allowed", roleWithLogins("one"))))
}
