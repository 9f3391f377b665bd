package integration

import (
	"context"
	"fmt"
	"strings"
	"testing"

	coordinationv1 "k8s.io/api/coordination/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/gravitational/teleport/api/types"

	"github.com/teleport-operator-caf/tests/cluster"
	"github.com/teleport-operator-caf/tests/harness"
)

// waitStates waits until the operator counts that many CRs in sync, and that many that wait.
func waitStates(h *harness.Test, op *harness.Operator, inSync, waiting int) {
	h.Helper()
	what := fmt.Sprintf("%d in sync and %d waiting", inSync, waiting)
	h.EventuallyIn(leaderPatience, what, func(ctx context.Context) error {
		metrics, err := op.Scrape(ctx)
		if err != nil {
			return err
		}
		const family = "teleport_operator_resources"
		is, waits := metrics.Sum(family, "state", "in_sync"), metrics.Sum(family, "state", "waiting")
		if int(is) != inSync || int(waits) != waiting {
			return fmt.Errorf("%v in sync, %v waiting", is, waits)
		}
		return nil
	})
}

// waitRecorded waits until the CR's status names the revision that its role has in Teleport.
func waitRecorded(h *harness.Test, cr *unstructured.Unstructured) {
	h.Helper()
	h.EventuallyIn(leaderPatience, cr.GetName()+" records what was put back", func(context.Context) error {
		recorded, _, err := unstructured.NestedString(h.Get(cr).Object, "status", "teleportRevision")
		if err != nil {
			return err
		}
		if has := harness.InTeleport[*types.RoleV6](h, types.KindRole, cr.GetName()).GetRevision(); has != recorded {
			return fmt.Errorf("recorded is %q, in Teleport %q", recorded, has)
		}
		return nil
	})
}

// listsOfCRs counts the lists of CRs so far, by whomever.
func listsOfCRs(h *harness.Test) int {
	h.Helper()
	counts, err := h.Cluster.RequestCounts(h.Context)
	if err != nil {
		h.Fatal(err)
	}
	return counts.Of(func(r cluster.Request) bool { return r.Group == harness.Group && r.Verb == "LIST" })
}

func manyCRs(h *harness.Test) []*unstructured.Unstructured {
	h.Helper()
	const each = 100
	var crs []*unstructured.Unstructured
	for i := range each {
		name := fmt.Sprintf("many-%d", i)
		crs = append(crs,
			h.Create(harness.CR("TeleportRoleV7", name, roleWithLogins("one"))),
			h.Create(harness.CR("TeleportUser", name, "traits: {logins: [one]}")),
			h.Create(harness.CR("TeleportProvisionToken", name,
				"{roles: [Node], join_method: iam, allow: [{aws_account: '111111111111'}]}")))
	}
	return crs
}

func driftedRole(name string) string {
	return `
kind: role
version: v7
metadata: {name: ` + name + `, labels: {teleport.dev/origin: kubernetes}}
spec: {allow: {logins: [theirs]}}
`
}

// What a standby knows it has from watches, from one list of each kind and from Teleport's events. So a
// takeover asks nobody about what is in sync, and puts right at once what happened while nobody led. The
// lease is valid for hours: nobody leads until the test says so.
func TestATakeoverCostsNothingForWhatIsInSync(t *testing.T) {
	h := harness.NewTest(t)
	first := h.StartOperatorWith(replica("first", longLease()))
	waitHolder(h, "first")
	crs := manyCRs(h)
	total := len(crs)
	waitStates(h, first, total, 0)
	second := h.StartOperatorWith(replica("second", longLease()))
	waitStates(h, second, total, 0)

	// It follows what the leader does.
	for i := range 10 {
		h.ApplyInTeleport(driftedRole(fmt.Sprintf("many-%d", 20+i)))
		h.WaitReady(h.SetSpec(crs[3*i], roleWithLogins("two")))
	}
	h.Delete(crs[len(crs)-1])
	h.WaitGone(crs[len(crs)-1])
	total--
	for i := range 10 {
		harness.WaitInTeleport(h, types.KindRole, fmt.Sprintf("many-%d", 20+i), hasLogins("one"))
		waitRecorded(h, crs[3*(20+i)])
	}
	waitStates(h, first, total, 0)
	waitStates(h, second, total, 0)
	sayMemory(t, first, second)

	if err := first.Kill(); err != nil {
		t.Fatal(err)
	}
	edited, deleted := crs[0], crs[3]
	h.SetSpec(edited, roleWithLogins("three"))
	h.Delete(deleted)
	h.ApplyInTeleport(driftedRole("many-30"))
	fresh := h.Create(harness.CR("TeleportUser", "fresh", "traits: {logins: [one]}"))
	waitStates(h, second, total-3, 4)

	written, lists := crRequests(h), listsOfCRs(h)
	h.Teleport.ResetCounters()
	editLease(h, func(spec *coordinationv1.LeaseSpec) { *spec.HolderIdentity = "" })
	waitHolder(h, "second")
	waitStates(h, second, total, 0)
	h.WaitGone(deleted)
	h.WaitReady(fresh)
	harness.WaitInTeleport(h, types.KindRole, "many-0", hasLogins("three"))
	harness.WaitInTeleport(h, types.KindRole, "many-30", hasLogins("one"))
	h.MustNotBeInTeleport(types.KindRole, "many-1")

	if n := listsOfCRs(h) - lists; n != 0 {
		t.Errorf("%d lists of CRs at a takeover", n)
	}
	// The finalizer of the deleted one and of the new one, the status of all but the deleted one.
	now := crRequests(h).Since(written)
	if n := now.Of(func(r cluster.Request) bool { return r.Verb == "PATCH" }); n != 5 {
		t.Errorf("%d patches of CRs at a takeover, wanted 5: %v", n, now)
	}
	calls := h.ResourceCalls()
	if n := sum(calls); n != 8 {
		t.Errorf("%d calls to Teleport at a takeover, wanted a look and a write for each of 4 CRs: %v", n, calls)
	}
	for method := range calls {
		if name := method[strings.LastIndex(method, "/")+1:]; strings.HasPrefix(name, "List") || name == "GetTokens" {
			t.Errorf("a takeover lists in Teleport: %s", name)
		}
	}
}

// The figures are only said: they depend on the allocator as much as on what is kept.
func sayMemory(t *testing.T, leader, standby *harness.Operator) {
	t.Helper()
	var resident [2]float64
	for i, op := range []*harness.Operator{leader, standby} {
		bytes, err := op.ResidentBytes()
		if err != nil {
			t.Fatal(err)
		}
		resident[i] = float64(bytes) / 1e6
	}
	t.Logf("resident: the leader %.1f MB, the standby %.1f MB", resident[0], resident[1])
}
