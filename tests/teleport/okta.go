package teleport

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"

	oktav1 "github.com/gravitational/teleport/api/gen/proto/go/teleport/okta/v1"
	"github.com/gravitational/teleport/api/types"
)

var oktaImportRules = func() collection[types.OktaImportRuleV1] {
	c := legacy[types.OktaImportRuleV1](types.KindOktaImportRule)
	c.unconditional = true
	return c
}()

// oktaService is teleport.okta.v1.OktaService.
type oktaService struct {
	oktav1.UnimplementedOktaServiceServer
	*Server
}

// GetOktaImportRule answers one.
func (o *oktaService) GetOktaImportRule(ctx context.Context, request *oktav1.GetOktaImportRuleRequest) (*types.OktaImportRuleV1, error) {
	return oktaImportRules.get(ctx, o.Server, request.Name)
}

// ListOktaImportRules answers one page, sorted by name.
func (o *oktaService) ListOktaImportRules(ctx context.Context, request *oktav1.ListOktaImportRulesRequest) (*oktav1.ListOktaImportRulesResponse, error) {
	page, next, err := oktaImportRules.page(ctx, o.Server, int(request.PageSize), request.PageToken)
	return &oktav1.ListOktaImportRulesResponse{ImportRules: page, NextPageToken: next}, err
}

// CreateOktaImportRule refuses one that exists.
func (o *oktaService) CreateOktaImportRule(ctx context.Context, request *oktav1.CreateOktaImportRuleRequest) (*types.OktaImportRuleV1, error) {
	return oktaImportRules.create(ctx, o.Server, request.ImportRule)
}

// UpdateOktaImportRule refuses one that is missing or whose revision moved.
func (o *oktaService) UpdateOktaImportRule(ctx context.Context, request *oktav1.UpdateOktaImportRuleRequest) (*types.OktaImportRuleV1, error) {
	return oktaImportRules.update(ctx, o.Server, request.ImportRule)
}

// DeleteOktaImportRule removes one.
func (o *oktaService) DeleteOktaImportRule(ctx context.Context, request *oktav1.DeleteOktaImportRuleRequest) (*emptypb.Empty, error) {
	return done(oktaImportRules.remove(ctx, o.Server, request.Name))
}
