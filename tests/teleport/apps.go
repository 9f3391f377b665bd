package teleport

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/gravitational/teleport/api/types"
)

var apps = func() collection[types.AppV3] {
	c := legacy[types.AppV3](types.KindApp)
	c.unconditional = true
	return c
}()

// GetApp answers one app.
func (a *authService) GetApp(ctx context.Context, request *types.ResourceRequest) (*types.AppV3, error) {
	return apps.get(ctx, a.Server, request.Name)
}

// GetApps is the older, unpaged list.
func (a *authService) GetApps(ctx context.Context, _ *emptypb.Empty) (*types.AppV3List, error) {
	all, err := apps.all(ctx, a.Server)
	return &types.AppV3List{Apps: all}, err
}

// CreateApp refuses an app that exists.
func (a *authService) CreateApp(ctx context.Context, app *types.AppV3) (*emptypb.Empty, error) {
	return nothing(apps.create(ctx, a.Server, app))
}

// UpdateApp refuses an app that is missing.
func (a *authService) UpdateApp(ctx context.Context, app *types.AppV3) (*emptypb.Empty, error) {
	return nothing(apps.update(ctx, a.Server, app))
}

// DeleteApp removes an app.
func (a *authService) DeleteApp(ctx context.Context, request *types.ResourceRequest) (*emptypb.Empty, error) {
	return done(apps.remove(ctx, a.Server, request.Name))
}
