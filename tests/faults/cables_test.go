package faults

import (
	"maps"

	"github.com/teleport-operator-caf/tests/harness"
)

// cable is the way from an operator to one server: a wire that can be cut and a cable of toxiproxy, one
// after the other.
type cable struct {
	wire  *harness.Wire
	toxic *harness.Toxic
}

// cables are the ways of one operator to its two servers.
type cables struct {
	kubernetes, teleport cable
	kubeconfig           string
}

func layCable(h *harness.Test, target string) cable {
	h.Helper()
	toxic := h.LayToxic(target)
	return cable{h.LayWire(toxic.Addr()), toxic}
}

// layCables lays new ones; each operator that is to be cut off alone needs its own.
func layCables(h *harness.Test) *cables {
	h.Helper()
	api, err := h.APIServerAddr()
	if err != nil {
		h.Fatal(err)
	}
	c := &cables{kubernetes: layCable(h, api), teleport: layCable(h, h.Teleport.ProxyAddr())}
	if c.kubeconfig, err = h.KubeconfigVia(c.kubernetes.wire.Addr()); err != nil {
		h.Fatal(err)
	}
	return c
}

// of is the way to "kubernetes" or "teleport".
func (c *cables) of(side string) cable {
	if side == "kubernetes" {
		return c.kubernetes
	}
	return c.teleport
}

// options are those of an operator at the end of these cables.
func (c *cables) options() harness.OperatorOptions { return c.with(nil) }

// with is options with some flags more.
func (c *cables) with(flags map[string]string) harness.OperatorOptions {
	all := map[string]string{"kubeconfig": c.kubeconfig, "auth-server": c.teleport.wire.Addr()}
	maps.Copy(all, flags)
	return harness.OperatorOptions{Flags: all}
}
