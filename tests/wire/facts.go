// Package wire makes messages of Teleport's API at run time, from facts about them
// (tests/data/wire-facts) instead of generated code: for kinds and fields that are newer than the
// API module. See README.md.
package wire

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"github.com/teleport-operator-caf/tests/data"
)

// Message is what the facts say of one message.
type Message struct {
	Fields []*Field `json:"fields"`
	Since  string   `json:"since"` // "later": the API module does not have it
}

// Field is what the facts say of one field.
type Field struct {
	Name   string `json:"name"`
	Number int32  `json:"number"`
	Type   string `json:"type"`  // a scalar, a full name, or map<key,value>
	Label  string `json:"label"` // repeated, optional, or empty
	Oneof  string `json:"oneof"`
	JSON   string `json:"json"` // its name in Teleport's own JSON, and in the CRDs; "-": none
	Inline bool   `json:"inline"`
	Since  string `json:"since"`
	Gogo   Gogo   `json:"gogo"`
}

// Gogo are the options that change a legacy field's JSON.
type Gogo struct {
	CustomType  string `json:"customtype"`
	CastType    string `json:"casttype"`
	Nullable    *bool  `json:"nullable"`
	StdTime     bool   `json:"stdtime"`
	StdDuration bool   `json:"stdduration"`
}

// Later says whether the API module, which is older than some CRDs, lacks the field.
func (f *Field) Later() bool { return f.Since == "later" }

// Repeated says whether it is a list.
func (f *Field) Repeated() bool { return f.Label == "repeated" }

// MapValue is the type of a map's values, empty if the field is no map.
func (f *Field) MapValue() string {
	types, isMap := strings.CutPrefix(f.Type, "map<")
	if !isMap {
		return ""
	}
	_, value, _ := strings.Cut(strings.TrimSuffix(types, ">"), ",")
	return strings.TrimSpace(value)
}

// Enum is what the facts say of one enum.
type Enum struct {
	Values []struct {
		Name   string `json:"name"`
		Number int32  `json:"number"`
	} `json:"values"`
}

// Facts is the table of messages and enums by full name.
type Facts struct {
	Messages map[string]*Message `json:"messages"`
	Enums    map[string]*Enum    `json:"enums"`
}

// Load reads the table; it is read once.
var Load = sync.OnceValues(func() (*Facts, error) {
	facts := &Facts{}
	if err := json.Unmarshal(data.Messages, facts); err != nil {
		return nil, fmt.Errorf("reading the table of messages: %w", err)
	}
	return facts, nil
})

// ByJSON finds the field that a property of Teleport's JSON stands for: the way to it, which has
// more than one step where messages between are inlined. Nil when there is none.
func (f *Facts) ByJSON(message, property string) []*Field {
	fields := f.Messages[message]
	if fields == nil {
		return nil
	}
	for _, field := range fields.Fields {
		if field.JSON == property && !field.Inline {
			return []*Field{field}
		}
	}
	for _, field := range fields.Fields {
		if !field.Inline {
			continue
		}
		if rest := f.ByJSON(field.Type, property); rest != nil {
			return append([]*Field{field}, rest...)
		}
	}
	return nil
}

// Method is one call of a service.
type Method struct {
	Name     string `json:"name"`
	Path     string `json:"path"`
	Request  string `json:"req"`
	Response string `json:"res"`
}

// Methods are the calls of a service by full name, as the facts list them.
func Methods(service string) ([]Method, error) {
	var table struct {
		Services map[string]struct {
			Methods []Method `json:"methods"`
		} `json:"services"`
	}
	if err := json.Unmarshal(data.Services, &table); err != nil {
		return nil, fmt.Errorf("reading the table of services: %w", err)
	}
	known, ok := table.Services[service]
	if !ok {
		return nil, fmt.Errorf("the facts have no service %q", service)
	}
	return known.Methods, nil
}
