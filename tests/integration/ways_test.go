package integration

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/teleport-operator-caf/tests/harness"
	"github.com/teleport-operator-caf/tests/teleport"
)

// named is the cluster's proxy under a name of its web certificate, which no DNS knows.
const named = teleport.DefaultClusterName + ":443"

// throughConnect starts the operator with the proxy's name for its address.
func throughConnect(proxyURL string, env ...string) harness.OperatorOptions {
	return harness.OperatorOptions{
		Flags: map[string]string{"auth-server": named},
		Env:   append([]string{"HTTPS_PROXY=" + proxyURL}, env...),
	}
}

// arrives waits for a role to be reconciled.
func arrives(h *harness.Test, name string) {
	h.Helper()
	h.WaitReadyLater(h.Create(harness.CR("TeleportRoleV7", name, roleWithLogins("one"))))
}

// says waits for a line of the log that has all the parts.
func says(h *harness.Test, op *harness.Operator, parts ...string) {
	h.Helper()
	h.EventuallyIn(badPatience, "the log says "+strings.Join(parts, " … "), func(context.Context) error {
		for _, line := range op.Output.Lines() {
			if containsAll(line, parts) {
				return nil
			}
		}
		return fmt.Errorf("it says\n%s", op.Output.Tail(5))
	})
}

func TestConnectProxyIsUsedForEverything(t *testing.T) {
	t.Parallel()
	for _, front := range []string{teleport.FrontProxy, teleport.FrontBalancer} {
		t.Run("front "+front, func(t *testing.T) {
			t.Parallel()
			h := harness.NewTest(t)
			setSwitches(h, teleport.Switches{Front: front})
			proxy := h.StartConnectProxy(map[string]string{named: h.Teleport.ProxyAddr()})
			proxy.Demand("operator:se/cret")
			op := h.StartOperatorWith(throughConnect(proxy.URL("operator:se%2Fcret")))
			arrives(h, "arrived")
			if proxy.Opened() < 2 || proxy.Asked(named) != proxy.Opened() {
				t.Errorf("%d tunnels, %d asked for", proxy.Opened(), proxy.Asked(named))
			}
			proxy.CutTunnels()
			arrives(h, "after-the-cut")
			for _, secret := range []string{"se/cret", "se%2Fcret"} {
				if strings.Contains(op.Output.Text(), secret) {
					t.Error("the log has the password of the proxy")
				}
			}
		})
	}
}

// Somebody sets it right at the proxy, so the operator waits for that.
func TestConnectProxyThatRefusesIsNamed(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, says string
		status     int
		password   string
	}{
		{"forbidden", "403", http.StatusForbidden, ""},
		{"password missing", "407", 0, "operator:secret"},
		{"bad gateway", "502", http.StatusBadGateway, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			h := harness.NewTest(t)
			proxy := h.StartConnectProxy(map[string]string{named: h.Teleport.ProxyAddr()})
			proxy.Refuse(test.status)
			proxy.Demand(test.password)
			op := h.LaunchOperator(throughConnect(proxy.URL("")))
			says(h, op, "HTTP proxy", strings.TrimPrefix(proxy.URL(""), "http://"), test.says)
			proxy.Refuse(0)
			proxy.Demand("")
			arrives(h, "arrived")
		})
	}
}

func TestNoProxyIsHeeded(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	proxy := h.StartConnectProxy(nil)
	// The address is on loopback, which is never asked of a proxy.
	h.StartOperatorWith(harness.OperatorOptions{Env: []string{"HTTPS_PROXY=" + proxy.URL(""), "https_proxy=" + proxy.URL("")}})
	arrives(h, "arrived")
	op := h.LaunchOperator(throughConnect(proxy.URL(""), "NO_PROXY=localhost,.example.com"))
	says(h, op, teleport.DefaultClusterName, "resolving")
	if err := op.Kill(); err != nil {
		t.Error(err)
	}
	if proxy.Opened() != 0 || proxy.Asked(named) != 0 {
		t.Errorf("%d tunnels were opened, %d asked for", proxy.Opened(), proxy.Asked(named))
	}
}

// Each sort of balancer is recognised without being told.
func TestBalancersAreRecognised(t *testing.T) {
	t.Parallel()
	for _, front := range []string{teleport.FrontBalancer, teleport.FrontBalancerAlert, teleport.FrontBalancerH2} {
		for _, insecure := range []string{"false", "true"} {
			t.Run(front+" insecure="+insecure, func(t *testing.T) {
				t.Parallel()
				h := harness.NewTest(t)
				setSwitches(h, teleport.Switches{Front: front, UpgradeFragments: true, UpgradePingMS: 20})
				opts := harness.OperatorOptions{Flags: map[string]string{"insecure": insecure}}
				if insecure == "true" {
					opts.Env = []string{"SSL_CERT_FILE=/does/not/exist"}
				}
				op := h.StartOperatorWith(opts)
				arrives(h, "arrived")
				wantUpgrades(h, "websocket", true)
				says(h, op, "WebSocket upgrade")
				h.Teleport.DropConnections()
				arrives(h, "after-the-cut")
			})
		}
	}
}

