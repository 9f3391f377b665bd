package crashpoints

import (
	"fmt"

	"github.com/teleport-operator-caf/tests/harness"
)

// place is a point on the way of an effect (tests/chaos/operator/effect_book.hpp).
type place string

const (
	asked    place = "asked"    // the object actor is about to ask for it
	leaves   place = "leaves"   // the client is about to let it out
	answered place = "answered" // it has happened, only the client knows
	heard    place = "heard"    // the object actor knows
)

// points are: before the effect, after it with its answer lost, after its answer was heard.
var points = []place{asked, answered, heard}

// who dies.
type way string

const (
	objectActor    way = "object_actor"
	supervisor     way = "kind_supervisor"
	teleportClient way = "teleport_client"
	kubeClient     way = "kube_client"
	leaderElector  way = "leader_elector"
	process        way = "process"
)

// crash is what happens to one CR: at its effect with this number, which is one of this step.
type crash struct {
	who    way
	number int
	at     place
	effect string // "finalizer", "create"
	step   int
	// second: after the restart of the process, at its effect with this number.
	second       int
	secondAt     place
	secondEffect string
}

// crashes is how many this CR sees.
func (one instance) crashes() int {
	switch {
	case one.crash == nil:
		return 0
	case one.crash.second == 0:
		return 1
	}
	return 2
}

func (c *crash) String() string {
	text := fmt.Sprintf("%s dies when effect %d (%s) is %s", c.who, c.number, c.effect, c.at)
	if c.second > 0 {
		text += fmt.Sprintf(", its successor when its effect %d (%s) is %s", c.second, c.secondEffect, c.secondAt)
	}
	return text
}

// goesToTeleport: is that effect a write there?
func goesToTeleport(effect string) bool {
	return effect == "create" || effect == "update" || effect == "delete"
}

// plan is the request to the hooks. `before`: effects that are no business of theirs any more.
func (c *crash) plan(h *harness.Test, one instance, before int) map[string]any {
	object := map[string]any{"type": objectActor, "subject": one.kind.CR + " " + h.Namespace + "/" + one.name()}
	where, then := c.at, "pass"
	var kills []any
	switch c.who {
	case process:
		then = "hold" // until the test kills it
	case objectActor:
		if then = "raise"; c.at == answered {
			then, kills = "pass", []any{object}
		}
	case supervisor:
		kills = []any{map[string]any{"type": supervisor, "subject": one.kind.CR}}
		if then = "raise"; c.at == answered {
			then, kills = "pass", append(kills, object)
		}
	case leaderElector: // no effect is its own
		kills = []any{map[string]any{"type": c.who, "subject": ""}}
	default: // a client: by an exception if the effect is its own
		own := goesToTeleport(c.effect) == (c.who == teleportClient)
		if own && c.at == asked {
			where = leaves
		}
		if then = "raise"; !own || c.at == heard {
			then, kills = "pass", []any{map[string]any{"type": c.who, "subject": ""}}
		}
	}
	return request(one, c.number-before, where, then, kills)
}

// planSecond is the request to the hooks of the restarted process.
func (c *crash) planSecond(one instance) map[string]any {
	return request(one, c.second, c.secondAt, "hold", nil)
}

func request(one instance, number int, where place, then string, kills []any) map[string]any {
	asking := map[string]any{
		"do": "plan", "names": []string{one.name(), one.teleportName()}, "number": number,
		"where": where, "then": then,
	}
	if kills != nil {
		asking["kills"] = kills
	}
	return asking
}
