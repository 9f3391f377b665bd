package integration

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gravitational/teleport/api/types"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/teleport-operator-caf/tests/harness"
	"github.com/teleport-operator-caf/tests/teleport"
)

const lookupAnnotation = "resources.teleport.dev/allow-lookup-from-cr"

// putSecret creates the Secret, or changes its one value.
func putSecret(h *harness.Test, name, value, allowed string) {
	h.Helper()
	client := h.Kube.CoreV1().Secrets(h.Namespace)
	secret := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		StringData: map[string]string{"client_secret": value},
	}
	if allowed != "" {
		secret.Annotations = map[string]string{lookupAnnotation: allowed}
	}
	_, err := client.Get(h.Context, name, metav1.GetOptions{})
	if err == nil {
		_, err = client.Update(h.Context, secret, metav1.UpdateOptions{})
	} else {
		_, err = client.Create(h.Context, secret, metav1.CreateOptions{})
	}
	if err != nil {
		h.Fatalf("Secret %s: %v", name, err)
	}
}

// connector is a GitHub connector whose client secret is the text, a value or a reference.
func connector(name, clientSecret string) *unstructured.Unstructured {
	return harness.CR("TeleportGithubConnector", name, fmt.Sprintf(
		"{client_id: me, client_secret: %q, display: GitHub, redirect_url: 'https://example.com/cb',"+
			" teams_to_roles: [{organization: o, team: t, roles: [access]}]}", clientSecret))
}

func hasClientSecret(wanted string) func(*types.GithubConnectorV3) error {
	return func(found *types.GithubConnectorV3) error {
		if found.GetClientSecret() != wanted {
			return fmt.Errorf("another client secret")
		}
		return nil
	}
}

// waitSecret waits until Teleport has the value.
func waitSecret(h *harness.Test, name, wanted string) {
	h.Helper()
	harness.WaitInTeleport(h, types.KindGithubConnector, name, hasClientSecret(wanted))
}

func TestSecretIsLookedUpAndFollowed(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	h.StartOperator()
	putSecret(h, "idp", "first-canary", "github, somebody")
	putSecret(h, "other", "other-canary", "*")
	h.WaitReady(h.Create(connector("github", "secret://idp/client_secret")))
	h.WaitReady(h.Create(connector("bystander", "secret://other/client_secret")))
	h.WaitReady(h.Create(connector("plain", "plain-canary")))
	waitSecret(h, "github", "first-canary")
	waitSecret(h, "bystander", "other-canary")

	h.Teleport.ResetCounters()
	quickest := time.Hour
	values := []string{"second-canary", "third-canary", "with-newline-canary\n"} // nothing is trimmed
	for _, value := range values {
		began := time.Now()
		putSecret(h, "idp", value, "github")
		waitSecret(h, "github", value)
		quickest = min(quickest, time.Since(began))
	}
	// The quickest of them, for the sake of busy machines.
	if quickest > time.Second {
		t.Errorf("a changed Secret took %v to Teleport, wanted a second at most", quickest)
	}
	for _, name := range []string{"bystander", "plain"} {
		if calls := h.Teleport.CallsAbout(name); len(calls) != 0 {
			t.Errorf("calls about %s, which does not use the Secret: %v", name, calls)
		}
	}
	if writes := h.Teleport.Writes(types.KindGithubConnector, "github"); writes["update"] != len(values) {
		t.Errorf("writes %v, wanted one update for each change", writes)
	}
}

// Every mistake is said, in the official words, and mended by the Secret alone, without an edit of
// the CR.
func TestSecretThatCanNotBeHad(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	h.StartOperator()
	cr := h.Create(connector("github", "secret://idp/client_secret"))
	says := func(text string) {
		t.Helper()
		h.WaitCondition(cr, harness.Condition{
			Type: "SuccessfullyReconciled", Status: "False", Reason: "MutationError", Message: text,
		})
	}
	says(`failed to lookup secret "idp"`)
	h.MustNotBeInTeleport(types.KindGithubConnector, "github")
	putSecret(h, "idp", "a-canary", "")
	says(`secret "idp" doesn't have the "` + lookupAnnotation + `" annotation`)
	putSecret(h, "idp", "a-canary", "somebody")
	says(`secret "idp" have the annotation "` + lookupAnnotation + `" but it does not contain "github"`)
	h.WaitEvent(cr, "Warning", "does not contain")
	putSecret(h, "idp", "a-canary", "*")
	cr = h.WaitReady(cr)
	waitSecret(h, "github", "a-canary")

	cr = h.SetSpec(cr, `{client_id: me, client_secret: "secret://idp/other"}`)
	says(`secret "idp" is missing key "other"`)
	cr = h.SetSpec(cr, `{client_id: me, client_secret: "secret://idp"}`)
	says("missing secret key")
	waitSecret(h, "github", "a-canary") // what was there stays
	h.Delete(cr)
	h.WaitGone(cr)
}

