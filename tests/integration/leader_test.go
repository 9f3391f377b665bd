package integration

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/util/retry"

	"github.com/gravitational/teleport/api/types"

	"github.com/teleport-operator-caf/tests/harness"
)

// leaseName is the default of -leader-election-id (facts/operator-behaviour.md §1.5).
const leaseName = "431e83f4.teleport.dev"

// leaderPatience is for what includes that a lease runs out.
const leaderPatience = 3 * time.Minute

// Without its flags a lease that is not released runs out in seconds; with these, not within any test:
// whoever leads then has been given the lease.
func longLease() map[string]string {
	return map[string]string{
		"leader-elect-lease-duration": "2h", "leader-elect-renew-deadline": "1h",
		"leader-elect-retry-period": "200ms",
	}
}

func shortLease() map[string]string {
	return map[string]string{
		"leader-elect-lease-duration": "12s", "leader-elect-renew-deadline": "9s",
		"leader-elect-retry-period": "500ms",
	}
}

// replica is an operator in a Pod of its own.
func replica(name string, flags map[string]string) harness.OperatorOptions {
	return harness.OperatorOptions{Flags: flags, Env: []string{"POD_UID=" + name}}
}

func readLease(ctx context.Context, h *harness.Test) (*coordinationv1.Lease, error) {
	return h.Kube.CoordinationV1().Leases(h.Namespace).Get(ctx, leaseName, metav1.GetOptions{})
}

func holderOf(lease *coordinationv1.Lease) string {
	if lease.Spec.HolderIdentity == nil {
		return ""
	}
	return *lease.Spec.HolderIdentity
}

func transitionsOf(lease *coordinationv1.Lease) int32 {
	if lease.Spec.LeaseTransitions == nil {
		return 0
	}
	return *lease.Spec.LeaseTransitions
}

// waitHolder waits until the Lease names the replica, and answers the Lease.
func waitHolder(h *harness.Test, name string) *coordinationv1.Lease {
	h.Helper()
	var lease *coordinationv1.Lease
	h.EventuallyIn(leaderPatience, "the Lease names "+name, func(ctx context.Context) (err error) {
		if lease, err = readLease(ctx, h); err != nil {
			return err
		}
		if holder := holderOf(lease); !strings.HasSuffix(holder, "_"+name) {
			return fmt.Errorf("its holder is %q", holder)
		}
		return nil
	})
	return lease
}

// waitLeads waits until the operator says of itself that it leads, or that it does not.
func waitLeads(h *harness.Test, op *harness.Operator, leads bool) {
	h.Helper()
	wanted := 0.0
	if leads {
		wanted = 1
	}
	h.EventuallyIn(leaderPatience, fmt.Sprintf("leads: %v", leads), func(ctx context.Context) error {
		metrics, err := op.Scrape(ctx)
		if err != nil {
			return err
		}
		if metrics["leader_election_master_status"] == nil {
			return errors.New("no metric")
		}
		if got := metrics.Sum("leader_election_master_status", "name", leaseName); got != wanted {
			return fmt.Errorf("the metric is %v", got)
		}
		return nil
	})
}

func waitReadyz(h *harness.Test, op *harness.Operator, status int, words ...string) {
	h.Helper()
	h.EventuallyIn(leaderPatience, fmt.Sprintf("/readyz answers %d and says %v", status, words), func(ctx context.Context) error {
		return readyzSays(ctx, op, status, words...)
	})
}

// waitServed waits until the CR is Ready: somebody leads, and writes.
func waitServed(h *harness.Test, cr *unstructured.Unstructured) *unstructured.Unstructured {
	h.Helper()
	return h.WaitConditionIn(leaderPatience, cr, harness.Condition{Type: "Ready", Status: "True"})
}

// editLease changes the Lease as a person would, whoever else writes.
func editLease(h *harness.Test, change func(spec *coordinationv1.LeaseSpec)) {
	h.Helper()
	err := retry.OnError(retry.DefaultBackoff, apierrors.IsConflict, func() error {
		lease, err := readLease(h.Context, h)
		if err != nil {
			return err
		}
		change(&lease.Spec)
		_, err = h.Kube.CoordinationV1().Leases(h.Namespace).Update(h.Context, lease, metav1.UpdateOptions{})
		return err
	})
	if err != nil {
		h.Fatal(err)
	}
}

// allowOnLeases leaves the operator these verbs on Leases.
func allowOnLeases(h *harness.Test, verbs ...string) {
	h.Helper()
	roles := h.Kube.RbacV1().Roles(h.Namespace)
	role, err := roles.Get(h.Context, harness.ServiceAccount, metav1.GetOptions{})
	if err != nil {
		h.Fatal(err)
	}
	role = role.DeepCopy()
	for i, rule := range role.Rules {
		if len(rule.Resources) == 1 && rule.Resources[0] == "leases" {
			role.Rules[i].Verbs = verbs
		}
	}
	if _, err := roles.Update(h.Context, role, metav1.UpdateOptions{}); err != nil {
		h.Fatal(err)
	}
}

