package oracle

import (
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
)

// difference is a case in which the operator deliberately does not do what the official one does.
type difference struct {
	reason string
	// documented is a text of docs/differences.md.
	documented string
	explains   func(kind string, p poke, o outcome) bool
}

var knownDifferences = []difference{
	{
		reason:     "a null in a list or in a map is refused",
		documented: "a `null` in a list, or for a value of a map",
		explains: func(_ string, p poke, o outcome) bool {
			return o.onlyOursRefuses() && (holdsNull(p.value) || (p.value == nil && p.at.isItem))
		},
	},
	{
		reason:     "an unknown word for a boolean is refused",
		documented: "an unknown word for a boolean",
		explains: func(_ string, p poke, o outcome) bool {
			return o.onlyOursRefuses() && p.at.shape() == yesNoWord && isText(p.value)
		},
	},
	{
		reason:     "an unknown word for the recurrence of an access list's reviews is refused",
		documented: "an unknown word for the recurrence",
		explains: func(_ string, p poke, o outcome) bool {
			return o.onlyOursRefuses() && isText(p.value) && strings.HasPrefix(p.at.message, "teleport.accesslist.v1.Review")
		},
	},
	{
		reason:     "an unknown name for an enum that goes by names is refused",
		documented: "an unknown name for `iam_policy_status`",
		explains: func(_ string, p poke, o outcome) bool {
			return o.onlyOursRefuses() && isText(p.value) && (p.at.message == "types.IAMPolicyStatus" ||
				p.at.message == "teleport.accesslist.v1.IneligibleStatus" || p.at.message == "teleport.accesslist.v1.MembershipKind")
		},
	},
	{
		reason:     "redirect_url is a list, as its CRD says",
		documented: "a single text for `redirect_url`",
		explains: func(_ string, p poke, o outcome) bool {
			return o.onlyOursRefuses() && p.at.path == "spec.redirect_url" && isText(p.value)
		},
	},
	{
		reason:     "a null is no value also where the official operator stumbles on it",
		documented: "`null` for `redirect_url`",
		explains: func(_ string, p poke, o outcome) bool {
			stumbles := p.at.path == "spec.redirect_url" || p.at.name == "max_age" || p.at.path == "spec.audit.notifications"
			return o.ours == nil && p.value == nil && stumbles
		},
	},
	{
		reason:     "notifications of an access list may have no start",
		documented: "`notifications` of an access list without `start`",
		explains: func(_ string, p poke, o outcome) bool {
			return o.onlyTheirsRefuse() && strings.HasPrefix(p.at.path, "spec.audit.notifications")
		},
	},
	{
		reason:     "an empty next_audit_date is refused",
		documented: "an empty text for `next_audit_date`",
		explains: func(_ string, p poke, o outcome) bool {
			return o.onlyOursRefuses() && p.at.path == "spec.audit.next_audit_date" && p.value == ""
		},
	},
	{
		reason:     "the enums of access lists are taken as numbers as well",
		documented: "a number for a recurrence",
		explains: func(_ string, p poke, o outcome) bool {
			return o.onlyTheirsRefuse() && p.at.shape() == enum && strings.HasPrefix(p.at.message, "teleport.accesslist.v1.") && !isText(p.value)
		},
	},
	{
		reason:     "a number for a duration is refused",
		documented: "a number for a duration",
		explains: func(_ string, p poke, o outcome) bool {
			return o.onlyOursRefuses() && p.at.shape() == duration && !isText(p.value)
		},
	},
	{
		reason:     "an integer that does not fit is refused",
		documented: "an integer that does not fit",
		explains: func(_ string, p poke, o outcome) bool {
			return o.onlyOursRefuses() && isWhole(p.at) && !isText(p.value)
		},
	},
	{
		reason:     "a number of no enum value is refused",
		documented: "a number that no value of an enum has",
		explains: func(_ string, p poke, o outcome) bool {
			return o.onlyOursRefuses() && p.at.shape() == enum && !isText(p.value)
		},
	},
	{
		reason:     "number 2 of create_host_user_mode means what the word `drop` means",
		documented: "`create_host_user_mode: 2`",
		explains: func(_ string, p poke, o outcome) bool {
			return o.bothTake() && p.at.field != nil && p.at.field.Type == "types.CreateHostUserMode" && isNumber(p.value, 2)
		},
	},
	{
		reason:     "an unknown field where the official operator does not look is refused",
		documented: "an unknown field of a newer kind",
		explains: func(kind string, p poke, o outcome) bool {
			return o.onlyOursRefuses() && p.at.shape() == object && ownDecoder(kind, p.at)
		},
	},
	{
		reason:     "a number in quotes is refused, unless it is an integer of 64 bits",
		documented: "a number in quotes",
		explains: func(_ string, p poke, o outcome) bool {
			return o.onlyOursRefuses() && p.at.form == newer && (isWhole(p.at) || p.at.shape() == float) && isText(p.value)
		},
	},
	{
		reason:     "an integer of 64 bits is taken in quotes by legacy kinds as well",
		documented: "an integer of 64 bits in quotes",
		explains: func(_ string, p poke, o outcome) bool {
			return o.onlyTheirsRefuse() && p.at.form == legacy && p.at.shape() == int64s && isText(p.value)
		},
	},
	{
		reason:     "newer kinds take Teleport's durations, not only seconds",
		documented: "durations of newer kinds",
		explains: func(_ string, p poke, o outcome) bool {
			return o.onlyTheirsRefuse() && p.at.shape() == seconds && isText(p.value)
		},
	},
	{
		reason:     "a duration of more than 292 years is refused",
		documented: "a duration of more than 292 years",
		explains: func(_ string, p poke, o outcome) bool {
			return o.onlyOursRefuses() && p.at.shape() == seconds && p.value == "9223372037s"
		},
	},
	{
		reason:     "a time in the year 0 or with a decimal comma is refused",
		documented: "a time in the year 0",
		explains: func(_ string, p poke, o outcome) bool {
			return o.onlyOursRefuses() && p.at.shape() == instant && (p.value == "0000-01-01T00:00:00Z" || p.value == "2030-01-31T12:00:00,5Z")
		},
	},
	{
		reason:     "what is finer than a nanosecond in a time is cut by newer kinds as well",
		documented: "what is finer than a nanosecond in a time",
		explains: func(_ string, p poke, o outcome) bool {
			return o.onlyTheirsRefuse() && p.at.form == newer && p.at.shape() == instant && isText(p.value)
		},
	},
}

