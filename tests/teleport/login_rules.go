package teleport

import (
	"context"

	"github.com/gravitational/trace"
	"google.golang.org/protobuf/types/known/emptypb"

	loginrulev1 "github.com/gravitational/teleport/api/gen/proto/go/teleport/loginrule/v1"
	"github.com/gravitational/teleport/api/types"
)

// loginRules: the message has no kind and no spec, so the store holds it in a wrapper, and JSON has
// its fields in a spec. No event carries them.
var loginRules = collection[loginrulev1.LoginRule]{
	name:   types.KindLoginRule,
	wrap:   func(rule *loginrulev1.LoginRule) types.Resource { return &loginRule{rule} },
	unwrap: func(resource types.Resource) *loginrulev1.LoginRule { return resource.(*loginRule).LoginRule },
	decode: decodeLoginRule,
	encode: encodeLoginRule,
	check:  checkLoginRule,
}

// checkLoginRule asks for exactly one way to make traits; expressions are not parsed.
func checkLoginRule(rule *loginrulev1.LoginRule) error {
	if rule.Metadata == nil {
		return trace.BadParameter("login rule: metadata is missing")
	}
	if err := rule.Metadata.CheckAndSetDefaults(); err != nil {
		return trace.Wrap(err)
	}
	if len(rule.TraitsMap) == 0 && rule.TraitsExpression == "" {
		return trace.BadParameter("login rule has neither traits_map nor traits_expression")
	}
	if len(rule.TraitsMap) > 0 && rule.TraitsExpression != "" {
		return trace.BadParameter("login rule has both traits_map and traits_expression")
	}
	rule.Version = types.V1
	return nil
}

// loginRuleService is teleport.loginrule.v1.LoginRuleService.
type loginRuleService struct {
	loginrulev1.UnimplementedLoginRuleServiceServer
	*Server
}

// GetLoginRule answers one.
func (l *loginRuleService) GetLoginRule(ctx context.Context, request *loginrulev1.GetLoginRuleRequest) (*loginrulev1.LoginRule, error) {
	return loginRules.get(ctx, l.Server, request.Name)
}

// ListLoginRules answers one page, sorted by name.
func (l *loginRuleService) ListLoginRules(ctx context.Context, request *loginrulev1.ListLoginRulesRequest) (*loginrulev1.ListLoginRulesResponse, error) {
	page, next, err := loginRules.page(ctx, l.Server, int(request.PageSize), request.PageToken)
	return &loginrulev1.ListLoginRulesResponse{LoginRules: page, NextPageToken: next}, err
}

// CreateLoginRule refuses one that exists.
func (l *loginRuleService) CreateLoginRule(ctx context.Context, request *loginrulev1.CreateLoginRuleRequest) (*loginrulev1.LoginRule, error) {
	return loginRules.create(ctx, l.Server, request.LoginRule)
}

// UpsertLoginRule creates or replaces one.
func (l *loginRuleService) UpsertLoginRule(ctx context.Context, request *loginrulev1.UpsertLoginRuleRequest) (*loginrulev1.LoginRule, error) {
	return loginRules.upsert(ctx, l.Server, request.LoginRule)
}

// DeleteLoginRule removes one.
func (l *loginRuleService) DeleteLoginRule(ctx context.Context, request *loginrulev1.DeleteLoginRuleRequest) (*emptypb.Empty, error) {
	return done(loginRules.remove(ctx, l.Server, request.Name))
}