// waitAllowed waits until the API server goes by what allowOnLeases has said.
func waitAllowed(h *harness.Test, verb string, allowed bool) {
	h.Helper()
	h.EventuallyIn(leaderPatience, fmt.Sprintf("%s on leases is allowed: %v", verb, allowed), func(ctx context.Context) error {
		got, err := h.OperatorMay(ctx, "coordination.k8s.io", "leases", verb)
		if err == nil && got != allowed {
			err = errors.New("not yet")
		}
		return err
	})
}

func TestOneReplicaLeadsAndTheOtherIsAReadyStandby(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	first := h.StartOperatorWith(replica("first", longLease()))
	lease := waitHolder(h, "first")
	waitReadyz(h, first, http.StatusOK, "leadership ok: leads")
	second := h.StartOperatorWith(replica("second", longLease()))
	waitReadyz(h, second, http.StatusOK, "leadership ok: standby: ", "_first leads")
	waitLeads(h, first, true)
	waitLeads(h, second, false)

	waitServed(h, h.Create(harness.CR("TeleportRoleV7", "led", roleWithLogins("one"))))
	metrics, err := second.Scrape(h.Context)
	if err != nil {
		t.Fatal(err)
	}
	for _, method := range []string{"PATCH", "PUT", "POST"} {
		if got := metrics.Sum("rest_client_requests_total", "method", method); got != 0 {
			t.Errorf("the standby has sent %v requests %s", got, method)
		}
	}
	h.Eventually("an Event on the Lease tells who leads", func(ctx context.Context) error {
		events, err := h.Kube.CoreV1().Events(h.Namespace).List(ctx, metav1.ListOptions{
			FieldSelector: "involvedObject.uid=" + string(lease.UID) + ",reason=LeaderElection"})
		if err != nil {
			return err
		}
		if len(events.Items) != 1 || events.Items[0].Message != holderOf(lease)+" became leader" {
			return fmt.Errorf("there are %d: %+v", len(events.Items), events.Items)
		}
		return nil
	})
}

// The lease is valid for hours: the successor leads only because it was given up.
func TestACleanStopHandsOver(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	first := h.StartOperatorWith(replica("first", longLease()))
	waitHolder(h, "first")
	second := h.StartOperatorWith(replica("second", longLease()))
	cr := waitServed(h, h.Create(harness.CR("TeleportRoleV7", "handed", roleWithLogins("one"))))
	h.Stop(first)
	if lease := waitHolder(h, "second"); transitionsOf(lease) != 1 {
		t.Errorf("leaseTransitions is %d", transitionsOf(lease))
	}
	waitLeads(h, second, true)
	waitServed(h, h.SetSpec(cr, roleWithLogins("two")))
	harness.WaitInTeleport(h, types.KindRole, "handed", hasLogins("two"))
}

// The Role of the official chart allows no more (facts/operator-behaviour.md §1.8).
func TestAStandbyThatMayNotWatchTheLeaseFindsItReleased(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	allowOnLeases(h, "get", "create", "update")
	waitAllowed(h, "watch", false)
	first := h.StartOperatorWith(replica("first", longLease()))
	waitHolder(h, "first")
	second := h.StartOperatorWith(replica("second", longLease()))
	h.EventuallyIn(leaderPatience, "it says that it may not watch", func(context.Context) error {
		if !strings.Contains(second.Output.Text(), "no right to watch the Lease") {
			return errors.New("not yet")
		}
		return nil
	})
	h.Stop(first)
	waitHolder(h, "second")
	waitLeads(h, second, true)
	if text := second.Output.Text(); strings.Count(text, "no right to watch the Lease") != 1 {
		t.Error("it says so again and again")
	}
}

func TestAStandbyTakesOverFromOneThatWasKilled(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	first := h.StartOperatorWith(replica("first", shortLease()))
	waitHolder(h, "first")
	second := h.StartOperatorWith(replica("second", shortLease()))
	cr := waitServed(h, h.Create(harness.CR("TeleportRoleV7", "left", roleWithLogins("one"))))
	if err := first.Kill(); err != nil {
		t.Fatal(err)
	}
	waitHolder(h, "second")
	waitServed(h, h.SetSpec(cr, roleWithLogins("two")))
	harness.WaitInTeleport(h, types.KindRole, "left", hasLogins("two"))
	waitLeads(h, second, true)
}

