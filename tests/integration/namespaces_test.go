package integration

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gravitational/teleport/api/types"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/teleport-operator-caf/tests/harness"
)

// longEnough is for what includes a retry with back-off, on a machine that is very busy.
const longEnough = 3 * time.Minute

// watching are the options of an operator that watches these namespaces.
func watching(namespaces ...string) harness.OperatorOptions {
	return harness.OperatorOptions{Flags: map[string]string{"namespace": strings.Join(namespaces, ",")}}
}

// twoNamespaces are a world's own one and a second one with rights.
func twoNamespaces(t *testing.T) (h, other *harness.Test) {
	t.Helper()
	h = harness.NewTest(t)
	other = h.At(h.NewNamespace(""))
	h.AllowIn(other.Namespace)
	return h, other
}

func waitReady(h *harness.Test, cr *unstructured.Unstructured) *unstructured.Unstructured {
	h.Helper()
	return h.WaitConditionIn(longEnough, cr, harness.Condition{Type: "Ready", Status: "True"})
}

func readyCR(h *harness.Test, kind, name, spec string) {
	h.Helper()
	waitReady(h, h.Create(harness.CR(kind, name, spec)))
}

func TestEachNamespaceOfTheListIsServedAndNoOther(t *testing.T) {
	t.Parallel()
	h, other := twoNamespaces(t)
	third := h.At(h.NewNamespace(""))
	h.AllowIn(third.Namespace)
	untouched := third.Create(harness.CR("TeleportRoleV7", "third", roleWithLogins("one")))
	h.StartOperatorWith(watching(h.Namespace, other.Namespace))

	readyCR(h, "TeleportRoleV7", "first", roleWithLogins("one"))
	second := waitReady(other, other.Create(harness.CR("TeleportRoleV7", "second", roleWithLogins("one"))))
	other.WaitEvent(second, "Normal", "Created")
	other.Delete(second)
	other.WaitGoneIn(longEnough, second)
	h.MustNotBeInTeleport(types.KindRole, "second")

	h.MustNotBeInTeleport(types.KindRole, "third")
	if found := third.Get(untouched).GetFinalizers(); len(found) > 0 {
		t.Errorf("a CR of a namespace that is not watched has finalizers %v", found)
	}
}

// Without rights in one namespace the others are served all the same; it is said what is missing,
// and the rest follows when it is mended.
func TestANamespaceWithoutRightsHoldsNothingUp(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	other := h.At(h.NewNamespace(""))
	op := h.LaunchOperator(watching(h.Namespace, other.Namespace))
	role := h.Create(harness.CR("TeleportRoleV7", "served", roleWithLogins("one")))
	waiting := other.Create(harness.CR("TeleportRoleV7", "waiting", roleWithLogins("one")))
	waitReady(h, role)

	h.EventuallyIn(longEnough, "readiness says what is missing where", func(ctx context.Context) error {
		return readyzSays(ctx, op, http.StatusServiceUnavailable, "forbidden", other.Namespace)
	})
	h.EventuallyIn(longEnough, "so does the log", func(context.Context) error {
		return logged(op, "warning", "forbidden", other.Namespace)
	})
	h.MustNotBeInTeleport(types.KindRole, "waiting")

	h.AllowIn(other.Namespace)
	waitReady(other, waiting)
	h.EventuallyIn(longEnough, "ready", func(ctx context.Context) error {
		return readyzSays(ctx, op, http.StatusOK)
	})
}

func TestRightsThatAreTakenAwayAndGivenBack(t *testing.T) {
	t.Parallel()
	h, other := twoNamespaces(t)
	op := h.StartOperatorWith(watching(h.Namespace, other.Namespace))
	readyCR(other, "TeleportRoleV7", "before", roleWithLogins("one"))

	other.ForbidIn(other.Namespace)
	lost := other.Create(harness.CR("TeleportRoleV7", "meanwhile", roleWithLogins("one")))
	readyCR(h, "TeleportRoleV7", "elsewhere", roleWithLogins("one"))
	h.EventuallyIn(longEnough, "the log says so", func(context.Context) error {
		return logged(op, "", "forbidden", other.Namespace)
	})

	h.AllowIn(other.Namespace)
	waitReady(other, lost)
}