// upgrades counts the connections that were upgraded by the framing, "websocket" or "legacy".
func upgrades(h *harness.Test, framing string) int {
	calls := h.Teleport.Calls()
	return calls["upgrade "+framing+" alpn"] + calls["upgrade "+framing+" alpn-ping"]
}

// wantUpgrades fails the test unless connections were, or were not, upgraded by the framing.
func wantUpgrades(h *harness.Test, framing string, want bool) {
	h.Helper()
	if upgraded := upgrades(h, framing); (upgraded > 0) != want {
		h.Errorf("%d upgrades by %s, wanted some: %v; the proxy counts %v", upgraded, framing, want, h.Teleport.Calls())
	}
}

func setSwitches(h *harness.Test, switches teleport.Switches) {
	h.Helper()
	if err := h.Teleport.SetSwitches(switches); err != nil {
		h.Fatal(err)
	}
}

func TestUpgradeCanBeForced(t *testing.T) {
	t.Parallel()
	const variable = "TELEPORT_TLS_ROUTING_CONN_UPGRADE="
	port := func(h *harness.Test) string {
		_, port, _ := net.SplitHostPort(h.Teleport.ProxyAddr())
		return port
	}
	for _, test := range []struct {
		name    string
		version string
		value   func(*harness.Test) string
		framing string // "" for none
	}{
		{"for all", "", func(*harness.Test) string { return "yes" }, "websocket"},
		{"for none", "", func(*harness.Test) string { return "false" }, ""},
		{"for this address", "", func(h *harness.Test) string { return "0;127.0.0.1:" + port(h) + "=on" }, "websocket"},
		{"for another address", "", func(*harness.Test) string { return "some.example.com:443=1" }, ""},
		{"of a server that knows no WebSocket", "14.3.33", func(*harness.Test) string { return "1" }, "legacy"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			h := harness.NewTestWith(t, harness.Settings{Teleport: teleport.Options{ServerVersion: test.version}})
			h.StartOperatorWith(harness.OperatorOptions{Env: []string{variable + test.value(h)}})
			arrives(h, "arrived")
			for _, framing := range []string{"websocket", "legacy"} {
				wantUpgrades(h, framing, framing == test.framing)
			}
		})
	}
}

// What cannot work is said in one line that says what to do.
func TestWayThatCannotWorkSaysWhatToDo(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name     string
		switches teleport.Switches
		env      []string
		says     []string
	}{
		{"no TLS routing", teleport.Switches{Front: teleport.FrontNoTLSRouting}, nil,
			[]string{"TLS routing", "-auth-server", "3025"}},
		{"upgrade not served", teleport.Switches{Front: teleport.FrontBalancer, Upgrade: teleport.UpgradeNone}, nil,
			[]string{"404", "upgrade the server"}},
		{"upgrade forbidden behind a balancer", teleport.Switches{Front: teleport.FrontBalancer},
			[]string{"TELEPORT_TLS_ROUTING_CONN_UPGRADE=0"}, []string{"certificate is not accepted", "Test web root"}},
		{"no file of web CAs", teleport.Switches{}, []string{"SSL_CERT_FILE=/does/not/exist"},
			[]string{"/does/not/exist", "No such file"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			h := harness.NewTest(t)
			setSwitches(h, test.switches)
			op := h.LaunchOperator(harness.OperatorOptions{Env: test.env})
			says(h, op, test.says...)
			if _, err := op.WaitExit(exitPatience); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestClusterWithoutTLSRoutingIsReachedAtAuth(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	setSwitches(h, teleport.Switches{Front: teleport.FrontNoTLSRouting})
	h.StartOperatorWith(harness.OperatorOptions{Direct: true})
	arrives(h, "arrived")
}

// A directory of CAs in place of a file, as OpenSSL wants it.
func TestWebCAFromADirectory(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	directory := t.TempDir()
	ca, err := os.ReadFile(h.WebCAFile())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(directory, "ca.pem"), ca, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), "openssl", "rehash", directory).CombinedOutput(); err != nil {
		t.Fatalf("openssl rehash: %v: %s", err, out)
	}
	h.StartOperatorWith(harness.OperatorOptions{Env: []string{"SSL_CERT_FILE=", "SSL_CERT_DIR=/none:" + directory}})
	arrives(h, "arrived")
}
