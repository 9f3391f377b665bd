package teleport

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/gravitational/teleport/api/client/proto"
	"github.com/gravitational/teleport/api/types"
)

// GetSAMLConnector answers one connector.
func (a *authService) GetSAMLConnector(ctx context.Context, request *types.ResourceWithSecretsRequest) (*types.SAMLConnectorV2, error) {
	return connectorOf(ctx, a.Server, samlConnectors, request)
}

// GetSAMLConnectors is the older, unpaged list.
func (a *authService) GetSAMLConnectors(ctx context.Context, request *types.ResourcesWithSecretsRequest) (*types.SAMLConnectorV2List, error) {
	all, err := connectorsOf(ctx, a.Server, samlConnectors, request.WithSecrets)
	return &types.SAMLConnectorV2List{SAMLConnectors: all}, err
}

// CreateSAMLConnector refuses a connector that exists.
func (a *authService) CreateSAMLConnector(ctx context.Context, request *proto.CreateSAMLConnectorRequest) (*types.SAMLConnectorV2, error) {
	return samlConnectors.create(ctx, a.Server, request.Connector)
}

// UpdateSAMLConnector refuses a connector that is missing or whose revision moved.
func (a *authService) UpdateSAMLConnector(ctx context.Context, request *proto.UpdateSAMLConnectorRequest) (*types.SAMLConnectorV2, error) {
	return samlConnectors.update(ctx, a.Server, request.Connector)
}

// UpsertSAMLConnectorV2 creates or replaces a connector.
func (a *authService) UpsertSAMLConnectorV2(ctx context.Context, request *proto.UpsertSAMLConnectorRequest) (*types.SAMLConnectorV2, error) {
	return samlConnectors.upsert(ctx, a.Server, request.Connector)
}

// UpsertSAMLConnector is the older form that answers nothing.
func (a *authService) UpsertSAMLConnector(ctx context.Context, connector *types.SAMLConnectorV2) (*emptypb.Empty, error) {
	return nothing(samlConnectors.upsert(ctx, a.Server, connector))
}

// DeleteSAMLConnector removes a connector.
func (a *authService) DeleteSAMLConnector(ctx context.Context, request *types.ResourceRequest) (*emptypb.Empty, error) {
	return done(samlConnectors.remove(ctx, a.Server, request.Name))
}
