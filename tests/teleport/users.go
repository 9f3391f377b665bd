package teleport

import (
	"context"
	"time"

	"github.com/gravitational/trace"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/gravitational/teleport/api/client"
	"github.com/gravitational/teleport/api/client/proto"
	usersv1 "github.com/gravitational/teleport/api/gen/proto/go/teleport/users/v1"
	"github.com/gravitational/teleport/api/types"
)

var users = func() collection[types.UserV2] {
	c := legacy[types.UserV2](types.KindUser)
	c.admit = admitUser
	c.bare = func(user *types.UserV2) *types.UserV2 { return user.WithoutSecrets().(*types.UserV2) }
	c.absent = func(name string) error { return trace.NotFound("user %q not found", name) }
	c.event = func(event types.Event) (*proto.Event, error) {
		event.Resource = event.Resource.(*types.UserV2).WithoutSecrets()
		return client.EventToGRPC(event)
	}
	return c
}()

// admitUser says who created a new user and when: the server does, not the caller. A user needs
// roles that exist.
func admitUser(v view, by writer, old, fresh *types.UserV2) error {
	if old == nil {
		fresh.SetCreatedBy(types.CreatedBy{User: types.UserRef{Name: by.user}, Time: time.Now().UTC()})
	}
	for _, role := range fresh.Spec.Roles {
		if !v.has(types.KindRole, role) {
			return v.absent(types.KindRole, role)
		}
	}
	return nil
}

// usersService is teleport.users.v1.UsersService.
type usersService struct {
	usersv1.UnimplementedUsersServiceServer
	*Server
}

// GetUser answers one user, or the caller itself, without secrets.
func (u *usersService) GetUser(ctx context.Context, request *usersv1.GetUserRequest) (*usersv1.GetUserResponse, error) {
	id, err := u.authenticate(ctx)
	if err != nil {
		return nil, err
	}
	var user *types.UserV2
	if request.CurrentUser || request.Name == id.user {
		user, err = users.find(u.Server, id.user)
	} else {
		user, err = users.get(ctx, u.Server, request.Name)
	}
	if err != nil {
		return nil, err
	}
	return &usersv1.GetUserResponse{User: users.bare(user)}, nil
}

// ListUsers answers one page, sorted by name.
func (u *usersService) ListUsers(ctx context.Context, request *usersv1.ListUsersRequest) (*usersv1.ListUsersResponse, error) {
	page, next, err := users.page(ctx, u.Server, int(request.PageSize), request.PageToken)
	if err != nil {
		return nil, err
	}
	return &usersv1.ListUsersResponse{Users: each(page, users.bare), NextPageToken: next}, nil
}

// CreateUser refuses a user that exists.
func (u *usersService) CreateUser(ctx context.Context, request *usersv1.CreateUserRequest) (*usersv1.CreateUserResponse, error) {
	user, err := users.create(ctx, u.Server, request.User)
	return &usersv1.CreateUserResponse{User: user}, err
}

// UpdateUser refuses a user that is missing or whose revision moved.
func (u *usersService) UpdateUser(ctx context.Context, request *usersv1.UpdateUserRequest) (*usersv1.UpdateUserResponse, error) {
	user, err := users.update(ctx, u.Server, request.User)
	return &usersv1.UpdateUserResponse{User: user}, err
}

// UpsertUser creates or replaces a user.
func (u *usersService) UpsertUser(ctx context.Context, request *usersv1.UpsertUserRequest) (*usersv1.UpsertUserResponse, error) {
	user, err := users.upsert(ctx, u.Server, request.User)
	return &usersv1.UpsertUserResponse{User: user}, err
}

// DeleteUser removes a user.
func (u *usersService) DeleteUser(ctx context.Context, request *usersv1.DeleteUserRequest) (*emptypb.Empty, error) {
	return done(users.remove(ctx, u.Server, request.Name))
}
