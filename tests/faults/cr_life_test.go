package faults

import (
	"fmt"
	"slices"
	"strings"

	"github.com/teleport-operator-caf/tests/harness"
	"github.com/teleport-operator-caf/tests/teleport"
	"github.com/teleport-operator-caf/tests/workload"
)

// plainKinds are those whose CRs need nothing beside them.
var plainKinds = slices.DeleteFunc(slices.Clone(workload.Kinds), func(kind workload.Kind) bool { return kind.Secrets })

// kindsOf are the names of these CR kinds.
func kindsOf(kinds []workload.Kind) []string {
	var names []string
	for _, kind := range kinds {
		names = append(names, kind.CR)
	}
	return names
}

// crLife is one CR, taken from step to step; each step ends when both sides have it.
type crLife struct {
	h    *harness.Test
	seen *harness.Witness
	kind workload.Kind
	name string
}

// inTeleport is what the resource is called there.
func (l crLife) inTeleport() string { return l.kind.NameInTeleport(l.name) }

func (l crLife) client() crClient { return clientOf(l.h, l.kind) }

func (l crLife) create(value string) error {
	cr, err := l.client().create(l.h.Context, l.kind.Custom(l.name, value, ""))
	if err != nil {
		return err
	}
	if err := l.seen.WaitReady(l.h.Context, cr, patience); err != nil {
		return err
	}
	return l.has(value)
}

func (l crLife) edit(value string) error {
	cr, err := l.client().edit(l.h.Context, l.name, l.kind.SpecOf(value, ""))
	if err != nil {
		return err
	}
	if err := l.seen.WaitReady(l.h.Context, cr, patience); err != nil {
		return err
	}
	return l.has(value)
}

func (l crLife) remove() error {
	if err := l.client().remove(l.h.Context, l.name); err != nil {
		return err
	}
	gone := harness.CR(l.kind.CR, l.name, "")
	if err := l.seen.WaitGone(l.h.Context, gone, patience); err != nil {
		return err
	}
	if l.h.Teleport.Get(l.kind.Teleport, l.inTeleport()) != nil {
		return fmt.Errorf("the CR is gone, and %s %q is left in Teleport", l.kind.Teleport, l.inTeleport())
	}
	return nil
}

// has: the resource holds this value, and is ours.
func (l crLife) has(value string) error {
	stored, err := l.h.Teleport.GetJSON(l.kind.Teleport, l.inTeleport())
	if err != nil {
		return fmt.Errorf("the CR is Ready, in Teleport: %w", err)
	}
	for _, text := range []string{value, harness.OriginKubernetes} {
		if !strings.Contains(string(stored), text) {
			return fmt.Errorf("the CR is Ready, Teleport's resource lacks %s: %s", text, stored)
		}
	}
	return nil
}

// audit is every write to the resource that took effect.
func (l crLife) audit() []teleport.WriteRecord {
	var all []teleport.WriteRecord
	for _, write := range l.h.Teleport.Audit() {
		if write.Kind == l.kind.Teleport && write.Name == l.inTeleport() {
			all = append(all, write)
		}
	}
	return all
}

func (l crLife) writes() []string {
	var verbs []string
	for _, write := range l.audit() {
		verbs = append(verbs, write.Verb)
	}
	return verbs
}
