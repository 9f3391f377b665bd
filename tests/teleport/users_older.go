package teleport

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/gravitational/teleport/api/client/proto"
	"github.com/gravitational/teleport/api/types"
)

// The calls about users that were on AuthService before UsersService came.

// GetUser answers one user, without secrets.
func (a *authService) GetUser(ctx context.Context, request *proto.GetUserRequest) (*types.UserV2, error) {
	user, err := users.get(ctx, a.Server, request.Name)
	if err != nil {
		return nil, err
	}
	return users.bare(user), nil
}

// GetUsers streams all users.
func (a *authService) GetUsers(_ *proto.GetUsersRequest, stream proto.AuthService_GetUsersServer) error {
	all, err := users.all(stream.Context(), a.Server)
	if err != nil {
		return err
	}
	for _, user := range all {
		if err := stream.Send(users.bare(user)); err != nil {
			return err
		}
	}
	return nil
}

// CreateUser refuses a user that exists.
func (a *authService) CreateUser(ctx context.Context, user *types.UserV2) (*emptypb.Empty, error) {
	return nothing(users.create(ctx, a.Server, user))
}

// UpdateUser refuses a user that is missing or whose revision moved.
func (a *authService) UpdateUser(ctx context.Context, user *types.UserV2) (*emptypb.Empty, error) {
	return nothing(users.update(ctx, a.Server, user))
}

// DeleteUser removes a user.
func (a *authService) DeleteUser(ctx context.Context, request *proto.DeleteUserRequest) (*emptypb.Empty, error) {
	return done(users.remove(ctx, a.Server, request.Name))
}