// The lease is valid for hours, and names the process that was killed.
func TestAContainerThatIsStartedAgainInItsPodHasNotToWait(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	op := h.StartOperatorWith(replica("pod", longLease()))
	waitHolder(h, "pod")
	waitLeads(h, op, true)
	if err := op.Kill(); err != nil {
		t.Fatal(err)
	}
	op = h.StartOperatorWith(replica("pod", longLease()))
	waitLeads(h, op, true)
	if lease := waitHolder(h, "pod"); transitionsOf(lease) != 0 {
		t.Errorf("leaseTransitions is %d", transitionsOf(lease))
	}
}

func TestALeaseThatIsTakenAwayEndsTheLead(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	op := h.StartOperatorWith(replica("robbed", longLease()))
	waitLeads(h, op, true)
	editLease(h, func(spec *coordinationv1.LeaseSpec) { *spec.HolderIdentity = "a-thief" })
	waitReadyz(h, op, http.StatusOK, "standby: a-thief leads")
	waitLeads(h, op, false)

	cr := h.Create(harness.CR("TeleportRoleV7", "waiting", roleWithLogins("one")))
	h.EventuallyIn(leaderPatience, "the standby has seen the CR", func(ctx context.Context) error {
		metrics, err := op.Scrape(ctx)
		if err == nil && metrics.Sum("teleport_operator_actors", "actor", "object_actor") != 1 {
			err = errors.New("not yet")
		}
		return err
	})
	if current := h.Get(cr); len(current.GetFinalizers()) != 0 {
		t.Error("it writes without the lease")
	}
	editLease(h, func(spec *coordinationv1.LeaseSpec) { *spec.HolderIdentity = "" })
	waitLeads(h, op, true)
	waitServed(h, cr)
}

func TestALeaseThatIsDeletedIsMadeAnewByItsHolder(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	op := h.StartOperatorWith(replica("holder", longLease()))
	before := waitHolder(h, "holder")
	waitLeads(h, op, true)
	err := h.Kube.CoordinationV1().Leases(h.Namespace).Delete(h.Context, leaseName, metav1.DeleteOptions{})
	if err != nil {
		t.Fatal(err)
	}
	h.EventuallyIn(leaderPatience, "there is another Lease", func(ctx context.Context) error {
		lease, err := readLease(ctx, h)
		if err == nil && lease.UID == before.UID {
			err = errors.New("it is the same one")
		}
		return err
	})
	waitHolder(h, "holder")
	if strings.Contains(op.Output.Text(), "leads no more") {
		t.Error("it has stepped down")
	}
}

func TestALeaderThatMayNotRenewStepsDownUntilItMay(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	op := h.StartOperatorWith(replica("refused", shortLease()))
	waitLeads(h, op, true)
	allowOnLeases(h, "get")
	waitLeads(h, op, false)
	waitReadyz(h, op, http.StatusServiceUnavailable, "leadership not ready", "forbidden")
	for _, words := range []string{"a right on Leases is missing", "get, create and update on leases"} {
		if !strings.Contains(op.Output.Text(), words) {
			t.Errorf("its log does not say %q", words)
		}
	}
	allowOnLeases(h, "get", "create", "update")
	waitLeads(h, op, true)
	waitReadyz(h, op, http.StatusOK, "leads")
	waitServed(h, h.Create(harness.CR("TeleportRoleV7", "after", roleWithLogins("one"))))
	select {
	case <-op.Ended():
		t.Error("the process has ended")
	default:
	}
}

// The official operator's Lease, as client-go writes it, with a label that somebody has put on it.
func TestTheLeaseOfTheOfficialOperatorIsWaitedForAndTakenOver(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	holder, seconds, transitions := "teleport-operator-7d9f_6b1c0a52-0d2e-4f6e-9a51-0c7b6f0e8a11", int32(7200), int32(4)
	now := metav1.NowMicro()
	_, err := h.Kube.CoordinationV1().Leases(h.Namespace).Create(h.Context, &coordinationv1.Lease{
		ObjectMeta: metav1.ObjectMeta{Name: leaseName, Labels: map[string]string{"team": "platform"}},
		Spec: coordinationv1.LeaseSpec{
			HolderIdentity: &holder, LeaseDurationSeconds: &seconds, LeaseTransitions: &transitions,
			AcquireTime: &now, RenewTime: &now,
		},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	op := h.StartOperatorWith(replica("ours", shortLease()))
	waitReadyz(h, op, http.StatusOK, "standby: "+holder+" leads")
	waitLeads(h, op, false)
	// It promises less from now on, and renews no more.
	editLease(h, func(spec *coordinationv1.LeaseSpec) { *spec.LeaseDurationSeconds = 1 })
	lease := waitHolder(h, "ours")
	if transitionsOf(lease) != transitions+1 || lease.Labels["team"] != "platform" {
		t.Errorf("leaseTransitions %d, labels %v", transitionsOf(lease), lease.Labels)
	}
	waitServed(h, h.Create(harness.CR("TeleportRoleV7", "taken-over", roleWithLogins("one"))))
}
