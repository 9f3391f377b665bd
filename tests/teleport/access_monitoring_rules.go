package teleport

import (
	"context"

	"github.com/gravitational/trace"
	"google.golang.org/protobuf/types/known/emptypb"

	rulesv1 "github.com/gravitational/teleport/api/gen/proto/go/teleport/accessmonitoringrules/v1"
	"github.com/gravitational/teleport/api/types"
)

var accessMonitoringRules = func() collection[rulesv1.AccessMonitoringRule] {
	c := modern[rulesv1.AccessMonitoringRule](types.KindAccessMonitoringRule)
	c.check = checkAccessMonitoringRule
	return c
}()

// checkAccessMonitoringRule asks for what no rule can do without; conditions are not parsed.
func checkAccessMonitoringRule(rule *rulesv1.AccessMonitoringRule) error {
	switch {
	case rule.GetMetadata().GetName() == "":
		return trace.BadParameter("access monitoring rule: metadata.name is missing")
	case len(rule.GetSpec().GetSubjects()) == 0:
		return trace.BadParameter("access monitoring rule: spec.subjects is missing")
	case rule.GetSpec().GetCondition() == "":
		return trace.BadParameter("access monitoring rule: spec.condition is missing")
	}
	rule.Kind, rule.Version = types.KindAccessMonitoringRule, types.V1
	return nil
}

// accessMonitoringService is teleport.accessmonitoringrules.v1.AccessMonitoringRulesService.
type accessMonitoringService struct {
	rulesv1.UnimplementedAccessMonitoringRulesServiceServer
	*Server
}

// GetAccessMonitoringRule answers one.
func (a *accessMonitoringService) GetAccessMonitoringRule(ctx context.Context, request *rulesv1.GetAccessMonitoringRuleRequest) (*rulesv1.AccessMonitoringRule, error) {
	return accessMonitoringRules.get(ctx, a.Server, request.Name)
}

// ListAccessMonitoringRules answers one page, sorted by name.
func (a *accessMonitoringService) ListAccessMonitoringRules(ctx context.Context, request *rulesv1.ListAccessMonitoringRulesRequest) (*rulesv1.ListAccessMonitoringRulesResponse, error) {
	page, next, err := accessMonitoringRules.page(ctx, a.Server, int(request.PageSize), request.PageToken)
	return &rulesv1.ListAccessMonitoringRulesResponse{Rules: page, NextPageToken: next}, err
}

// CreateAccessMonitoringRule refuses one that exists.
func (a *accessMonitoringService) CreateAccessMonitoringRule(ctx context.Context, request *rulesv1.CreateAccessMonitoringRuleRequest) (*rulesv1.AccessMonitoringRule, error) {
	return accessMonitoringRules.create(ctx, a.Server, request.Rule)
}

// UpdateAccessMonitoringRule refuses one that is missing or whose revision moved.
func (a *accessMonitoringService) UpdateAccessMonitoringRule(ctx context.Context, request *rulesv1.UpdateAccessMonitoringRuleRequest) (*rulesv1.AccessMonitoringRule, error) {
	return accessMonitoringRules.update(ctx, a.Server, request.Rule)
}

// UpsertAccessMonitoringRule creates or replaces one.
func (a *accessMonitoringService) UpsertAccessMonitoringRule(ctx context.Context, request *rulesv1.UpsertAccessMonitoringRuleRequest) (*rulesv1.AccessMonitoringRule, error) {
	return accessMonitoringRules.upsert(ctx, a.Server, request.Rule)
}

// DeleteAccessMonitoringRule removes one.
func (a *accessMonitoringService) DeleteAccessMonitoringRule(ctx context.Context, request *rulesv1.DeleteAccessMonitoringRuleRequest) (*emptypb.Empty, error) {
	return done(accessMonitoringRules.remove(ctx, a.Server, request.Name))
}
