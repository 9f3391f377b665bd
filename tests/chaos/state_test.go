package chaos

import (
	"context"
	"fmt"
	"strings"

	"github.com/teleport-operator-caf/tests/harness"
	"github.com/teleport-operator-caf/tests/workload"
)

// converge waits until every CR is what its job says, on both sides, and answers the state.
func converge(h *harness.Test, m *mirror) workload.State {
	h.Helper()
	for _, one := range jobs() {
		wanted := progress(gone)
		if one.survives() {
			wanted = settled
		}
		if err := m.wait(h.Context, one.id(), wanted); err != nil {
			h.Fatal(err)
		}
	}
	waitArrived(h)
	return snapshot(h)
}

// waitArrived waits until Teleport has what the CRs and the Secrets say at the end: a CR that has
// not learned yet of a changed Secret, or of a deletion in Teleport, is Ready all the same.
func waitArrived(h *harness.Test) {
	h.Helper()
	for _, one := range jobs() {
		if !one.survives() {
			continue
		}
		kind := workKinds[one.kind]
		wanted := []string{one.mark(one.lastVersion())}
		if kind.Secrets {
			wanted = append(wanted, `"`+one.lastValue()+`"`)
		}
		h.EventuallyIn(patience, one.name+" in Teleport", func(context.Context) error {
			stored, err := h.Teleport.GetJSON(kind.Teleport, kind.NameInTeleport(one.name))
			for _, text := range wanted {
				if err == nil && !strings.Contains(string(stored), text) {
					err = fmt.Errorf("it lacks %s", text)
				}
			}
			return err
		})
	}
}

func snapshot(h *harness.Test) workload.State {
	h.Helper()
	return workload.Snapshot(h, workKinds)
}

// mustBeAsPlanned compares the end with what the jobs say, so that a reference run that went wrong
// is not a measure of anything.
func mustBeAsPlanned(h *harness.Test, s workload.State) {
	h.Helper()
	survivors := 0
	for _, one := range jobs() {
		kind := workKinds[one.kind]
		cr, there := s["CR "+kind.CR+" "+one.name]
		stored, inTeleport := s["Teleport "+kind.Teleport+" "+kind.NameInTeleport(one.name)]
		if there != one.survives() || inTeleport != one.survives() {
			h.Errorf("%s: CR %v, in Teleport %v, wanted %v", one.name, there, inTeleport, one.survives())
			continue
		}
		if !there {
			continue
		}
		survivors++
		mark := one.mark(one.lastVersion())
		if !strings.Contains(cr, mark) || !strings.Contains(stored, mark) {
			h.Errorf("%s is not at %s:\n  %s\n  %s", one.name, mark, cr, stored)
		}
		if !strings.Contains(stored, harness.OriginKubernetes) {
			h.Errorf("%s in Teleport lacks the origin label: %s", one.name, stored)
		}
	}
	crs := 0
	for name := range s {
		if strings.HasPrefix(name, "CR ") {
			crs++
		}
	}
	if crs != survivors {
		h.Errorf("%d CRs, wanted %d", crs, survivors)
	}
}

// mustHaveWrittenSanely looks at the order of all writes: nothing is created that is there, nothing
// changed or deleted that is not, and a CR's resource is not created more often than the CR was, or
// somebody else deleted it.
func mustHaveWrittenSanely(h *harness.Test) {
	h.Helper()
	audit := h.Teleport.Audit()
	for _, one := range workload.Insane(audit, "chaos-") {
		h.Error(one)
	}
	creates := workload.Creates(audit, "chaos-")
	for _, one := range jobs() {
		planned := 1
		for _, what := range one.actions {
			if what == recreate || what == vanish {
				planned++
			}
		}
		if found := creates[workKinds[one.kind].NameInTeleport(one.name)]; found > planned {
			h.Errorf("%s was created %d times in Teleport, wanted %d times at most", one.name, found, planned)
		}
	}
}

// mustBeAtRest: no pass runs or waits, and as many actors live as there are things to look after.
func mustBeAtRest(h *harness.Test, op *harness.Operator) harness.Metrics {
	h.Helper()
	alive := map[string]int{
		"operator": 1, "kube_client": 1, "teleport_client": 1, "event_recorder": 1, "secret_watcher": 1,
		"drift_watcher":   1,
		"kind_supervisor": harness.KindCount(),
	}
	for _, one := range jobs() {
		if one.survives() {
			alive["object_actor"]++
		}
	}
	var scraped harness.Metrics
	h.Eventually("the operator comes to rest", func(ctx context.Context) (err error) {
		if scraped, err = op.Scrape(ctx); err != nil {
			return err
		}
		for _, gauge := range []string{"controller_runtime_active_workers", "workqueue_depth"} {
			if busy := scraped.Sum(gauge); busy != 0 {
				return fmt.Errorf("%s is %v", gauge, busy)
			}
		}
		for actor, wanted := range alive {
			if found := int(scraped.Sum("teleport_operator_actors", "actor", actor)); found != wanted {
				return fmt.Errorf("%d × %s alive, wanted %d", found, actor, wanted)
			}
		}
		if status, body, err := op.Probe(ctx, "/readyz"); err != nil || status != 200 {
			return fmt.Errorf("/readyz: %d %s %v", status, body, err)
		}
		return nil
	})
	return scraped
}
