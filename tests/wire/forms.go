package wire

import (
	"math"
	"math/big"
	"regexp"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// The special forms of the facts (json_forms; operator-behaviour §6.3). What the official operator
// reads sloppily, such as an unknown word as false, is refused here; oracle/differences_test.go
// knows.

var (
	yes = []string{"yes", "yeah", "y", "true", "1", "on"}
	no  = []string{"no", "nope", "n", "false", "0", "off"}
)

func word(value any, among []string) bool {
	text, ok := value.(string)
	for _, known := range among {
		if ok && strings.EqualFold(text, known) {
			return true
		}
	}
	return false
}

// boolean reads a boolean or a word for one.
func boolean(value any) (chosen, ok bool) {
	if chosen, ok = value.(bool); ok {
		return chosen, true
	}
	return word(value, yes), word(value, yes) || word(value, no)
}

// enumForm is how an enum is written in Teleport's JSON.
type enumForm struct {
	words    map[string]int32
	booleans bool  // words for booleans: yes is 1…
	yes, no  int32 // …and these are their numbers
	names    bool  // names of the values
	loose    bool  // without regard to case and spaces
	replaced map[int32]int32
}

var enumForms = map[string]enumForm{
	"types.RequireMFAType": {booleans: true, yes: 1, no: 0, words: map[string]int32{
		"": 0, "hardware_key": 2, "hardware_key_touch": 3, "hardware_key_pin": 4, "hardware_key_touch_and_pin": 5}},
	"types.CreateHostUserMode": {words: map[string]int32{
		"": 0, "off": 1, "drop": 4, "keep": 3, "insecure-drop": 4}, replaced: map[int32]int32{2: 4}},
	"types.CreateDatabaseUserMode": {words: map[string]int32{"": 0, "off": 1, "keep": 2, "best_effort_drop": 3}},
	"types.CertExtensionType":      {words: map[string]int32{"ssh": 0}},
	"types.CertExtensionMode":      {words: map[string]int32{"extension": 0}},
	"types.SAMLForceAuthn":         {booleans: true, yes: 1, no: 2, words: map[string]int32{"": 0}},
	"types.DatabaseTLSMode":        {words: map[string]int32{"": 0, "verify-full": 0, "verify-ca": 1, "insecure": 2}},
	"types.IAMPolicyStatus":        {names: true},

	"teleport.accesslist.v1.IneligibleStatus": {names: true, words: map[string]int32{"": 0}},
	"teleport.accesslist.v1.MembershipKind":   {names: true, words: map[string]int32{"": 0}},
	"teleport.accesslist.v1.ReviewFrequency": {loose: true, words: map[string]int32{
		"": 0, "1": 1, "1m": 1, "1month": 1, "1months": 1, "3": 3, "3m": 3, "3month": 3, "3months": 3,
		"6": 6, "6m": 6, "6month": 6, "6months": 6, "12": 12, "12m": 12, "12month": 12, "12months": 12,
		"1y": 12, "1year": 12, "1years": 12}},
	"teleport.accesslist.v1.ReviewDayOfMonth": {loose: true, words: map[string]int32{
		"": 0, "1": 1, "first": 1, "15": 15, "last": 31}},
}

func enumNumber(name string, enum protoreflect.EnumDescriptor, value any) (protoreflect.EnumNumber, bool) {
	form := enumForms[name]
	text, isText := value.(string)
	if !isText {
		number, ok := integer(value, 0, math.MaxInt32)
		if other, replaced := form.replaced[int32(number)]; replaced {
			number = int64(other)
		}
		return protoreflect.EnumNumber(number), ok && enum.Values().ByNumber(protoreflect.EnumNumber(number)) != nil
	}
	if form.loose {
		text = strings.ToLower(strings.ReplaceAll(text, " ", ""))
	}
	if number, known := form.words[text]; known {
		return protoreflect.EnumNumber(number), true
	}
	if chosen, ok := boolean(text); ok && form.booleans {
		if chosen {
			return protoreflect.EnumNumber(form.yes), true
		}
		return protoreflect.EnumNumber(form.no), true
	}
	if found := enum.Values().ByName(protoreflect.Name(text)); found != nil && form.names {
		return found.Number(), true
	}
	return 0, false
}

var (
	durationPart = regexp.MustCompile(`^([0-9]*)(?:\.([0-9]*))?(ns|us|µs|μs|ms|mo|s|m|h|d|y)`)
	durationUnit = map[string]time.Duration{
		"ns": 1, "us": time.Microsecond, "µs": time.Microsecond, "μs": time.Microsecond,
		"ms": time.Millisecond, "s": time.Second, "m": time.Minute, "h": time.Hour,
		"d": 24 * time.Hour, "mo": 30 * 24 * time.Hour, "y": 365 * 24 * time.Hour,
	}
)

// teleportDuration reads `1d12h`, `-5m`, `0`, `never` in nanoseconds, cutting what is finer.
func teleportDuration(text string) (int64, bool) {
	if text == "never" {
		return 0, true
	}
	negative := strings.HasPrefix(text, "-")
	if negative || strings.HasPrefix(text, "+") {
		text = text[1:]
	}
	if text == "0" {
		return 0, true
	}
	sum := new(big.Int)
	for rest := text; rest != "" || text == ""; {
		part := durationPart.FindStringSubmatch(rest)
		if part == nil || part[1]+part[2] == "" {
			return 0, false
		}
		number, ok := new(big.Rat).SetString("0" + part[1] + "." + part[2] + "0")
		if !ok {
			return 0, false
		}
		number.Mul(number, new(big.Rat).SetInt64(int64(durationUnit[part[3]])))
		sum.Add(sum, new(big.Int).Quo(number.Num(), number.Denom()))
		rest = rest[len(part[0]):]
	}
	if !sum.IsInt64() {
		return 0, false
	}
	if negative {
		return -sum.Int64(), true
	}
	return sum.Int64(), true
}

// duration fills a google.protobuf.Duration: in access lists from Go's form, which Teleport's
// contains.
func (d *decoder) duration(into protoreflect.Message, value any, path string) {
	text, isText := value.(string)
	nanoseconds, ok := teleportDuration(text)
	if !isText || !ok {
		d.problem(path, "%v is no duration", value)
		return
	}
	d.copyInto(into, durationpb.New(time.Duration(nanoseconds)), path)
}

func (d *decoder) time(into protoreflect.Message, value any, path string) {
	text, isText := value.(string)
	parsed, err := time.Parse(time.RFC3339Nano, text)
	if !isText || err != nil {
		d.problem(path, "%v is no RFC 3339 time", value)
		return
	}
	d.copyInto(into, timestamppb.New(parsed), path)
}

// copyInto copies a well-known message into a dynamic one of the same type.
func (d *decoder) copyInto(into protoreflect.Message, from proto.Message, path string) {
	raw, err := proto.Marshal(from)
	if err == nil {
		err = proto.Unmarshal(raw, into.Interface())
	}
	if err != nil {
		d.problem(path, "%v", err)
	}
}
