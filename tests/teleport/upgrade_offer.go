package teleport

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// Values of Switches.Upgrade: which connection upgrades the proxy takes.
const (
	// UpgradeByVersion is what servers of its version take: WebSocket from 15 on, the legacy framings
	// up to 18 (facts/teleport-connection.md §6.3).
	UpgradeByVersion = ""
	UpgradeWebSocket = "websocket"
	UpgradeLegacy    = "legacy"
	UpgradeBoth      = "both"
	// UpgradeNone is a proxy, or a balancer's rules, without the upgrade: 404.
	UpgradeNone = "none"
)

var upgrades = []string{UpgradeByVersion, UpgradeWebSocket, UpgradeLegacy, UpgradeBoth, UpgradeNone}

func checkUpgrade(name string) error {
	if slices.Contains(upgrades, name) {
		return nil
	}
	return fmt.Errorf("switch upgrade: %q is none of %q", name, upgrades)
}

// Protocols that may run inside an upgraded connection. The second keeps it alive with pings.
const (
	innerALPN     = "alpn"
	innerALPNPing = "alpn-ping"
)

var innerProtocols = []string{innerALPN, innerALPNPing}

// Versions between which each framing is served.
const (
	firstMajorWithWebSocket = 15
	lastMajorWithLegacy     = 18
)

// takenUpgrades says which framings the proxy takes now.
func (s *Server) takenUpgrades() (websocket, legacy bool) {
	switch s.switches.get().Upgrade {
	case UpgradeNone:
		return false, false
	case UpgradeWebSocket:
		return true, false
	case UpgradeLegacy:
		return false, true
	case UpgradeBoth:
		return true, true
	}
	major := majorOf(s.opts.ServerVersion)
	return major >= firstMajorWithWebSocket, major <= lastMajorWithLegacy
}

// upgradeOffer is what a client's request for an upgrade offers.
type upgradeOffer struct {
	websocket bool     // Upgrade: websocket
	subs      []string // Sec-WebSocket-Protocol
	legacy    []string // Upgrade and X-Teleport-Upgrade without websocket
}

func offerOf(header http.Header) upgradeOffer {
	var offer upgradeOffer
	for _, name := range listed(header, "Upgrade", "X-Teleport-Upgrade") {
		if strings.EqualFold(name, "websocket") {
			offer.websocket = true
		} else {
			offer.legacy = append(offer.legacy, name)
		}
	}
	offer.subs = listed(header, "Sec-WebSocket-Protocol")
	return offer
}

// listed are the elements of comma-separated headers, which may be repeated.
func listed(header http.Header, names ...string) []string {
	var all []string
	for _, name := range names {
		for _, line := range header.Values(name) {
			for element := range strings.SplitSeq(line, ",") {
				if element = strings.TrimSpace(element); element != "" {
					all = append(all, element)
				}
			}
		}
	}
	return all
}

// known is the first of the names that is a protocol, "" if none is.
func known(names []string) string {
	for _, name := range names {
		if slices.Contains(innerProtocols, name) {
			return name
		}
	}
	return ""
}
