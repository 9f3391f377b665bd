package teleport

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/gravitational/teleport/api/client/proto"
	"github.com/gravitational/teleport/api/types"
)

// GetGithubConnector answers one connector.
func (a *authService) GetGithubConnector(ctx context.Context, request *types.ResourceWithSecretsRequest) (*types.GithubConnectorV3, error) {
	return connectorOf(ctx, a.Server, githubConnectors, request)
}

// GetGithubConnectors is the older, unpaged list.
func (a *authService) GetGithubConnectors(ctx context.Context, request *types.ResourcesWithSecretsRequest) (*types.GithubConnectorV3List, error) {
	all, err := connectorsOf(ctx, a.Server, githubConnectors, request.WithSecrets)
	return &types.GithubConnectorV3List{GithubConnectors: all}, err
}

// CreateGithubConnector refuses a connector that exists.
func (a *authService) CreateGithubConnector(ctx context.Context, request *proto.CreateGithubConnectorRequest) (*types.GithubConnectorV3, error) {
	return githubConnectors.create(ctx, a.Server, request.Connector)
}

// UpdateGithubConnector refuses a connector that is missing or whose revision moved.
func (a *authService) UpdateGithubConnector(ctx context.Context, request *proto.UpdateGithubConnectorRequest) (*types.GithubConnectorV3, error) {
	return githubConnectors.update(ctx, a.Server, request.Connector)
}

// UpsertGithubConnectorV2 creates or replaces a connector.
func (a *authService) UpsertGithubConnectorV2(ctx context.Context, request *proto.UpsertGithubConnectorRequest) (*types.GithubConnectorV3, error) {
	return githubConnectors.upsert(ctx, a.Server, request.Connector)
}

// UpsertGithubConnector is the older form that answers nothing.
func (a *authService) UpsertGithubConnector(ctx context.Context, connector *types.GithubConnectorV3) (*emptypb.Empty, error) {
	return nothing(githubConnectors.upsert(ctx, a.Server, connector))
}

// DeleteGithubConnector removes a connector.
func (a *authService) DeleteGithubConnector(ctx context.Context, request *types.ResourceRequest) (*emptypb.Empty, error) {
	return done(githubConnectors.remove(ctx, a.Server, request.Name))
}
