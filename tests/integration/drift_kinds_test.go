package integration

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/gravitational/teleport/api/types"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/teleport-operator-caf/tests/harness"
	"github.com/teleport-operator-caf/tests/teleport"
)

// Kinds that Teleport's event stream does not bring: their drift is found by polling.
var withoutEvents = []string{
	types.KindGithub, types.KindOIDC, types.KindSAML, types.KindTrustedCluster, types.KindLoginRule,
	types.KindBot, "scoped_token",
}

func (c kindCase) hasEvents() bool { return !slices.Contains(withoutEvents, c.kind) }

// driftIsPutBack: what is edited and what is deleted in Teleport comes back, and Events tell of both.
func driftIsPutBack(h *harness.Test, c kindCase) {
	h.Helper()
	cr := h.WaitReady(h.Create(c.custom(first)))
	if !c.writeOnly {
		c.store(h, theirs, ours)
		h.WaitField(c.kind, c.named(), c.shows, c.wanted(first))
		c.mustBeNamed(h, h.WaitEvent(cr, "Normal", changedInTeleport).Message)
	}
	h.DeleteInTeleport(c.kind, c.named())
	harness.WaitInTeleport[types.Resource](h, c.kind, c.named(), nil)
	h.WaitEvent(cr, "Normal", "which was deleted in Teleport")
	c.mustShow(h, first)
}

const changedInTeleport = "was changed in Teleport: "

// mustBeNamed: among the fields of the text is the case's own, or the list or map that it is in. Some
// kinds have no spec in Teleport's own messages.
func (c kindCase) mustBeNamed(h *harness.Test, text string) {
	h.Helper()
	_, after, _ := strings.Cut(text, changedInTeleport)
	list, _, _ := strings.Cut(after, ". ")
	list = strings.NewReplacer("[", ".", "]", "").Replace(strings.TrimSuffix(list, "."))
	for _, field := range strings.Split(list, ", ") {
		for _, shown := range []string{c.shows, strings.TrimPrefix(c.shows, "spec.")} {
			if field != "" && strings.HasPrefix(shown+".", field+".") {
				return
			}
		}
	}
	h.Errorf("%q does not name %s", text, c.shows)
}

// startComparing starts an operator with this -drift-interval. These tests are not about leadership,
// which a machine that is overloaded takes away for a while.
func startComparing(h *harness.Test, interval string) *harness.Operator {
	h.Helper()
	return h.StartOperatorWith(harness.OperatorOptions{Flags: map[string]string{
		"drift-interval":              interval,
		"leader-elect-lease-duration": "300s", "leader-elect-renew-deadline": "240s",
	}})
}

// allAnswered: every request got its answer. On a machine that is overloaded some get none in time; what
// they were about is rightly done again, and counts say nothing.
func allAnswered(h *harness.Test, op *harness.Operator) bool {
	h.Helper()
	seen, err := op.Scrape(h.Context)
	if err != nil {
		h.Fatal(err)
	}
	const kubernetes, teleport = "rest_client_requests_total", "teleport_operator_teleport_calls_total"
	lost := seen.Sum(kubernetes, "code", "<error>")
	for _, code := range []string{"CANCELLED", "UNKNOWN", "DEADLINE_EXCEEDED", "UNAVAILABLE"} {
		lost += seen.Sum(teleport, "code", code)
	}
	if lost > 0 {
		h.Logf("%v requests got no answer in time: what was done again is not counted", lost)
	}
	return lost == 0
}

// What is changed or deleted in Teleport is put back at once, while the operator runs.
func TestDriftOfEachKindWithEventsIsPutBackAtOnce(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	op := startComparing(h, "0")
	everyKind(h, t, func(h *harness.Test, c kindCase) {
		if !c.hasEvents() {
			h.Skip("the event stream does not bring it")
		}
		driftIsPutBack(h, c)
		mustHaveCounted(h, op, c)
	})
}

// The same for the kinds without events, at the next list.
func TestDriftOfEachKindWithoutEventsIsPutBackByPolling(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	op := startComparing(h, "1s")
	everyKind(h, t, func(h *harness.Test, c kindCase) {
		if c.hasEvents() {
			h.Skip("the event stream brings it")
		}
		driftIsPutBack(h, c)
		mustHaveCounted(h, op, c)
	})
}

// mustHaveCounted reads the metrics after driftIsPutBack.
func mustHaveCounted(h *harness.Test, op *harness.Operator, c kindCase) {
	h.Helper()
	wanted := 2.0
	if c.writeOnly {
		wanted = 1
	}
	seen, err := op.Scrape(h.Context)
	if err != nil {
		h.Fatal(err)
	}
	if !allAnswered(h, op) {
		return
	}
	for _, name := range []string{"teleport_operator_drift_found_total", "teleport_operator_drift_healed_total"} {
		if got := seen.Sum(name, "kind", strings.ToLower(c.cr)); got != wanted {
			h.Errorf("%s is %v, wanted %v", name, got, wanted)
		}
	}
}

// The event that our own write causes is no reason to ask for anything.
func TestEchoOfAnOwnWriteOfEachKindCostsNothing(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	op := startComparing(h, "0")
	everyKind(h, t, func(h *harness.Test, c kindCase) {
		if !c.hasEvents() {
			h.Skip("the event stream does not bring it")
		}
		marker := h.WaitReady(h.Create(harness.CR("TeleportRoleV7", "marker-"+c.named(), roleWithLogins("ours"))))
		cr := h.WaitReady(h.Create(c.custom(first)))
		waitForEvents(h, marker)
		mustHaveCost(h, op, c, "to create it", 2)
		h.WaitReady(h.SetSpec(cr, c.filled(edited)))
		waitForEvents(h, marker)
		mustHaveCost(h, op, c, "to create it and to edit it", 4)
	})
}

