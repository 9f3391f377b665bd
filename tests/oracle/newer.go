package oracle

import (
	"encoding/json"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	accessmonitoringrulesv1 "github.com/gravitational/teleport/api/gen/proto/go/teleport/accessmonitoringrules/v1"
	autoupdatev1 "github.com/gravitational/teleport/api/gen/proto/go/teleport/autoupdate/v1"
	headerv1 "github.com/gravitational/teleport/api/gen/proto/go/teleport/header/v1"
	machineidv1 "github.com/gravitational/teleport/api/gen/proto/go/teleport/machineid/v1"
	workloadidentityv1 "github.com/gravitational/teleport/api/gen/proto/go/teleport/workloadidentity/v1"
)

// The decoders of newer kinds: the spec is read by protobuf's canonical JSON, without a complaint
// about unknown fields (facts/operator-behaviour.md §6.2).

var likeOfficial = protojson.UnmarshalOptions{DiscardUnknown: true}

// rawSpec keeps the spec's JSON from the strict conversion of what is around it.
type rawSpec struct{ text json.RawMessage }

func (s *rawSpec) UnmarshalJSON(data []byte) error {
	s.text = append(json.RawMessage{}, data...)
	return nil
}

// header153 is what the CR's metadata becomes.
func (c *customResource[Spec]) header153() *headerv1.Metadata {
	metadata := c.metadata()
	return &headerv1.Metadata{Name: metadata.Name, Description: metadata.Description, Labels: metadata.Labels}
}

// convertNewer reads the CR, and its spec into the message unless there is none.
func convertNewer[Spec proto.Message](object map[string]any, empty Spec) (*customResource[rawSpec], Spec, error) {
	var none Spec
	cr, err := convert[rawSpec](object)
	if err != nil {
		return nil, none, err
	}
	if object["spec"] == nil {
		return cr, none, nil
	}
	if err := likeOfficial.Unmarshal(cr.Spec.text, empty); err != nil {
		return nil, none, err
	}
	return cr, empty, nil
}

func bot(row *kindRow, object map[string]any) (message, error) {
	cr, spec, err := convertNewer(object, &machineidv1.BotSpec{})
	if err != nil {
		return nil, err
	}
	return newMessage{&machineidv1.Bot{Kind: row.teleportKind, Version: row.version, Metadata: cr.header153(), Spec: spec}}, nil
}

func workloadIdentity(row *kindRow, object map[string]any) (message, error) {
	cr, spec, err := convertNewer(object, &workloadidentityv1.WorkloadIdentitySpec{})
	if err != nil {
		return nil, err
	}
	return newMessage{&workloadidentityv1.WorkloadIdentity{Kind: row.teleportKind, Version: row.version,
		Metadata: cr.header153(), Spec: spec}}, nil
}

func autoUpdateConfig(row *kindRow, object map[string]any) (message, error) {
	cr, spec, err := convertNewer(object, &autoupdatev1.AutoUpdateConfigSpec{})
	if err != nil {
		return nil, err
	}
	return newMessage{&autoupdatev1.AutoUpdateConfig{Kind: row.teleportKind, Version: row.version,
		Metadata: cr.header153(), Spec: spec}}, nil
}

func autoUpdateVersion(row *kindRow, object map[string]any) (message, error) {
	cr, spec, err := convertNewer(object, &autoupdatev1.AutoUpdateVersionSpec{})
	if err != nil {
		return nil, err
	}
	return newMessage{&autoupdatev1.AutoUpdateVersion{Kind: row.teleportKind, Version: row.version,
		Metadata: cr.header153(), Spec: spec}}, nil
}

func accessMonitoringRule(row *kindRow, object map[string]any) (message, error) {
	cr, spec, err := convertNewer(object, &accessmonitoringrulesv1.AccessMonitoringRuleSpec{})
	if err != nil {
		return nil, err
	}
	return newMessage{&accessmonitoringrulesv1.AccessMonitoringRule{Kind: row.teleportKind, Version: row.version,
		Metadata: cr.header153(), Spec: spec}}, nil
}
