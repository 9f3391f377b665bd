package integration

import (
	"context"
	"errors"
	"testing"

	"github.com/gravitational/teleport/api/types"

	"github.com/teleport-operator-caf/tests/harness"
	"github.com/teleport-operator-caf/tests/teleport"
)

const roleInUse = "still in use"

func TestBlockedDeletionIsExplainedAndThenFreed(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	h.StartOperator()
	role := h.WaitReady(h.Create(harness.CR("TeleportRoleV7", "held", roleWithLogins("one"))))
	user := h.WaitReady(h.Create(harness.CR("TeleportUser", "holder", "roles: [held]")))

	h.Delete(role)
	h.Eventually("the role's condition says what blocks it", func(context.Context) error {
		current := h.Get(role)
		for _, condition := range harness.Conditions(current) {
			if condition.Type == "Ready" && condition.Status == "False" && condition.Message != "" {
				return nil
			}
		}
		return errors.New("Ready is not False yet")
	})
	h.WaitEvent(role, "Warning", roleInUse)
	harness.InTeleport[*types.RoleV6](h, types.KindRole, "held")

	h.Delete(user)
	h.WaitGone(user)
	h.WaitGoneLater(role)
	h.MustNotBeInTeleport(types.KindRole, "held")
}

func TestDeletionOfWhatIsAlreadyGone(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	op := h.StartOperator()
	role := h.WaitReady(h.Create(harness.CR("TeleportRoleV7", "vanished", roleWithLogins("one"))))
	h.Stop(op)
	h.DeleteInTeleport(types.KindRole, "vanished")
	h.Delete(role)
	h.StartOperator()
	h.WaitGone(role)
}

func TestKeptResourceOutlivesItsCR(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	h.StartOperator()
	role := h.WaitReady(h.Create(harness.WithAnnotation(
		harness.CR("TeleportRoleV7", "kept", roleWithLogins("one")), harness.KeepAnnotation, "true")))
	h.Delete(role)
	h.WaitGone(role)
	harness.InTeleport[*types.RoleV6](h, types.KindRole, "kept")
	if calls := h.Teleport.CallsOf("DeleteRole"); calls != 0 {
		t.Errorf("%d DeleteRole calls, wanted none", calls)
	}
}

func TestKeptResourceIsTakenOverByANewerKind(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	h.StartOperator()
	old := h.WaitReady(h.Create(harness.WithAnnotation(
		harness.CR("TeleportRoleV6", "migrated", roleWithLogins("one")), harness.KeepAnnotation, "true")))
	h.Delete(old)
	h.WaitGone(old)
	h.WaitReady(h.Create(harness.CR("TeleportRoleV7", "migrated", roleWithLogins("one"))))
	role := harness.InTeleport[*types.RoleV6](h, types.KindRole, "migrated")
	if role.GetVersion() != types.V7 {
		t.Errorf("version %q after the migration, wanted v7", role.GetVersion())
	}
	if writes := h.Teleport.Writes(types.KindRole, "migrated"); writes["delete"] != 0 {
		t.Errorf("the role was deleted on the way: %v", writes)
	}
}

func TestIgnoredCRIsLeftAlone(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	h.StartOperator()
	fresh := h.Create(harness.WithAnnotation(
		harness.CR("TeleportRoleV7", "never-seen", roleWithLogins("one")), harness.IgnoreAnnotation, "true"))
	managed := h.WaitReady(h.Create(harness.CR("TeleportRoleV7", "let-go", roleWithLogins("one"))))
	h.Annotate(managed, harness.IgnoreAnnotation, "true")
	h.SetSpec(managed, roleWithLogins("two"))
	// Whatever the operator wanted to do about those two, it has had the time for when this is done.
	h.WaitReady(h.Create(harness.CR("TeleportRoleV7", "later", roleWithLogins("one"))))

	h.MustNotBeInTeleport(types.KindRole, "never-seen")
	role := harness.InTeleport[*types.RoleV6](h, types.KindRole, "let-go")
	if err := hasLogins("one")(role); err != nil {
		t.Error("an ignored CR's edit reached Teleport:", err)
	}

	// The official operator leaves both Terminating for ever (facts/operator-behaviour.md §2.3).
	h.Delete(fresh)
	h.Delete(managed)
	h.WaitGone(fresh)
	h.WaitGone(managed)
	harness.InTeleport[*types.RoleV6](h, types.KindRole, "let-go")
	h.WaitEvent(managed, "Normal", "")
}

func TestEndOfIgnoreIsTheStartOfWork(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	h.StartOperator()
	role := h.Create(harness.WithAnnotation(
		harness.CR("TeleportRoleV7", "woken", roleWithLogins("one")), harness.IgnoreAnnotation, "true"))
	h.Annotate(role, harness.IgnoreAnnotation, "")
	h.WaitReady(role)
	harness.InTeleport[*types.RoleV6](h, types.KindRole, "woken")
}

// The way out that is documented: finalizers taken away by hand.
func TestFinalizersDroppedByHandLeaveTeleportAlone(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	h.StartOperator()
	role := h.WaitReady(h.Create(harness.CR("TeleportRoleV7", "stuck", roleWithLogins("one"))))
	user := h.WaitReady(h.Create(harness.CR("TeleportUser", "sticker", "roles: [stuck]")))
	h.Delete(role)
	h.WaitEvent(role, "Warning", roleInUse)
	h.DropFinalizers(role)
	h.WaitGone(role)
	h.Delete(user)
	h.WaitGone(user)
	harness.InTeleport[*types.RoleV6](h, types.KindRole, "stuck")
}

// The same name under a new UID, while the old one's delete is still under way in Teleport: the new
// CR's resource is there in the end (facts/controller-testing.md T12).
func TestRecreatedCRWinsOverTheOldOnesDeletion(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	h.StartOperator()
	old := h.WaitReady(h.Create(harness.CR("TeleportRoleV7", "phoenix", roleWithLogins("old"))))

	slow := teleport.Fault{Method: "DeleteRole", Resource: "phoenix", LatencyMS: 1000, Count: 1}
	if err := h.Teleport.SetFaults(slow); err != nil {
		t.Fatal(err)
	}
	h.Delete(old)
	h.Eventually("the deletion is on its way", func(context.Context) error {
		if h.Teleport.CallsOf("DeleteRole") == 0 {
			return errors.New("no DeleteRole call yet")
		}
		return nil
	})
	h.DropFinalizers(old)
	h.WaitGone(old)
	recreated := h.Create(harness.CR("TeleportRoleV7", "phoenix", roleWithLogins("new")))

	h.Eventually("the old deletion is through", func(context.Context) error {
		if h.Teleport.Writes(types.KindRole, "phoenix")["delete"] == 0 {
			return errors.New("not yet")
		}
		return nil
	})
	harness.WaitInTeleport(h, types.KindRole, "phoenix", hasLogins("new"))
	h.WaitReady(recreated)
	harness.WaitInTeleport(h, types.KindRole, "phoenix", hasLogins("new"))
}

func TestBrokenSpecDoesNotBlockDeletion(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	h.StartOperator()
	role := h.WaitReady(h.Create(harness.CR("TeleportRoleV7", "broken-later", roleWithLogins("one"))))
	h.SetSpec(role, "allow: {node_labels: {env: {not: text}}}")
	h.WaitCondition(role, harness.Condition{Type: "ValidStructure", Status: "False"})
	h.Delete(role)
	h.WaitGone(role)
	h.MustNotBeInTeleport(types.KindRole, "broken-later")
}
