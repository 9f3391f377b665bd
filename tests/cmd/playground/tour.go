package main

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// stillInUse is part of Teleport's words for a role that a user still has.
const stillInUse = "still in use by a user"

// tour is the life of three CRs (deploy/samples/), each step checked on both sides.
func (p *playground) tour() []step {
	return []step{
		{"A role, a user and a join token are applied", p.create},
		{"The role is edited", p.edit},
		{"The role is deleted, but alice still has it", p.deleteBlocked},
		{"alice goes, and with her what held the role", p.deleteFreed},
		{"The join token goes too", p.deleteRest},
	}
}

func (p *playground) create(ctx context.Context) error {
	start := time.Now()
	if err := p.kubectl(ctx, "apply", "-f", "deploy/samples/"); err != nil {
		return err
	}
	for _, cr := range []string{"teleportrolev7/dev", "teleportuser/alice", "teleportprovisiontoken/github-runners"} {
		if err := p.waitReady(ctx, cr); err != nil {
			return err
		}
	}
	p.tell(operator, "all three are Ready (%s after the command)", since(start))
	if err := p.kubectl(ctx, "get", "teleportrolesv7,teleportusers,teleportprovisiontokens"); err != nil {
		return err
	}
	if err := p.inTeleport("role", "dev", func(role resource) error {
		return role.want("spec.allow.logins", "[dev]")
	}); err != nil {
		return err
	}
	if err := p.inTeleport("user", "alice", func(user resource) error {
		return user.want("spec.roles", "[dev]")
	}); err != nil {
		return err
	}
	return p.inTeleport("token", "github-runners", func(token resource) error {
		return token.want("spec.join_method", "github")
	})
}

func (p *playground) edit(ctx context.Context) error {
	before, err := p.teleportResource("role", "dev")
	if err != nil {
		return err
	}
	start := time.Now()
	if err := p.kubectl(ctx, "patch", "teleportrolev7/dev", "--type=merge",
		"--patch", `{"spec":{"allow":{"logins":["dev","ubuntu"]}}}`); err != nil {
		return err
	}
	err = p.eventually(ctx, "role dev in Teleport follows the edit", func(context.Context) error {
		role, err := p.teleportResource("role", "dev")
		if err != nil {
			return err
		}
		return role.want("spec.allow.logins", "[dev ubuntu]")
	})
	if err != nil {
		return err
	}
	p.tell(operator, "in Teleport %s after the command", since(start))
	return p.inTeleport("role", "dev", func(role resource) error {
		if role.text("metadata.revision") == before.text("metadata.revision") {
			return fmt.Errorf("the revision is still %s", role.text("metadata.revision"))
		}
		return nil
	})
}

func (p *playground) deleteBlocked(ctx context.Context) error {
	if err := p.kubectl(ctx, "delete", "teleportrolev7/dev", "--wait=false"); err != nil {
		return err
	}
	const message = `jsonpath={.status.conditions[?(@.type=="Ready")].message}`
	var why string
	err := p.eventually(ctx, "the CR says why it cannot go", func(ctx context.Context) (err error) {
		if why, err = p.ask(ctx, "get", "teleportrolev7/dev", "-o", message); err != nil {
			return err
		}
		if !strings.Contains(why, stillInUse) {
			return fmt.Errorf("its Ready condition does not say that the role is in use: %q", why)
		}
		return nil
	})
	if err != nil {
		return err
	}
	p.tell(kubernetes, "the CR stays, and its Ready condition says why:")
	p.output(why)
	err = p.eventually(ctx, "an Event says it as well", func(ctx context.Context) error {
		events, err := p.ask(ctx, "get", "events", "--field-selector=involvedObject.name=dev,type=Warning")
		if err == nil && !strings.Contains(events, stillInUse) {
			err = fmt.Errorf("no Warning says that the role is in use: %s", events)
		}
		return err
	})
	if err != nil {
		return err
	}
	if err := p.kubectl(ctx, "get", "events", "--field-selector=involvedObject.name=dev"); err != nil {
		return err
	}
	if _, err := p.teleportResource("role", "dev"); err != nil {
		return fmt.Errorf("the role must still be in Teleport: %w", err)
	}
	p.tell(teleport, "role dev is untouched")
	return nil
}

func (p *playground) deleteFreed(ctx context.Context) error {
	start := time.Now()
	if err := p.kubectl(ctx, "delete", "teleportuser/alice"); err != nil {
		return err
	}
	if err := p.goneFromTeleport(ctx, "user", "alice"); err != nil {
		return err
	}
	p.note("the operator hears of it, and tries the delete again at once")
	if _, err := p.ask(ctx, "wait", "--for=delete", "teleportrolev7/dev", "--timeout=90s"); err != nil {
		return err
	}
	p.tell(kubernetes, "the role's CR is gone (%s after alice)", since(start))
	return p.goneFromTeleport(ctx, "role", "dev")
}

func (p *playground) deleteRest(ctx context.Context) error {
	if err := p.kubectl(ctx, "delete", "teleportprovisiontoken/github-runners"); err != nil {
		return err
	}
	return p.goneFromTeleport(ctx, "token", "github-runners")
}
