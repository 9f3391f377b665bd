package integration

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/gravitational/teleport/api/types"

	"github.com/teleport-operator-caf/tests/harness"
	"github.com/teleport-operator-caf/tests/teleport"
)

// Join tokens and service-account tokens that Teleport does not take (§10.2, §4.3).

// keepToken puts the guide's join token aside, giveBackToken stores it again.
func keepToken(w *troubled) {
	w.Helper()
	body, err := w.Teleport.GetJSON(types.KindToken, harness.JoinToken)
	w.must(err)
	w.kept = body
}

func giveBackToken(w *troubled) {
	w.Helper()
	w.must(w.Teleport.PutJSON(types.KindToken, w.kept))
}

// spoilToken puts the guide's token aside and changes it: a text in its JSON for another.
func spoilToken(before, after string) func(*troubled) {
	return func(w *troubled) {
		w.Helper()
		keepToken(w)
		spoilt := strings.Replace(string(w.kept), before, after, 1)
		if spoilt == string(w.kept) {
			w.Fatalf("the token has no %q: %s", before, w.kept)
		}
		w.must(w.Teleport.PutJSON(types.KindToken, []byte(spoilt)))
	}
}

func TestTroubleWithJoinTokens(t *testing.T) {
	t.Parallel()
	const accounts = "projected service-account token"
	runTroubles(t, []troubleRow{
		{
			name: "token deleted", word: "token_refused", shown: readyMeanwhile,
			begin: func(w *troubled) {
				keepToken(w)
				w.DeleteInTeleport(types.KindToken, harness.JoinToken)
			},
			end: giveBackToken, says: "token expired or not found", remedy: "tctl tokens ls",
		},
		{
			name: "token expired", word: "token_refused", shown: readyMeanwhile,
			begin: spoilToken(`"metadata":{`, `"metadata":{"expires":"2020-01-01T00:00:00Z",`),
			end:   giveBackToken, says: "token expired or not found", remedy: "tctl tokens ls",
		},
		{
			name: "token deleted, server without the join stream", word: "token_refused", shown: readyMeanwhile,
			teleport: teleport.Options{ServerVersion: "17.7.20"},
			begin: func(w *troubled) {
				keepToken(w)
				w.DeleteInTeleport(types.KindToken, harness.JoinToken)
			},
			end: giveBackToken, says: "token expired or not found", remedy: "tctl tokens ls",
		},
		{
			name: "wrong method", word: "join_method", shown: readyMeanwhile,
			begin: func(w *troubled) {
				keepToken(w)
				w.ApplyInTeleport(fmt.Sprintf("{kind: token, version: v2, metadata: {name: %s}, spec: {roles: [Bot], bot_name: operator, join_method: token}}", harness.JoinToken))
			},
			end: giveBackToken, says: "join method", remedy: "-join-method",
		},
		{
			name: "Kubernetes token refused: no allow rule", word: "kubernetes_token", shown: readyMeanwhile,
			begin: spoilToken(`:teleport-operator"`, `:another-account"`),
			end:   giveBackToken, says: "did not match any allow rules", remedy: accounts,
		},
		{
			name: "Kubernetes token refused: signed by another cluster", word: "kubernetes_token", shown: readyMeanwhile,
			begin: spoilToken(`\"n\":\"`, `\"n\":\"qqqq`),
			end:   giveBackToken, says: "validating jwt signature", remedy: accounts,
		},
		{
			name: "Kubernetes token refused: audience", word: "kubernetes_token", shown: readyMeanwhile,
			begin: func(w *troubled) {
				keepServiceAccountToken(w)
				token, err := harness.RequestToken(w.Context, w.Kube, w.Namespace, []string{"another"}, 10*time.Minute)
				w.must(err)
				w.write(w.JoinTokenFile(), []byte(token))
			},
			end: giveBackServiceAccountToken, says: "validating jwt claims", remedy: accounts,
		},
		{
			name: "service-account token file missing", word: "kubernetes_token", shown: readyMeanwhile,
			begin: func(w *troubled) {
				keepServiceAccountToken(w)
				w.must(os.Remove(w.JoinTokenFile()))
			},
			end: giveBackServiceAccountToken, says: "join-token", remedy: accounts,
		},
	})
}

func keepServiceAccountToken(w *troubled) {
	w.Helper()
	token, err := os.ReadFile(w.JoinTokenFile())
	w.must(err)
	w.kept = token
}

func giveBackServiceAccountToken(w *troubled) {
	w.Helper()
	w.write(w.JoinTokenFile(), w.kept)
}

// The two other types of Kubernetes join tokens: auth asks its own cluster, or the issuer.
func TestJoinsByInClusterAndOIDCTokens(t *testing.T) {
	t.Parallel()
	for _, kubernetes := range []string{
		"type: in_cluster", "type: oidc, oidc: {issuer: \"https://kubernetes.default.svc.cluster.local\"}",
	} {
		t.Run(kubernetes, func(t *testing.T) {
			t.Parallel()
			h := harness.NewTest(t)
			h.ApplyInTeleport(fmt.Sprintf(`{kind: token, version: v2, metadata: {name: %s}, spec: {roles: [Bot],
  bot_name: operator, join_method: kubernetes, kubernetes: {allow: [{service_account: "%s:%s"}], %s}}}`,
				harness.JoinToken, h.Namespace, harness.ServiceAccount, kubernetes))
			h.StartOperator()
			h.WaitReady(h.Create(harness.CR("TeleportRoleV7", "arrived", roleWithLogins("one"))))
		})
	}
}
