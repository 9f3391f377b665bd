package teleport

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/gravitational/teleport/api/client/proto"
	"github.com/gravitational/teleport/api/types"
)

// GetOIDCConnector answers one connector.
func (a *authService) GetOIDCConnector(ctx context.Context, request *types.ResourceWithSecretsRequest) (*types.OIDCConnectorV3, error) {
	return connectorOf(ctx, a.Server, oidcConnectors, request)
}

// GetOIDCConnectors is the older, unpaged list.
func (a *authService) GetOIDCConnectors(ctx context.Context, request *types.ResourcesWithSecretsRequest) (*types.OIDCConnectorV3List, error) {
	all, err := connectorsOf(ctx, a.Server, oidcConnectors, request.WithSecrets)
	return &types.OIDCConnectorV3List{OIDCConnectors: all}, err
}

// CreateOIDCConnector refuses a connector that exists.
func (a *authService) CreateOIDCConnector(ctx context.Context, request *proto.CreateOIDCConnectorRequest) (*types.OIDCConnectorV3, error) {
	return oidcConnectors.create(ctx, a.Server, request.Connector)
}

// UpdateOIDCConnector refuses a connector that is missing or whose revision moved.
func (a *authService) UpdateOIDCConnector(ctx context.Context, request *proto.UpdateOIDCConnectorRequest) (*types.OIDCConnectorV3, error) {
	return oidcConnectors.update(ctx, a.Server, request.Connector)
}

// UpsertOIDCConnectorV2 creates or replaces a connector.
func (a *authService) UpsertOIDCConnectorV2(ctx context.Context, request *proto.UpsertOIDCConnectorRequest) (*types.OIDCConnectorV3, error) {
	return oidcConnectors.upsert(ctx, a.Server, request.Connector)
}

// UpsertOIDCConnector is the older form that answers nothing.
func (a *authService) UpsertOIDCConnector(ctx context.Context, connector *types.OIDCConnectorV3) (*emptypb.Empty, error) {
	return nothing(oidcConnectors.upsert(ctx, a.Server, connector))
}

// DeleteOIDCConnector removes a connector.
func (a *authService) DeleteOIDCConnector(ctx context.Context, request *types.ResourceRequest) (*emptypb.Empty, error) {
	return done(oidcConnectors.remove(ctx, a.Server, request.Name))
}
