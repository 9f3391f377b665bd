package teleport

import (
	"encoding/json"
	"time"

	loginrulev1 "github.com/gravitational/teleport/api/gen/proto/go/teleport/loginrule/v1"
	"github.com/gravitational/teleport/api/types"
	"github.com/gravitational/teleport/api/types/wrappers"
)

// loginRule is a login rule as a types.Resource; GetVersion is the message's.
type loginRule struct{ *loginrulev1.LoginRule }

func (l *loginRule) GetKind() string             { return types.KindLoginRule }
func (l *loginRule) GetSubKind() string          { return "" }
func (l *loginRule) SetSubKind(string)           {}
func (l *loginRule) GetName() string             { return l.Metadata.Name }
func (l *loginRule) SetName(name string)         { l.Metadata.Name = name }
func (l *loginRule) Expiry() time.Time           { return l.Metadata.Expiry() }
func (l *loginRule) SetExpiry(at time.Time)      { l.Metadata.SetExpiry(at) }
func (l *loginRule) GetMetadata() types.Metadata { return *l.Metadata }
func (l *loginRule) GetRevision() string         { return l.Metadata.Revision }
func (l *loginRule) SetRevision(revision string) { l.Metadata.Revision = revision }

// loginRuleJSON is the form that tctl reads and writes.
type loginRuleJSON struct {
	Kind     string            `json:"kind"`
	Version  string            `json:"version"`
	Metadata types.Metadata    `json:"metadata"`
	Spec     loginRuleJSONSpec `json:"spec"`
}

type loginRuleJSONSpec struct {
	Priority         int32               `json:"priority"`
	TraitsExpression string              `json:"traits_expression,omitempty"`
	TraitsMap        map[string][]string `json:"traits_map,omitempty"`
}

func decodeLoginRule(body []byte) (*loginrulev1.LoginRule, error) {
	in, err := decodeInto[loginRuleJSON](body)
	if err != nil {
		return nil, err
	}
	out := &loginrulev1.LoginRule{
		Metadata: &in.Metadata, Version: in.Version,
		Priority: in.Spec.Priority, TraitsExpression: in.Spec.TraitsExpression,
		TraitsMap: map[string]*wrappers.StringValues{},
	}
	for name, values := range in.Spec.TraitsMap {
		out.TraitsMap[name] = &wrappers.StringValues{Values: values}
	}
	return out, nil
}

func encodeLoginRule(rule *loginrulev1.LoginRule) ([]byte, error) {
	out := loginRuleJSON{
		Kind: types.KindLoginRule, Version: rule.Version, Metadata: *rule.Metadata,
		Spec: loginRuleJSONSpec{
			Priority: rule.Priority, TraitsExpression: rule.TraitsExpression,
			TraitsMap: map[string][]string{},
		},
	}
	for name, values := range rule.TraitsMap {
		out.Spec.TraitsMap[name] = values.Values
	}
	return json.Marshal(out)
}
