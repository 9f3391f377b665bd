package oracle

import (
	"encoding/json"

	loginrulev1 "github.com/gravitational/teleport/api/gen/proto/go/teleport/loginrule/v1"
	"github.com/gravitational/teleport/api/types"
	"github.com/gravitational/teleport/api/types/accesslist"
	accesslistconv "github.com/gravitational/teleport/api/types/accesslist/convert/v1"
	"github.com/gravitational/teleport/api/types/header"
	"github.com/gravitational/teleport/api/types/wrappers"
)

// The decoders of legacy kinds: the spec is a Go type of the API module's.

func role(row *kindRow, object map[string]any) (message, error) {
	cr, err := convert[types.RoleSpecV6](object)
	if err != nil {
		return nil, err
	}
	return gogoMessage{&types.RoleV6{Kind: row.teleportKind, Version: row.version, Metadata: cr.metadata(), Spec: cr.Spec}}, nil
}

func user(row *kindRow, object map[string]any) (message, error) {
	cr, err := convert[types.UserSpecV2](object)
	if err != nil {
		return nil, err
	}
	return gogoMessage{&types.UserV2{Kind: row.teleportKind, Version: row.version, Metadata: cr.metadata(), Spec: cr.Spec}}, nil
}

func token(row *kindRow, object map[string]any) (message, error) {
	cr, err := convert[types.ProvisionTokenSpecV2](object)
	if err != nil {
		return nil, err
	}
	return gogoMessage{&types.ProvisionTokenV2{Kind: row.teleportKind, Version: row.version, Metadata: cr.metadata(), Spec: cr.Spec}}, nil
}

func github(row *kindRow, object map[string]any) (message, error) {
	cr, err := convert[types.GithubConnectorSpecV3](object)
	if err != nil {
		return nil, err
	}
	return gogoMessage{&types.GithubConnectorV3{Kind: row.teleportKind, Version: row.version, Metadata: cr.metadata(), Spec: cr.Spec}}, nil
}

// oidcSpec has its own decoder in the official operator, which does not look for unknown fields.
type oidcSpec types.OIDCConnectorSpecV3

func (s *oidcSpec) UnmarshalJSON(data []byte) error {
	if err := json.Unmarshal(data, (*types.OIDCConnectorSpecV3)(s)); err != nil {
		return err
	}
	if s.MaxAge != nil && s.MaxAge.Value == 0 {
		s.MaxAge = nil
	}
	return nil
}

func oidc(row *kindRow, object map[string]any) (message, error) {
	cr, err := convert[oidcSpec](object)
	if err != nil {
		return nil, err
	}
	return gogoMessage{&types.OIDCConnectorV3{Kind: row.teleportKind, Version: row.version,
		Metadata: cr.metadata(), Spec: types.OIDCConnectorSpecV3(cr.Spec)}}, nil
}

func saml(row *kindRow, object map[string]any) (message, error) {
	cr, err := convert[types.SAMLConnectorSpecV2](object)
	if err != nil {
		return nil, err
	}
	return gogoMessage{&types.SAMLConnectorV2{Kind: row.teleportKind, Version: row.version, Metadata: cr.metadata(), Spec: cr.Spec}}, nil
}

// loginRuleSpec are the root fields of a login rule, as the CR's spec has them.
type loginRuleSpec struct {
	Priority         int32               `json:"priority"`
	TraitsExpression string              `json:"traits_expression,omitempty"`
	TraitsMap        map[string][]string `json:"traits_map,omitempty"`
}

func loginRule(row *kindRow, object map[string]any) (message, error) {
	cr, err := convert[loginRuleSpec](object)
	if err != nil {
		return nil, err
	}
	metadata := cr.metadata()
	rule := &loginrulev1.LoginRule{
		Metadata: &metadata, Version: row.version,
		Priority: cr.Spec.Priority, TraitsExpression: cr.Spec.TraitsExpression,
		TraitsMap: map[string]*wrappers.StringValues{},
	}
	for name, values := range cr.Spec.TraitsMap {
		rule.TraitsMap[name] = &wrappers.StringValues{Values: values}
	}
	return newMessage{rule}, nil
}

func (row *kindRow) header(metadata types.Metadata) types.ResourceHeader {
	return types.ResourceHeader{Kind: row.teleportKind, SubKind: row.subKind, Version: row.version, Metadata: metadata}
}

func oktaImportRule(row *kindRow, object map[string]any) (message, error) {
	cr, err := convert[types.OktaImportRuleSpecV1](object)
	if err != nil {
		return nil, err
	}
	return gogoMessage{&types.OktaImportRuleV1{ResourceHeader: row.header(cr.metadata()), Spec: cr.Spec}}, nil
}

func samlServiceProvider(row *kindRow, object map[string]any) (message, error) {
	cr, err := convert[types.SAMLIdPServiceProviderSpecV1](object)
	if err != nil {
		return nil, err
	}
	return gogoMessage{&types.SAMLIdPServiceProviderV1{ResourceHeader: row.header(cr.metadata()), Spec: cr.Spec}}, nil
}

func accessList(row *kindRow, object map[string]any) (message, error) {
	cr, err := convert[accesslist.Spec](object)
	if err != nil {
		return nil, err
	}
	metadata := cr.metadata()
	list := &accesslist.AccessList{Spec: cr.Spec}
	list.SetKind(row.teleportKind)
	list.SetVersion(row.version)
	list.Metadata = header.Metadata{Name: metadata.Name, Description: metadata.Description, Labels: metadata.Labels}
	return newMessage{accesslistconv.ToProto(list)}, nil
}

func app(row *kindRow, object map[string]any) (message, error) {
	cr, err := convert[types.AppSpecV3](object)
	if err != nil {
		return nil, err
	}
	return gogoMessage{&types.AppV3{Kind: row.teleportKind, Version: row.version, Metadata: cr.metadata(), Spec: cr.Spec}}, nil
}

func database(row *kindRow, object map[string]any) (message, error) {
	cr, err := convert[types.DatabaseSpecV3](object)
	if err != nil {
		return nil, err
	}
	return gogoMessage{&types.DatabaseV3{Kind: row.teleportKind, Version: row.version, Metadata: cr.metadata(), Spec: cr.Spec}}, nil
}

func lock(row *kindRow, object map[string]any) (message, error) {
	cr, err := convert[types.LockSpecV2](object)
	if err != nil {
		return nil, err
	}
	return gogoMessage{&types.LockV2{Kind: row.teleportKind, Version: row.version, Metadata: cr.metadata(), Spec: cr.Spec}}, nil
}

func trustedCluster(row *kindRow, object map[string]any) (message, error) {
	cr, err := convert[types.TrustedClusterSpecV2](object)
	if err != nil {
		return nil, err
	}
	return gogoMessage{&types.TrustedClusterV2{Kind: row.teleportKind, Version: row.version, Metadata: cr.metadata(), Spec: cr.Spec}}, nil
}

func server(row *kindRow, object map[string]any) (message, error) {
	cr, err := convert[types.ServerSpecV2](object)
	if err != nil {
		return nil, err
	}
	metadata := cr.metadata()
	metadata.Namespace = row.namespace
	return gogoMessage{&types.ServerV2{Kind: row.teleportKind, SubKind: row.subKind, Version: row.version,
		Metadata: metadata, Spec: cr.Spec}}, nil
}
