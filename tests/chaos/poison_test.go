package chaos

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/teleport-operator-caf/tests/harness"
)

const goodCRs = 50

// A CR whose actor dies on every pass is put off longer and longer, says so, and disturbs nobody.
func TestPoisonDisturbsNobody(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	op, hooks := startWithHooks(t, h)
	alone := timeToReady(h, "before")

	hooks.arm(t, fault{How: raise, Type: "object_actor", Subject: "poison", Point: "pass_begun", Times: 0})
	poison := h.Create(harness.CR("TeleportRoleV7", "poison", "allow: {logins: [poison]}"))
	hooks.waitDeaths(h, 1)
	beside := timeToReady(h, "beside")
	t.Logf("%d good CRs ready in %v alone, %v beside a poison CR", goodCRs, alone, beside)
	if beside > 4*alone+time.Second {
		t.Errorf("%d good CRs took %v beside a poison CR, %v without", goodCRs, beside, alone)
	}

	shown := h.WaitCondition(poison, harness.Condition{Type: "Ready", Status: "False", Reason: "ActorFailed"})
	if event := h.WaitEvent(poison, "Warning", "The operator failed"); event.Reason != "ActorFailed" {
		t.Errorf("the Event's reason is %s", event.Reason)
	}
	hooks.waitDeaths(h, 4)
	mustHaveBackedOff(t, op)
	mustBlameOnly(t, hooks.report(t), "poison")
	mustCountPanics(h, op)
	if now := h.Get(poison); now.GetResourceVersion() != shown.GetResourceVersion() {
		t.Errorf("a CR whose state did not change was written again: %v", now.Object["status"])
	}

	hooks.disarm(t)
	h.WaitReadyLater(poison)
	h.Stop(op)
}

// timeToReady creates good CRs, all at once, and waits for the last one.
func timeToReady(h *harness.Test, prefix string) time.Duration {
	h.Helper()
	started := time.Now()
	var all []*unstructured.Unstructured
	for i := range goodCRs {
		all = append(all, h.Create(harness.CR("TeleportRoleV7", fmt.Sprintf("%s-%d", prefix, i), "allow: {logins: [good]}")))
	}
	for _, cr := range all {
		h.WaitReady(cr)
	}
	return time.Since(started)
}

// mustHaveBackedOff reads the waits before restarts in the log: none after the first death, then
// twice as long each time, of which up to a half is left to chance.
func mustHaveBackedOff(t *testing.T, op *harness.Operator) {
	t.Helper()
	logs, _ := op.Output.Logs()
	var waits []time.Duration
	for _, line := range logs {
		wait, err := time.ParseDuration(line.Text("restartIn"))
		if err == nil && line.Text("name") == "poison" {
			waits = append(waits, wait)
		}
	}
	if len(waits) < 3 {
		t.Fatalf("%d restarts in the log, wanted 3", len(waits))
	}
	longest := time.Second
	for i, wait := range waits {
		if i == 0 {
			if wait != 0 {
				t.Errorf("the first restart waits %v", wait)
			}
			continue
		}
		if wait < longest/2 || wait > longest {
			t.Errorf("restart %d waits %v, wanted between %v and %v", i+1, wait, longest/2, longest)
		}
		longest *= 2
	}
	t.Logf("waits before restarts: %v", waits)
}

func mustBlameOnly(t *testing.T, seen report, name string) {
	t.Helper()
	for _, one := range seen.Deaths {
		if one.Type != "object_actor" || !strings.HasSuffix(one.Subject, "/"+name) {
			t.Errorf("%s %q died too", one.Type, one.Subject)
		}
	}
}

func mustCountPanics(h *harness.Test, op *harness.Operator) {
	h.Helper()
	scraped, err := op.Scrape(h.Context)
	if err != nil {
		h.Fatal(err)
	}
	if count := scraped.Sum("controller_runtime_reconcile_panics_total", "controller", "teleportrolev7"); count < 4 {
		h.Errorf("%v panics counted, wanted 4 or more", count)
	}
	if count := scraped.Sum("teleport_operator_actor_restarts_total", "actor", "object_actor"); count < 4 {
		h.Errorf("%v restarts counted, wanted 4 or more", count)
	}
	if count := scraped.Sum("teleport_operator_resources", "kind", "teleportrolev7", "state", "failing"); count != 1 {
		h.Errorf("%v resources are failing, wanted 1", count)
	}
}

// A service that dies more than five times within 30 s can't be mended from inside: the process ends
// with the cause, and Kubernetes starts it anew.
func TestServiceThatKeepsDyingEndsTheOperator(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	op, hooks := startWithHooks(t, h)
	hooks.arm(t, fault{How: raise, Type: "kube_client", Point: "patch", Times: 0})
	for i := range goodCRs {
		h.Create(harness.CR("TeleportRoleV7", fmt.Sprintf("good-%d", i), "allow: {logins: [good]}"))
	}
	code, err := op.WaitExit(30 * time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if code != 1 {
		t.Errorf("exit code %d, wanted 1", code)
	}
	gaveUp := 0
	logs, _ := op.Output.Logs()
	for _, line := range logs {
		if strings.Contains(line.Text("err"), "kube_client died more than 5 times within 30 s") {
			gaveUp++
		}
	}
	if gaveUp != 1 {
		t.Errorf("%d log lines say why the operator ended, wanted 1", gaveUp)
	}
	restarted := h.StartOperator()
	h.Eventually("another process does the work", func(ctx context.Context) error {
		if found := len(h.Teleport.Audit()); found < goodCRs {
			return fmt.Errorf("%d writes so far", found)
		}
		return nil
	})
	h.Stop(restarted)
}
