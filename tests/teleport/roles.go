package teleport

import (
	"context"
	"slices"

	"github.com/gravitational/trace"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/gravitational/teleport/api/client/proto"
	"github.com/gravitational/teleport/api/types"
)

var roles = func() collection[types.RoleV6] {
	c := legacy[types.RoleV6](types.KindRole)
	c.check = checkRole
	c.release = roleUnused
	c.absent = func(name string) error { return trace.NotFound("role %v is not found", name) }
	return c
}()

// checkRole validates and fills defaults. The API module knows the versions up to v7; v8 and v9
// are checked by the rules of v7 and keep their version.
func checkRole(role *types.RoleV6) error {
	version := role.Version
	if version == "v8" || version == "v9" {
		role.Version = types.V7
	}
	err := role.CheckAndSetDefaults()
	if version == "v8" || version == "v9" {
		role.Version = version
	}
	return trace.Wrap(err)
}

// roleUnused refuses while a user holds the role. The text names nobody, as the real one does not.
func roleUnused(v view, name string) error {
	for _, user := range v.list(types.KindUser) {
		if slices.Contains(user.(*types.UserV2).Spec.Roles, name) {
			return trace.BadParameter("failed to delete a role that is still in use by a user, check the system server logs for more details")
		}
	}
	return nil
}

// GetRole answers a role; everyone may read the roles they hold.
func (a *authService) GetRole(ctx context.Context, request *proto.GetRoleRequest) (*types.RoleV6, error) {
	id, err := a.authenticate(ctx)
	if err != nil {
		return nil, err
	}
	if slices.Contains(id.roles, request.Name) {
		return roles.find(a.Server, request.Name)
	}
	return roles.get(ctx, a.Server, request.Name)
}

// ListRoles answers one page, sorted by name.
func (a *authService) ListRoles(ctx context.Context, request *proto.ListRolesRequest) (*proto.ListRolesResponse, error) {
	page, next, err := roles.page(ctx, a.Server, int(request.Limit), request.StartKey)
	if err != nil {
		return nil, err
	}
	return &proto.ListRolesResponse{Roles: page, NextKey: next}, nil
}

// GetRoles is the older, unpaged list.
func (a *authService) GetRoles(ctx context.Context, _ *emptypb.Empty) (*proto.GetRolesResponse, error) {
	all, err := roles.all(ctx, a.Server)
	return &proto.GetRolesResponse{Roles: all}, err
}

// UpsertRoleV2 creates or replaces a role, whatever its revision.
func (a *authService) UpsertRoleV2(ctx context.Context, request *proto.UpsertRoleRequest) (*types.RoleV6, error) {
	return roles.upsert(ctx, a.Server, request.GetRole())
}

// UpsertRole is the older form that answers nothing.
func (a *authService) UpsertRole(ctx context.Context, role *types.RoleV6) (*emptypb.Empty, error) {
	return nothing(roles.upsert(ctx, a.Server, role))
}

// CreateRole refuses a role that exists.
func (a *authService) CreateRole(ctx context.Context, request *proto.CreateRoleRequest) (*types.RoleV6, error) {
	return roles.create(ctx, a.Server, request.GetRole())
}

// UpdateRole refuses a role that is missing or whose revision moved.
func (a *authService) UpdateRole(ctx context.Context, request *proto.UpdateRoleRequest) (*types.RoleV6, error) {
	return roles.update(ctx, a.Server, request.GetRole())
}

// DeleteRole removes a role that no user holds.
func (a *authService) DeleteRole(ctx context.Context, request *proto.DeleteRoleRequest) (*emptypb.Empty, error) {
	return done(roles.remove(ctx, a.Server, request.Name))
}
