package teleport

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	authenticationv1 "k8s.io/api/authentication/v1"
)

// tokenOfType replaces the guide's token by one of another kubernetes type.
func (w *world) tokenOfType(t *testing.T, kubernetes string) {
	t.Helper()
	must(t, w.Apply(fmt.Appendf(nil, `{kind: token, version: v2, metadata: {name: %s}, spec: {roles: [Bot],
	  bot_name: operator, join_method: kubernetes, kubernetes: {allow: [{service_account: "teleport-iac:teleport-operator"}], %s}}}`,
		kubeToken, kubernetes)))
}

func TestTokensAreReviewedInCluster(t *testing.T) {
	t.Parallel()
	good := authenticationv1.UserInfo{
		Username: "system:serviceaccount:teleport-iac:teleport-operator", Groups: []string{serviceAccounts},
		Extra: map[string]authenticationv1.ExtraValue{podNameExtra: {"teleport-operator-0"}},
	}
	with := func(spoil func(*authenticationv1.UserInfo)) authenticationv1.TokenReviewStatus {
		user := good
		spoil(&user)
		return authenticationv1.TokenReviewStatus{Authenticated: true, User: user}
	}
	tests := map[string]struct {
		status  authenticationv1.TokenReviewStatus
		failure error
		text    string
	}{
		"good":     {status: with(func(*authenticationv1.UserInfo) {})},
		"refused":  {status: authenticationv1.TokenReviewStatus{Error: "expired"}, text: "kubernetes failed to validate token: expired"},
		"down":     {failure: errors.New("no route"), text: "error during the Kubernetes TokenReview"},
		"a person": {status: with(func(u *authenticationv1.UserInfo) { u.Username = "alice" }), text: "token user is not a service account: alice"},
		"groups":   {status: with(func(u *authenticationv1.UserInfo) { u.Groups = nil }), text: "does not belong to"},
		"unbound":  {status: with(func(u *authenticationv1.UserInfo) { u.Extra = nil }), text: "legacy SA tokens are not accepted"},
		"stranger": {status: with(func(u *authenticationv1.UserInfo) { u.Username = "system:serviceaccount:a:b" }), text: "did not match any allow rules"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var asked [][]string
			w := newWorld(t, Options{ReviewToken: func(_ context.Context, _ string, audiences []string) (authenticationv1.TokenReviewStatus, error) {
				asked = append(asked, audiences)
				return test.status, test.failure
			}})
			w.tokenOfType(t, "type: in_cluster")
			_, _, err := streamJoin(t, w.dial(t, w.direct()), kubeToken, w.kube.token(t, claims()))
			if (err == nil) != (test.text == "") || (err != nil && !strings.Contains(err.Error(), test.text)) {
				t.Errorf("error %v, want one with %q", err, test.text)
			}
			if len(asked) == 0 || asked[0][0] != DefaultClusterName {
				t.Errorf("asked for the audiences %v", asked)
			}
		})
	}
}

func TestTokensAreVerifiedWithTheirIssuersKeys(t *testing.T) {
	t.Parallel()
	kube := newKubernetes(t)
	mux := http.NewServeMux()
	issuer := httptest.NewServer(mux)
	t.Cleanup(issuer.Close)
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]string{"issuer": issuer.URL, "jwks_uri": issuer.URL + "/keys"})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(kube.jwks)) })

	tests := map[string]struct {
		spoil func(map[string]any)
		text  string
	}{
		"good":         {func(map[string]any) {}, ""},
		"other issuer": {func(c map[string]any) { c["iss"] = "https://other" }, "validating jwt claims"},
		"audience":     {func(c map[string]any) { c["aud"] = "other" }, "validating jwt claims"},
		"unbound":      {func(c map[string]any) { delete(c, "kubernetes.io") }, "oidc joining requires the use of a projected pod bound"},
	}
	w := newWorld(t, Options{IssuerClient: issuer.Client()})
	w.tokenOfType(t, fmt.Sprintf("type: oidc, oidc: {issuer: %q}", issuer.URL))
	for name, test := range tests {
		said := claims()
		said["iss"] = issuer.URL
		test.spoil(said)
		_, _, err := streamJoin(t, w.dial(t, w.direct()), kubeToken, kube.token(t, said))
		if (err == nil) != (test.text == "") || (err != nil && !strings.Contains(err.Error(), test.text)) {
			t.Errorf("%s: error %v, want one with %q", name, err, test.text)
		}
	}
	w.tokenOfType(t, `type: oidc, oidc: {issuer: "http://127.0.0.1:1"}`)
	_, _, err := streamJoin(t, w.dial(t, w.direct()), kubeToken, kube.token(t, claims()))
	if err == nil || !strings.Contains(err.Error(), "reviewing kubernetes token with oidc") {
		t.Errorf("issuer that is not there: %v", err)
	}
}
