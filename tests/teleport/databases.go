package teleport

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/gravitational/teleport/api/types"
)

var databases = func() collection[types.DatabaseV3] {
	c := legacy[types.DatabaseV3](types.KindDatabase)
	c.unconditional = true
	return c
}()

// GetDatabase answers one database.
func (a *authService) GetDatabase(ctx context.Context, request *types.ResourceRequest) (*types.DatabaseV3, error) {
	return databases.get(ctx, a.Server, request.Name)
}

// GetDatabases is the older, unpaged list.
func (a *authService) GetDatabases(ctx context.Context, _ *emptypb.Empty) (*types.DatabaseV3List, error) {
	all, err := databases.all(ctx, a.Server)
	return &types.DatabaseV3List{Databases: all}, err
}

// CreateDatabase refuses a database that exists.
func (a *authService) CreateDatabase(ctx context.Context, database *types.DatabaseV3) (*emptypb.Empty, error) {
	return nothing(databases.create(ctx, a.Server, database))
}

// UpdateDatabase refuses a database that is missing.
func (a *authService) UpdateDatabase(ctx context.Context, database *types.DatabaseV3) (*emptypb.Empty, error) {
	return nothing(databases.update(ctx, a.Server, database))
}

// DeleteDatabase removes a database.
func (a *authService) DeleteDatabase(ctx context.Context, request *types.ResourceRequest) (*emptypb.Empty, error) {
	return done(databases.remove(ctx, a.Server, request.Name))
}
