package teleport

import (
	"slices"

	"github.com/gravitational/trace"

	machineidv1 "github.com/gravitational/teleport/api/gen/proto/go/teleport/machineid/v1"
	"github.com/gravitational/teleport/api/types"
)

// bots: Teleport keeps a bot as a user and a role of the same name. Here it is stored as itself too,
// with a revision of its own. No event carries it; its user and its role have theirs.
var bots = func() collection[machineidv1.Bot] {
	c := modern[machineidv1.Bot](types.KindBot)
	c.event = nil
	c.check = checkBot
	c.stored = storeBotParts
	c.removed = removeBotParts
	return c
}()

// botUserName is the user and the role that stand behind a bot.
func botUserName(bot string) string { return "bot-" + bot }

func checkBot(bot *machineidv1.Bot) error {
	name := bot.GetMetadata().GetName()
	switch {
	case name == "":
		return trace.BadParameter("bot: metadata.name is missing")
	case bot.Spec == nil:
		return trace.BadParameter("bot %q: spec is missing", name)
	case slices.Contains(bot.Spec.Roles, ""):
		return trace.BadParameter("bot %q: spec.roles has an empty name", name)
	}
	bot.Kind, bot.Version = types.KindBot, types.V1
	bot.Status = &machineidv1.BotStatus{UserName: botUserName(name), RoleName: botUserName(name)}
	return nil
}

// storeBotParts makes the bot's role, which lets its holder read CAs and impersonate the bot's
// roles, nothing else, and its user, which has the role and the bot's traits.
func storeBotParts(s *Server, by writer, bot *machineidv1.Bot) error {
	name := bot.Metadata.Name
	labels := map[string]string{types.BotLabel: name}
	role := &types.RoleV6{
		Version:  types.V7,
		Metadata: types.Metadata{Name: bot.Status.RoleName, Labels: labels},
		Spec: types.RoleSpecV6{
			Options: types.RoleOptions{MaxSessionTTL: types.NewDuration(12 * 60 * 60 * 1e9)},
			Allow: types.RoleConditions{
				Rules: []types.Rule{types.NewRule(types.KindCertAuthority,
					[]string{types.VerbReadNoSecrets, types.VerbList})},
				Impersonate: &types.ImpersonateConditions{Roles: bot.Spec.Roles},
			},
		},
	}
	user := &types.UserV2{
		Metadata: types.Metadata{Name: bot.Status.UserName, Labels: labels},
		Spec:     types.UserSpecV2{Roles: []string{bot.Status.RoleName}, Traits: map[string][]string{}},
	}
	for _, trait := range bot.Spec.Traits {
		user.Spec.Traits[trait.Name] = trait.Values
	}
	if err := roles.keep(s, role, by, upsert, nil); err != nil {
		return err
	}
	return users.keep(s, user, by, upsert, nil)
}

func removeBotParts(s *Server, by writer, name string) error {
	s.forget(botUserName(name))
	if err := users.drop(s, botUserName(name), by, nil); err != nil && !trace.IsNotFound(err) {
		return err
	}
	if err := roles.drop(s, botUserName(name), by, nil); err != nil && !trace.IsNotFound(err) {
		return err
	}
	return nil
}
