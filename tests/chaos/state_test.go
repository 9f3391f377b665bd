package chaos

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/teleport-operator-caf/tests/harness"
)

// state is both sides at the end of a run: name → JSON, without what differs between any two runs.
type state map[string]string

// converge waits until every CR is what its job says, on both sides, and answers the state.
func converge(h *harness.Test, m *mirror) state {
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
		if kind.secrets {
			wanted = append(wanted, `"`+one.lastValue()+`"`)
		}
		h.EventuallyIn(patience, one.name+" in Teleport", func(context.Context) error {
			stored, err := h.Teleport.GetJSON(kind.teleport, kind.nameInTeleport(one.name))
			for _, text := range wanted {
				if err == nil && !strings.Contains(string(stored), text) {
					err = fmt.Errorf("it lacks %s", text)
				}
			}
			return err
		})
	}
}

func snapshot(h *harness.Test) state {
	h.Helper()
	all := state{}
	for _, kind := range workKinds {
		list, err := h.Dynamic.Resource(kind.resource()).Namespace(h.Namespace).List(h.Context, metav1.ListOptions{})
		if err != nil {
			h.Fatal(err)
		}
		for _, cr := range list.Items {
			all["CR "+kind.cr+" "+cr.GetName()] = masked(h, maskCR(kind, cr.Object))
		}
	}
	for _, kind := range teleportKinds() {
		for _, stored := range h.Teleport.List(kind) {
			text, err := h.Teleport.GetJSON(kind, stored.GetName())
			if err != nil {
				h.Fatal(err)
			}
			var object map[string]any
			if err := json.Unmarshal(text, &object); err != nil {
				h.Fatal(err)
			}
			all["Teleport "+kind+" "+stored.GetName()] = masked(h, maskResource(object))
		}
	}
	return all
}

// maskCR leaves out identity, times and history: of TeleportResourceOwned the reason, which tells
// whether the last pass created the resource or found it; and storedHash, which is unknown after a
// write that Teleport answers with nothing, until somebody looks. What appliedHash knows of a Secret
// is its identity.
func maskCR(kind workKind, object map[string]any) map[string]any {
	for _, field := range []string{"uid", "resourceVersion", "creationTimestamp", "managedFields"} {
		unstructured.RemoveNestedField(object, "metadata", field)
	}
	for _, field := range []string{"teleportRevision", "storedHash"} {
		unstructured.RemoveNestedField(object, "status", field)
	}
	if kind.secrets {
		unstructured.RemoveNestedField(object, "status", "appliedHash")
	}
	conditions, _, _ := unstructured.NestedSlice(object, "status", "conditions")
	byType := map[string]any{}
	for _, one := range conditions {
		condition := one.(map[string]any)
		delete(condition, "lastTransitionTime")
		if condition["type"] == "TeleportResourceOwned" {
			delete(condition, "reason")
			delete(condition, "message")
		}
		byType[condition["type"].(string)] = condition
	}
	if status, ok := object["status"].(map[string]any); ok {
		status["conditions"] = byType
	}
	return object
}

func maskResource(object map[string]any) map[string]any {
	for _, path := range [][]string{
		{"metadata", "revision"}, {"metadata", "id"}, {"spec", "created_by", "time"}, {"spec", "created_at"},
	} {
		unstructured.RemoveNestedField(object, path...)
	}
	return object
}

func masked(h *harness.Test, object map[string]any) string {
	h.Helper()
	text, err := json.Marshal(object)
	if err != nil {
		h.Fatal(err)
	}
	return strings.ReplaceAll(string(text), h.Namespace, "NAMESPACE")
}

// mustBe compares two ends.
func (s state) mustBe(h *harness.Test, reference state) {
	h.Helper()
	for name, wanted := range reference {
		found, there := s[name]
		switch {
		case !there:
			h.Errorf("%s is missing", name)
		case found != wanted:
			h.Errorf("%s differs from the undisturbed run:\n  %s\n  %s", name, found, wanted)
		}
	}
	for name := range s {
		if _, wanted := reference[name]; !wanted {
			h.Errorf("%s is left over: %s", name, s[name])
		}
	}
}

// mustBeAsPlanned compares the end with what the jobs say, so that a reference run that went wrong
// is not a measure of anything.
func (s state) mustBeAsPlanned(h *harness.Test) {
	h.Helper()
	survivors := 0
	for _, one := range jobs() {
		kind := workKinds[one.kind]
		cr, there := s["CR "+kind.cr+" "+one.name]
		stored, inTeleport := s["Teleport "+kind.teleport+" "+kind.nameInTeleport(one.name)]
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
	there, creates := map[string]bool{}, map[string]int{}
	for _, write := range h.Teleport.Audit() {
		if !strings.HasPrefix(write.Name, "chaos-") {
			continue
		}
		if there[write.Name] == (write.Verb == "create") {
			h.Errorf("%s of %s, which is there: %v", write.Verb, write.Name, there[write.Name])
		}
		there[write.Name] = write.Verb != "delete"
		if write.Verb == "create" {
			creates[write.Name]++
		}
	}
	for _, one := range jobs() {
		planned := 1
		for _, what := range one.actions {
			if what == recreate || what == vanish {
				planned++
			}
		}
		if found := creates[workKinds[one.kind].nameInTeleport(one.name)]; found > planned {
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
