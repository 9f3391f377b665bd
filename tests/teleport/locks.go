package teleport

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/gravitational/teleport/api/client/proto"
	"github.com/gravitational/teleport/api/types"
)

// locks are stored and listed; those in force that target a user or a role lock it out.
var locks = func() collection[types.LockV2] {
	c := legacy[types.LockV2](types.KindLock)
	c.admit = func(_ view, by writer, _, fresh *types.LockV2) error {
		if fresh.CreatedBy() == "" {
			fresh.SetCreatedBy(by.user)
		}
		if fresh.CreatedAt().IsZero() {
			fresh.SetCreatedAt(time.Now().UTC())
		}
		return nil
	}
	return c
}()

// Lock refuses a user from now on, by a lock resource; Unlock, or deleting that, ends it.
func (s *Server) Lock(user, message string) error {
	return s.lockTarget(types.LockTarget{User: user}, message)
}

// LockRole refuses everybody who holds the role. Unlock takes its name, too.
func (s *Server) LockRole(role, message string) error {
	return s.lockTarget(types.LockTarget{Role: role}, message)
}

func (s *Server) lockTarget(target types.LockTarget, message string) error {
	lock := &types.LockV2{
		Metadata: types.Metadata{Name: uuid.NewString()},
		Spec:     types.LockSpecV2{Target: target, Message: message},
	}
	return locks.keep(s, lock, writer{user: "system", method: "lock"}, create, nil)
}

// Unlock removes every lock on the user or role of that name; without one it does nothing.
func (s *Server) Unlock(name string) error {
	for _, resource := range s.store.list(types.KindLock) {
		target := resource.(*types.LockV2).Target()
		if target.User != name && target.Role != name {
			continue
		}
		if err := s.Delete(types.KindLock, resource.GetName()); err != nil {
			return err
		}
	}
	return nil
}

// lockOn is the text of a lock in force on the user or on one of the roles; "" when there is none.
func (s *Server) lockOn(user string, roles []string) string {
	for _, resource := range s.store.list(types.KindLock) {
		lock := resource.(*types.LockV2)
		target, text := lock.Target(), ""
		switch {
		case !lock.IsInForce(s.now()):
			continue
		case target.User != "" && target.User == user:
			text = fmt.Sprintf("User:%q", user)
		case target.Role != "" && slices.Contains(roles, target.Role):
			text = fmt.Sprintf("Role:%q", target.Role)
		default:
			continue
		}
		text = "lock targeting " + text + " is in force"
		if message := lock.Message(); message != "" {
			text += ": " + message
		}
		return text
	}
	return ""
}

// GetLock answers one lock.
func (a *authService) GetLock(ctx context.Context, request *proto.GetLockRequest) (*types.LockV2, error) {
	return locks.get(ctx, a.Server, request.Name)
}

// GetLocks is the older, unpaged list; the targets are alternatives.
func (a *authService) GetLocks(ctx context.Context, request *proto.GetLocksRequest) (*proto.GetLocksResponse, error) {
	all, err := locks.all(ctx, a.Server)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(lock *types.LockV2) bool {
		aimed := len(request.Targets) == 0 || slices.ContainsFunc(request.Targets,
			func(target *types.LockTarget) bool { return target.Match(lock) })
		return !aimed || (request.InForceOnly && !lock.IsInForce(a.now()))
	})
	return &proto.GetLocksResponse{Locks: all}, nil
}

// UpsertLock creates or replaces a lock and notes who did so and when, unless the lock says it.
func (a *authService) UpsertLock(ctx context.Context, lock *types.LockV2) (*emptypb.Empty, error) {
	return nothing(locks.upsert(ctx, a.Server, lock))
}

// DeleteLock removes a lock.
func (a *authService) DeleteLock(ctx context.Context, request *proto.DeleteLockRequest) (*emptypb.Empty, error) {
	return done(locks.remove(ctx, a.Server, request.Name))
}
