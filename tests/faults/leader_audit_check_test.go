package faults

import (
	"testing"
	"time"
)

// The judge of who wrote when must be able to say no.
func TestWritesOutsideATenureAreFound(t *testing.T) {
	at := func(second int) time.Time { return time.Unix(1000+int64(second), 0) }
	lease := func(second int, holder string) auditEvent {
		event := auditEvent{Verb: "update", StageTimestamp: at(second)}
		event.ObjectRef.Resource = "leases"
		event.RequestObject.Spec.HolderIdentity = holder
		return event
	}
	// a holds it from 0 to 20, b from 20 to its release at 40, a again from 50.
	all := tenures([]auditEvent{
		lease(0, "a"), lease(10, "a"), lease(20, "b"), lease(30, "b"), lease(40, ""), lease(50, "a"), lease(60, "a"),
	})
	if len(all) != 3 {
		t.Fatalf("%d tenures, wanted 3: %v", len(all), all)
	}
	for _, one := range []struct {
		by      string
		second  int
		allowed bool
	}{
		{"a", 1, true}, {"a", 19, true}, {"a", 21, false}, {"b", 10, false}, {"b", 21, true},
		{"b", 41, false}, {"a", 45, false}, {"a", 51, true}, {"a", 500, true}, {"c", 5, false},
	} {
		bad := outsideTenure(all, []write{{one.by, "a write", at(one.second)}})
		if (len(bad) == 0) != one.allowed {
			t.Errorf("%s at %d: allowed %v, wanted %v", one.by, one.second, len(bad) == 0, one.allowed)
		}
	}
}