// With rights everywhere a namespace may be missing at the start.
func TestANamespaceThatComesLater(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	h.AllowEverywhere()
	later := h.Namespace + "-later"
	h.StartOperatorWith(watching(h.Namespace, later))
	readyCR(h, "TeleportRoleV7", "early", roleWithLogins("one"))

	other := h.At(h.NewNamespace(later))
	readyCR(other, "TeleportRoleV7", "late", roleWithLogins("one"))
}

// Two CRs of two namespaces and kinds for one role: the older one has it, whoever leads and
// whoever was listed first; the other says where the holder is, and takes over when that goes.
func TestTwoNamespacesWantOneResource(t *testing.T) {
	t.Parallel()
	h, other := twoNamespaces(t)
	options := watching(other.Namespace, h.Namespace)
	op := h.StartOperatorWith(options)
	older := waitReady(h, h.Create(harness.CR("TeleportRoleV7", "shared", roleWithLogins("older"))))
	waitForNextSecond(h, older.GetCreationTimestamp().Time)
	younger := other.Create(harness.CR("TeleportRoleV6", "shared", roleWithLogins("younger")))
	refused := harness.Condition{
		Type: "Ready", Status: "False", Reason: "ClaimedByAnotherResource",
		Message: "TeleportRoleV7 " + h.Namespace + "/shared",
	}
	other.WaitConditionIn(longEnough, younger, refused)

	h.Stop(op)
	op = h.StartOperatorWith(options)
	readyCR(h, "TeleportRoleV7", "after-restart", roleWithLogins("one"))
	other.WaitConditionIn(longEnough, younger, refused)
	harness.WaitInTeleport(h, types.KindRole, "shared", hasLogins("older"))

	// The holder goes while nobody is there.
	h.Stop(op)
	h.Delete(older)
	h.StartOperatorWith(options)
	h.WaitGoneIn(longEnough, older)
	waitReady(other, younger)
	harness.WaitInTeleport(h, types.KindRole, "shared", hasLogins("younger"))
}

// A Secret is looked for where the CR is, never elsewhere.
func TestSecretsAreTheNamespacesOwn(t *testing.T) {
	t.Parallel()
	h, other := twoNamespaces(t)
	h.StartOperatorWith(watching(h.Namespace, other.Namespace))
	putSecret(h, "oauth", "first", "*")
	cr := other.Create(connector("apart", "secret://oauth/client_secret"))
	other.WaitConditionIn(longEnough, cr, harness.Condition{
		Type: "SuccessfullyReconciled", Status: "False", Reason: "MutationError", Message: "oauth",
	})
	h.MustNotBeInTeleport(types.KindGithubConnector, "apart")

	putSecret(other, "oauth", "second", "*")
	waitReady(other, cr)
	harness.WaitInTeleport(h, types.KindGithubConnector, "apart", hasClientSecret("second"))
}

// readyzSays: /readyz answers with this status, and its text has all of these words.
func readyzSays(ctx context.Context, op *harness.Operator, status int, words ...string) error {
	answered, body, err := op.Probe(ctx, "/readyz")
	if err != nil {
		return err
	}
	if answered != status {
		return fmt.Errorf("/readyz answers %d: %s", answered, body)
	}
	return hasAll(body, words...)
}

// logged: a line of this level ("": any) has all of these words.
func logged(op *harness.Operator, level string, words ...string) error {
	if level != "" {
		words = append(words, `"level":"`+level+`"`)
	}
	for _, line := range op.Output.Lines() {
		if hasAll(line, words...) == nil {
			return nil
		}
	}
	return errors.New("there is no such line")
}

func hasAll(text string, words ...string) error {
	for _, word := range words {
		if !strings.Contains(text, word) {
			return fmt.Errorf("%q is not in: %s", word, text)
		}
	}
	return nil
}
