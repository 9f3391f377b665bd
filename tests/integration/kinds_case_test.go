package integration

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/teleport-operator-caf/tests/harness"
)

// kindCase is what the tests of every kind must know of one. VALUE in a text stands for what a test
// puts there; what counts is whether it arrives, not what it means.
type kindCase struct {
	cr string // the CR kind
	// The resource in Teleport: its kind, sub-kind and version.
	kind, subKind, version string
	name                   string // the only name that it can have; "": any
	spec                   string // of the CR, and of the resource in Teleport's JSON; YAML
	shows                  string // the field of Teleport's JSON that has VALUE
	as                     string // the text there; "": VALUE alone
	values                 [3]string
	writeOnly              bool // Teleport does not give the spec back
}

// The three values of a case: what the CR says first, what it says after an edit, and what somebody
// else wrote. Any three words, unless the case has its own.
const (
	first  = 0
	edited = 1
	theirs = 2
)

func (c kindCase) value(which int) string {
	if c.values[which] != "" {
		return c.values[which]
	}
	return [3]string{"one", "two", "theirs"}[which]
}

func (c kindCase) filled(which int) string {
	return strings.ReplaceAll(c.spec, "VALUE", c.value(which))
}

// wanted is the text that Teleport shows.
func (c kindCase) wanted(which int) string {
	if c.as == "" {
		return c.value(which)
	}
	return strings.ReplaceAll(c.as, "VALUE", c.value(which))
}

// named is the resource's name: its own, where the kind leaves it open.
func (c kindCase) named() string {
	if c.name != "" {
		return c.name
	}
	return "some-" + strings.ToLower(c.cr)
}

// custom is the CR.
func (c kindCase) custom(which int) *unstructured.Unstructured {
	return harness.CR(c.cr, c.named(), c.filled(which))
}

// store puts the resource into Teleport as an administrator does.
func (c kindCase) store(h *harness.Test, which int, labels map[string]string) {
	h.Helper()
	var spec map[string]any
	if err := yaml.Unmarshal([]byte(c.filled(which)), &spec); err != nil {
		h.Fatalf("the case of %s: %v", c.cr, err)
	}
	document := map[string]any{
		"kind": c.kind, "version": c.version, "spec": spec,
		"metadata": map[string]any{"name": c.named(), "labels": labels},
	}
	if c.subKind != "" {
		document["sub_kind"] = c.subKind
	}
	text, err := json.Marshal(document)
	if err != nil {
		h.Fatal(err)
	}
	h.ApplyInTeleport(string(text))
}

// revision is that of the resource in Teleport, which must be there.
func (c kindCase) revision(h *harness.Test) string {
	h.Helper()
	stored := h.Teleport.Get(c.kind, c.named())
	if stored == nil {
		h.Fatalf("%s %q is not in Teleport", c.kind, c.named())
	}
	return stored.GetRevision()
}

// mustShow fails the test unless Teleport has the value, and the resource is ours.
func (c kindCase) mustShow(h *harness.Test, which int) {
	h.Helper()
	h.MustBeInTeleport(c.kind, c.named(), c.shows, c.wanted(which))
	if stored := h.Teleport.Get(c.kind, c.named()); stored != nil {
		if err := isOurs(stored); err != nil {
			h.Error(err)
		}
	}
}

var ours = map[string]string{harness.OriginLabel: harness.OriginKubernetes}

// everyKind runs a check for each kind, all in one world, several at once, and waits for all.
func everyKind(h *harness.Test, t *testing.T, check func(*harness.Test, kindCase)) {
	t.Helper()
	t.Run("of", func(t *testing.T) {
		for _, c := range kindCases {
			t.Run(c.cr, func(t *testing.T) {
				t.Parallel()
				check(h.In(t), c)
			})
		}
	})
}

// caseOf is the case of one kind.
func caseOf(t *testing.T, cr string) kindCase {
	t.Helper()
	at := slices.IndexFunc(kindCases, func(c kindCase) bool { return c.cr == cr })
	if at < 0 {
		t.Fatalf("no case of %s", cr)
	}
	return kindCases[at]
}

func TestEveryKindHasACase(t *testing.T) {
	t.Parallel()
	var cases []string
	for _, c := range kindCases {
		cases = append(cases, c.cr)
	}
	crds := harness.Kinds()
	slices.Sort(cases)
	slices.Sort(crds)
	if !slices.Equal(cases, crds) {
		t.Errorf("cases of %v,\nCRDs of %v", cases, crds)
	}
}