// mustHaveCost checks the calls about the resource so far. One more than asked for is right after a
// write that is answered with nothing: then a look tells what is stored.
func mustHaveCost(h *harness.Test, op *harness.Operator, c kindCase, what string, calls int) {
	h.Helper()
	got := h.Teleport.CallsAbout(c.named())
	if !allAnswered(h, op) {
		return
	}
	if writesAnswerNothing(c) {
		calls += calls / 2
	}
	if sum(got) != calls {
		h.Errorf("%d calls %s, wanted %d: %v", sum(got), what, calls, got)
	}
}

// writesAnswerNothing of Teleport's own calls for the kind.
func writesAnswerNothing(c kindCase) bool {
	return slices.Contains([]string{
		types.KindToken, types.KindApp, types.KindDatabase, types.KindLock, types.KindNode, types.KindSAMLIdPServiceProvider,
	}, c.kind)
}

// waitForEvents returns when the operator has seen what happened in Teleport so far: events come in
// order, and those about the marker have had an effect since.
func waitForEvents(h *harness.Test, marker *unstructured.Unstructured) {
	h.Helper()
	for _, login := range []string{"one", "two"} {
		h.ApplyInTeleport(fmt.Sprintf(`
kind: role
version: v7
metadata: {name: %s, labels: {teleport.dev/origin: kubernetes}}
spec: {allow: {logins: [%s], node_labels: {env: [test]}}}
`, marker.GetName(), login))
		harness.WaitInTeleport(h, types.KindRole, marker.GetName(), hasLogins("ours"))
	}
}

// A label that somebody adds in Teleport is taken away again: labels are the CR's as a whole.
func TestDriftOfLabelsIsPutBackAndNamed(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	h.StartOperator()
	c := caseOf(t, "TeleportRoleV7")
	cr := h.WaitReady(h.Create(c.custom(first)))
	c.store(h, first, map[string]string{harness.OriginLabel: harness.OriginKubernetes, "team": "theirs"})
	h.WaitEvent(cr, "Normal", changedInTeleport+"metadata.labels.")
	if labels := h.Teleport.Get(c.kind, c.named()).GetMetadata().Labels; labels["team"] != "" {
		t.Errorf("labels in Teleport: %v", labels)
	}
}

// -sync-period compares everything, also where nothing else would.
func TestFullComparisonFindsDrift(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	h.StartOperatorWith(harness.OperatorOptions{
		Flags: map[string]string{
			"drift-interval": "0", "sync-period": "1s",
			"leader-elect-lease-duration": "300s", "leader-elect-renew-deadline": "240s",
		},
	})
	driftIsPutBack(h, caseOf(t, "TeleportGithubConnector"))
}

// With the annotation drift is said on the CR and left, until the annotation goes.
func TestDriftIsReportedAndLeft(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	op := startComparing(h, "1s")
	for _, kind := range []string{"TeleportRoleV7", "TeleportGithubConnector"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			driftIsReported(h.In(t), op, caseOf(t, kind))
		})
	}
}

// writesByOperator are those that came over a connection: an administrator's do not.
func writesByOperator(h *harness.Test, c kindCase) []teleport.WriteRecord {
	var writes []teleport.WriteRecord
	for _, record := range h.Teleport.Audit() {
		if record.Kind == c.kind && record.Name == c.named() && record.Peer != "" {
			writes = append(writes, record)
		}
	}
	return writes
}

func driftIsReported(h *harness.Test, op *harness.Operator, c kindCase) {
	drifted := func(status, reason, text string) harness.Condition {
		return harness.Condition{Type: "Drifted", Status: status, Reason: reason, Message: text}
	}
	isReady := harness.Condition{Type: "Ready", Status: "True"}
	cr := c.custom(first)
	cr.SetAnnotations(map[string]string{"teleport.dev/drift": "report"})
	cr = h.WaitReady(h.Create(cr))
	h.WaitCondition(cr, drifted("False", "NoDrift", ""))

	c.store(h, theirs, ours)
	h.MustHave(h.WaitCondition(cr, drifted("True", "ChangedInTeleport", changedInTeleport)), isReady)
	c.mustBeNamed(h, h.WaitEvent(cr, "Warning", changedInTeleport).Message)
	h.DeleteInTeleport(c.kind, c.named())
	h.MustHave(h.WaitCondition(cr, drifted("True", "DeletedInTeleport", "")), isReady)
	h.WaitEvent(cr, "Warning", "was deleted in Teleport")
	c.store(h, theirs, ours)
	h.WaitCondition(cr, drifted("True", "ChangedInTeleport", changedInTeleport))
	h.MustBeInTeleport(c.kind, c.named(), c.shows, c.wanted(theirs))
	writes := writesByOperator(h, c)
	if allAnswered(h, op) && (len(writes) != 1 || writes[0].Verb != "create") {
		h.Errorf("wanted one creation by the operator, and nothing in spite of the annotation: %v", writes)
	}

	h.Annotate(cr, "teleport.dev/drift", "")
	h.WaitField(c.kind, c.named(), c.shows, c.wanted(first))
	h.Eventually("the condition is gone", func(context.Context) error {
		for _, one := range harness.Conditions(h.Get(cr)) {
			if one.Type == "Drifted" {
				return fmt.Errorf("%+v", one)
			}
		}
		return nil
	})
}
