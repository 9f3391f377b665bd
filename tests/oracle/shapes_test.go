package oracle

import (
	"math"
	"strings"
)

// shape is what kind of value a place takes, whatever the CRD's type.
type shape string

const (
	object     shape = "object"
	list       shape = "list"
	mapping    shape = "map"
	labels     shape = "labels"      // an object of texts or lists of texts
	lists      shape = "lists"       // an object of lists of texts
	free       shape = "free form"   // any object
	text       shape = "text"        //
	yesNo      shape = "boolean"     // a plain one
	yesNoWord  shape = "word"        // a boolean or a word for one
	duration   shape = "duration"    // Teleport's own
	goDuration shape = "Go duration" // of access lists
	seconds    shape = "seconds"     // of protobuf's JSON
	instant    shape = "time"        //
	enum       shape = "enum"        //
	int32s     shape = "int32"       //
	uint32s    shape = "uint32"      //
	int64s     shape = "int64"       //
	float      shape = "number"      //
)

// shape is told by the facts, not by the CRD that is to be tested with it.
func (n *node) shape() shape {
	switch {
	case n.field == nil:
		return object
	case !n.isItem && n.field.Repeated() && n.field.Type != "teleport.trait.v1.Trait":
		return list
	case n.field.Gogo.CustomType == "Labels":
		return labels
	case n.field.Type == "teleport.trait.v1.Trait", n.field.Type == "wrappers.LabelValues", n.field.MapValue() == "wrappers.StringValues":
		return lists
	case n.field.Type == "wrappers.StringValues" && !n.isItem:
		return list
	case n.field.MapValue() != "" && !n.isItem:
		return mapping
	case n.field.Gogo.CustomType == "BoolOption", n.field.Gogo.CastType == "Bool":
		return yesNoWord
	case n.field.Gogo.CastType == "Duration", n.field.Gogo.StdDuration:
		return duration
	}
	return scalarShape(n)
}

func scalarShape(n *node) shape {
	kind := n.field.Type
	if value := n.field.MapValue(); value != "" {
		kind = value
	}
	switch kind {
	case "google.protobuf.Struct":
		return free
	case "google.protobuf.Timestamp":
		return instant
	case "google.protobuf.Duration":
		if n.form == legacy {
			return goDuration
		}
		return seconds
	case "string", "wrappers.StringValues":
		return text
	case "bool":
		return yesNo
	case "int32":
		return int32s
	case "uint32":
		return uint32s
	case "int64":
		return int64s
	case "double", "float":
		return float
	}
	if _, isEnum := enumWords[kind]; isEnum {
		return enum
	}
	return object
}

// enumWords are what stands for an enum's values in a CR.
var enumWords = map[string][]any{
	"types.RequireMFAType": {
		"", "yes", "No", "on", "off", "hardware_key", "hardware_key_touch", "hardware_key_pin",
		"hardware_key_touch_and_pin", 0, 1, 2, 3, 4, 5,
	},
	"types.CreateHostUserMode":     {"", "off", "drop", "keep", "insecure-drop", 0, 1, 3, 4},
	"types.CreateDatabaseUserMode": {"", "off", "keep", "best_effort_drop", 0, 1, 2, 3},
	"types.CertExtensionType":      {"ssh", 0},
	"types.CertExtensionMode":      {"extension", 0},
	"types.SAMLForceAuthn":         {"", "yes", "NO", "on", "0", 0, 1, 2},
	"types.DatabaseTLSMode":        {"", "verify-full", "verify-ca", "insecure", 0, 1, 2},
	"types.IAMPolicyStatus":        {"IAM_POLICY_STATUS_UNSPECIFIED", "IAM_POLICY_STATUS_PENDING", "IAM_POLICY_STATUS_FAILED", "IAM_POLICY_STATUS_SUCCESS"},

	"teleport.accesslist.v1.IneligibleStatus": {"INELIGIBLE_STATUS_UNSPECIFIED", "INELIGIBLE_STATUS_ELIGIBLE", "INELIGIBLE_STATUS_EXPIRED"},
	"teleport.accesslist.v1.MembershipKind":   {"MEMBERSHIP_KIND_UNSPECIFIED", "MEMBERSHIP_KIND_USER", "MEMBERSHIP_KIND_LIST"},
	"teleport.accesslist.v1.ReviewFrequency":  {"1", "3months", "6 Months", "1 year", "12m", "1y"},
	"teleport.accesslist.v1.ReviewDayOfMonth": {"1", "first", "15", "LAST", "la st"},
}

var (
	strangeTexts = []string{"", "a", "*", "{{internal.logins}}", "^a.*$", "Ünïcödé ☃", "a b\tc\n", `"quoted"`, "null", "true", "0", "\u0000", "secret:", strings.Repeat("long", 2000)}
	durations    = []string{"0", "never", "8h0m0s", "1.5h", "1d", "1mo", "2y", "300ms", "-5m", "+5m", "1h2m3s4ms5us6ns", ".5s", "1µs", "2h1h", "1mo2d3.5h4m"}
	goDurations  = []string{"0", "336h", "1.5h", "300ms", "-5m", "1h2m3s4ms5us6ns", ".5s", "1µs"}
	secondTexts  = []string{"0s", "43200s", "1.5s", "0.000000001s", "-3s", "3600.000001s"}
	times        = []string{"2030-01-31T12:00:00Z", "2030-01-31T12:00:00.123456789Z", "1999-12-31T23:59:59+02:00", "2024-02-29T00:00:00.5-11:30", "0001-01-01T00:00:01Z"}
	names        = []string{"a", "*", "env", "teleport.dev/x", "a.b", "Ü", ""}
	wholeNumbers = []any{0, 1, -1, 7, 2.0, math.MaxInt32}
	countNumbers = []any{0, 1, 7, 2.0, math.MaxInt32, math.MaxUint32}
	largeNumbers = []any{0, 1, -1, int64(math.MaxInt64), int64(math.MinInt64), int64(9007199254740993), 3.0}
	broken       = []any{0, 1, -1.5, 0.1, 1e21, 1e-9}
	freeForm     = []any{map[string]any{}, map[string]any{"a": 1, "b": []any{true, nil, "x", map[string]any{"": 1.5}}}, map[string]any{"Ü": "☃"}}
)

// goodValues of a place that has no places below.
func goodValues(n *node) []any {
	switch n.shape() {
	case free:
		return freeForm
	case text:
		return anys(strangeTexts)
	case yesNo:
		return []any{true, false}
	case yesNoWord:
		return []any{true, false, "yes", "off", "TRUE", "0"}
	case duration:
		return anys(durations)
	case goDuration:
		return anys(goDurations)
	case seconds:
		return anys(secondTexts)
	case instant:
		return anys(times)
	case enum:
		return enumWords[n.field.Type]
	case int32s:
		return wholeNumbers
	case uint32s:
		return countNumbers
	case int64s:
		return largeNumbers
	case float:
		return broken
	default:
		return nil
	}
}
