// Package oracle answers what a custom resource means to Teleport: it decodes the CR with
// Teleport's own Go types, the way the official operator does (facts/operator-behaviour.md §6), so
// that tests can compare what our operator sends with it. For kinds and fields that are newer than
// the types, it decodes by the facts about the wire (package wire).
package oracle

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	kubejson "k8s.io/apimachinery/pkg/util/json"

	"github.com/gravitational/teleport/api/types"
)

// Labels and annotations that the decoding knows (facts/operator-behaviour.md §2.1).
const (
	originLabel           = "teleport.dev/origin"
	originKubernetes      = "kubernetes"
	descriptionAnnotation = "description"
)

// message is a decoded resource of either generation of generated code.
type message interface {
	wire() ([]byte, error)
	json() ([]byte, error)
}

// gogoMessage is one of the API module's gogo-generated resources.
type gogoMessage struct {
	resource interface{ Marshal() ([]byte, error) }
}

// wire fails where Teleport's encoder panics: on a null in a list of objects.
func (m gogoMessage) wire() (raw []byte, err error) {
	defer func() {
		if problem := recover(); problem != nil {
			err = fmt.Errorf("its encoder panics: %v", problem)
		}
	}()
	return m.resource.Marshal()
}

func (m gogoMessage) json() ([]byte, error) { return json.Marshal(m.resource) }

// newMessage is one of the newer resources.
type newMessage struct{ resource proto.Message }

func (m newMessage) wire() ([]byte, error) { return proto.Marshal(m.resource) }
func (m newMessage) json() ([]byte, error) {
	return protojson.MarshalOptions{UseProtoNames: true}.Marshal(m.resource)
}

// Kinds are all CR kinds of the operator, sorted.
func Kinds() []string { return slices.Sorted(maps.Keys(rows)) }

// KnownToModule says whether the API module has types for the kind; the others go by the facts.
func KnownToModule(kind string) bool { return rows[kind] != nil && rows[kind].decode != nil }

// Answer is what a CR means: the canonical wire form of its Teleport message (see Canonical), and
// Teleport's JSON of it, nil if Teleport can't write what it read.
type Answer struct {
	Wire []byte
	JSON []byte
}

// Decode reads a CR in JSON. The result carries what the operator has to send: kind, version, name,
// labels, description and spec, without validation and without defaults. The error is that of the
// decoding, as it belongs into the condition ValidStructure.
func Decode(kind string, cr []byte) (Answer, error) {
	decoded, err := decode(kind, cr)
	if err != nil {
		return Answer{}, err
	}
	raw, err := decoded.wire()
	if err != nil {
		return Answer{}, fmt.Errorf("encoding the decoded %s: %w", kind, err)
	}
	wire, err := Canonical(rows[kind].message, raw)
	if err != nil {
		return Answer{}, err
	}
	text, err := decoded.json()
	if err != nil {
		text = nil // a number of no enum value is read, but can't be written
	}
	return Answer{Wire: wire, JSON: text}, nil
}

func decode(kind string, cr []byte) (message, error) {
	row, object, err := read(kind, cr)
	if err != nil {
		return nil, err
	}
	if row.decode == nil {
		return byFacts(row, object)
	}
	return row.decode(row, object)
}

// DecodeByFacts is Decode without the API module's types: by the facts about the wire only, so that
// fields count that are newer than the module.
func DecodeByFacts(kind string, cr []byte) (Answer, error) {
	row, object, err := read(kind, cr)
	if err != nil {
		return Answer{}, err
	}
	decoded, err := byFacts(row, object)
	if err != nil {
		return Answer{}, err
	}
	raw, err := decoded.wire()
	if err != nil {
		return Answer{}, fmt.Errorf("encoding the decoded %s: %w", kind, err)
	}
	wire, err := Canonical(row.message, raw)
	return Answer{Wire: wire}, err
}

func read(kind string, cr []byte) (*kindRow, map[string]any, error) {
	row, known := rows[kind]
	if !known {
		return nil, nil, fmt.Errorf("kind %q is unknown to the oracle", kind)
	}
	var object map[string]any
	if err := kubejson.Unmarshal(cr, &object); err != nil {
		return nil, nil, fmt.Errorf("reading the CR as JSON: %w", err)
	}
	return row, object, nil
}

// customResource is a CR whose spec is a type of Teleport's.
type customResource[Spec any] struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Spec              Spec           `json:"spec,omitempty"`
	Status            map[string]any `json:"status,omitempty"`
}

// convert is the strict conversion of the official operator's Kubernetes library.
func convert[Spec any](object map[string]any) (*customResource[Spec], error) {
	out := &customResource[Spec]{}
	err := runtime.DefaultUnstructuredConverter.FromUnstructuredWithValidation(object, out, true)
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (c *customResource[Spec]) metadata() types.Metadata {
	labels := maps.Clone(c.Labels)
	if labels == nil {
		labels = map[string]string{}
	}
	labels[originLabel] = originKubernetes
	return types.Metadata{
		Name:        c.Name,
		Labels:      labels,
		Description: c.Annotations[descriptionAnnotation],
	}
}