func TestSecretChangedWhileDownIsFollowed(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	op := h.StartOperator()
	for _, name := range []string{"same", "changed"} {
		putSecret(h, name, "before-"+name, "*")
		h.WaitReady(h.Create(connector(name, "secret://"+name+"/client_secret")))
	}
	h.Stop(op)
	putSecret(h, "changed", "after-changed", "*")
	h.Teleport.ResetCounters()
	h.StartOperator()
	waitSecret(h, "changed", "after-changed")
	h.WaitReady(h.Create(connector("last", "secret://same/client_secret"))) // the others are done
	if writes := h.Teleport.Writes(types.KindGithubConnector, "same"); len(writes) != 0 {
		t.Errorf("writes of what is in sync: %v", writes)
	}
}

// A value that is looked up is in nothing that the operator says or keeps, whatever fails, even when
// Teleport repeats it.
func TestSecretValuesGetNowhere(t *testing.T) {
	t.Parallel()
	const canary = "canary-4f7a90"
	h := harness.NewTest(t)
	op := h.StartOperator()
	putSecret(h, "idp", canary, "*")
	h.WaitReady(h.Create(connector("github", "secret://idp/client_secret")))
	for name, code := range map[string]string{
		"bad": "INVALID_ARGUMENT", "failing": "INTERNAL", "denied": "PERMISSION_DENIED", "away": "UNAVAILABLE",
	} {
		fault := teleport.Fault{
			Method: "CreateGithubConnector", Resource: name, Code: code, Message: "bad client_secret " + canary,
		}
		if err := h.Teleport.SetFaults(fault); err != nil {
			t.Fatal(err)
		}
		cr := h.Create(connector(name, "secret://idp/client_secret"))
		h.WaitCondition(cr, harness.Condition{Type: "Ready", Status: "False", Message: "[secret]"})
		if name != "away" { // a lost connection is no Event
			h.WaitEvent(cr, "Warning", "[secret]")
		}
	}
	putSecret(h, "idp", canary+"-2", "nobody")
	h.WaitCondition(connector("github", ""), harness.Condition{Type: "Ready", Status: "False", Reason: "MutationError"})
	mustSayNothingOf(h, op, canary)
}

// mustSayNothingOf looks for the text in all that people can read of the operator's work.
func mustSayNothingOf(h *harness.Test, op *harness.Operator, text string) {
	h.Helper()
	metrics, err := op.Scrape(h.Context)
	if err != nil {
		h.Fatal(err)
	}
	connectors := schema.GroupVersionResource{
		Group: harness.Group, Version: "v3", Resource: "teleportgithubconnectors",
	}
	crs, err := h.Dynamic.Resource(connectors).Namespace(h.Namespace).List(h.Context, metav1.ListOptions{})
	if err != nil {
		h.Fatal(err)
	}
	events, err := h.Kube.CoreV1().Events(h.Namespace).List(h.Context, metav1.ListOptions{})
	if err != nil {
		h.Fatal(err)
	}
	for where, said := range map[string]string{
		"the log": op.Output.Text(), "metrics": fmt.Sprint(metrics),
		"the CRs": fmt.Sprint(crs.Items), "Events": fmt.Sprint(events.Items),
	} {
		if said == "" || strings.Contains(said, text) {
			h.Errorf("%s: empty, or it holds the value of a Secret", where)
		}
	}
}

// Without the right to watch Secrets the operator is ready and looks values up; only the waking is
// missing, and the log says so.
func TestSecretsWithoutTheRightToWatch(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	roles := h.Kube.RbacV1().Roles(h.Namespace)
	role, err := roles.Get(h.Context, harness.ServiceAccount, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range role.Rules {
		if slices.Contains(role.Rules[i].Resources, "secrets") {
			role.Rules[i].Verbs = []string{"get"}
		}
	}
	if _, err := roles.Update(h.Context, role, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	op := h.StartOperator()
	putSecret(h, "idp", "first-canary", "*")
	cr := h.WaitReady(h.Create(connector("github", "secret://idp/client_secret")))
	waitSecret(h, "github", "first-canary")
	const complaint = "no right to watch Secrets"
	h.Eventually("the log", func(context.Context) error {
		if count := strings.Count(op.Output.Text(), complaint); count != 1 {
			return fmt.Errorf("%q is in the log %d times", complaint, count)
		}
		return nil
	})
	putSecret(h, "idp", "second-canary", "*")
	h.Annotate(cr, "example.com/look", "again")
	waitSecret(h, "github", "second-canary")
	if err := op.WaitReady(h.Context, time.Second); err != nil {
		t.Errorf("readiness: %v", err)
	}
}
