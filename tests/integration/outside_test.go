package integration

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/teleport-operator-caf/tests/harness"
)

// /metrics has controller-runtime's names and labels, so that existing dashboards work
// (facts/operator-behaviour.md §1.6).
func TestMetricsHaveTheUsualNames(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	op := h.StartOperator()
	h.WaitReady(h.Create(harness.CR("TeleportRoleV7", "measured", roleWithLogins("one"))))
	refused := h.Create(harness.CR("TeleportUser", "refused", "roles: [nobody]"))
	h.WaitCondition(refused, harness.Condition{Type: "SuccessfullyReconciled", Status: "False"})

	h.Eventually("both passes are counted", func(ctx context.Context) error {
		metrics, err := op.Scrape(ctx)
		if err != nil {
			return err
		}
		wanted := []struct {
			family string
			labels []string
		}{
			{"controller_runtime_reconcile_total", []string{"controller", "teleportrolev7", "result", "success"}},
			{"controller_runtime_reconcile_errors_total", []string{"controller", "teleportuser"}},
			{"controller_runtime_reconcile_time_seconds", []string{"controller", "teleportrolev7"}},
			{"controller_runtime_max_concurrent_reconciles", []string{"controller", "teleportrolev7"}},
			{"workqueue_adds_total", []string{"name", "teleportrolev7"}},
			{"rest_client_requests_total", []string{"method", "PATCH", "code", "200"}},
		}
		for _, series := range wanted {
			if metrics.Sum(series.family, series.labels...) <= 0 {
				return fmt.Errorf("%s %v is not above zero", series.family, series.labels)
			}
		}
		for _, family := range []string{"process_resident_memory_bytes", "controller_runtime_active_workers"} {
			if metrics[family] == nil {
				return errors.New("no " + family)
			}
		}
		return nil
	})
}

// One JSON object a line, with the keys of the official operator.
func TestLogIsJSONLines(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	op := h.StartOperatorWith(harness.OperatorOptions{Flags: map[string]string{"log-level": "DEBUG"}})
	h.WaitReady(h.Create(harness.CR("TeleportRoleV7", "logged", roleWithLogins("one"))))
	h.Stop(op)

	logs, notJSON := op.Output.Logs()
	if len(notJSON) > 0 {
		t.Errorf("%d lines are not JSON objects, the first: %s", len(notJSON), notJSON[0])
	}
	if len(logs) == 0 {
		t.Fatal("no log at all")
	}
	aboutCR := 0
	for _, line := range logs {
		if _, err := time.Parse(time.RFC3339Nano, line.Text("timestamp")); err != nil {
			t.Errorf("timestamp: %v in %v", err, line)
		}
		switch line.Text("level") {
		case "debug", "info", "warning", "error":
		default:
			t.Errorf("level %q in %v", line.Text("level"), line)
		}
		if line.Text("message") == "" {
			t.Errorf("no message in %v", line)
		}
		if line.Text("name") == "logged" && line.Text("namespace") == h.Namespace && line.Text("reconcileID") != "" {
			aboutCR++
		}
	}
	if aboutCR == 0 {
		t.Error("no line names the CR with namespace, name and reconcileID")
	}
}

// The operator works with the rights of its Role and no more: what the API server refuses would
// show as 403 in the operator's own counter.
func TestRoleGrantsAllThatIsUsed(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	op := h.StartOperator()
	cr := h.WaitReady(h.Create(harness.CR("TeleportRoleV7", "permitted", roleWithLogins("one"))))
	h.WaitEvent(cr, "Normal", "")
	h.Delete(cr)
	h.WaitGone(cr)
	metrics, err := op.Scrape(h.Context)
	if err != nil {
		t.Fatal(err)
	}
	if refused := metrics.Sum("rest_client_requests_total", "code", "403"); refused != 0 {
		t.Errorf("%v requests were refused", refused)
	}
}