// ownDecoder: the official operator hands the value to a decoder that does not look for unknown
// fields.
func ownDecoder(kind string, n *node) bool {
	return n.form == newer || kind == "TeleportOIDCConnector" || strings.HasPrefix(n.path, "spec.audit")
}

func (o outcome) onlyOursRefuses() bool  { return o.ours != nil && o.theirs == nil }
func (o outcome) onlyTheirsRefuse() bool { return o.ours == nil && o.theirs != nil }
func (o outcome) bothTake() bool         { return o.ours == nil && o.theirs == nil }

func isText(value any) bool {
	_, is := value.(string)
	return is
}

func isNumber(value any, number int) bool { return value == number || value == float64(number) }

func isWhole(n *node) bool {
	return n.shape() == int32s || n.shape() == uint32s || n.shape() == int64s
}

// holdsNull looks into lists and objects, not at the value itself.
func holdsNull(value any) bool {
	switch value := value.(type) {
	case []any:
		return slices.ContainsFunc(value, func(item any) bool { return item == nil || holdsNull(item) })
	case map[string]any:
		return slices.ContainsFunc(slices.Collect(maps.Values(value)), func(item any) bool { return item == nil || holdsNull(item) })
	}
	return false
}

// differences counts how often each was met.
type differences struct {
	mutex sync.Mutex
	met   map[string]int
}

// readDifferences fails at the end of the test for each that was never met: it is no longer one,
// or the edge that shows it is missing. Each must be documented.
func readDifferences(t *testing.T) *differences {
	t.Helper()
	text, err := os.ReadFile("../../docs/differences.md")
	if err != nil {
		t.Error(err)
	}
	out := &differences{met: map[string]int{}}
	for _, d := range knownDifferences {
		if !strings.Contains(string(text), d.documented) {
			t.Errorf("docs/differences.md does not say %q: %s", d.documented, d.reason)
		}
	}
	t.Cleanup(func() {
		for _, d := range knownDifferences {
			if out.met[d.reason] == 0 {
				t.Errorf("never met: %s", d.reason)
			}
			t.Logf("%6d times: %s", out.met[d.reason], d.reason)
		}
	})
	return out
}

// explain says whether the outcome is a known difference, and counts it.
func (d *differences) explain(kind string, p poke, o outcome) bool {
	for _, known := range knownDifferences {
		if known.explains(kind, p, o) {
			d.mutex.Lock()
			defer d.mutex.Unlock()
			d.met[known.reason]++
			return true
		}
	}
	return false
}
