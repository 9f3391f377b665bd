package main

import (
	"fmt"
	"slices"
	"strings"
)

// done is the end of the tour: what it cost.
func (p *playground) done() {
	p.step("Done")
	p.tell(teleport, "calls since the operator was ready: %s", p.callsSinceReady())
	p.tell(operator, "every step held; the whole took %s", since(p.started))
}

func (p *playground) callsSinceReady() string {
	var calls []string
	for method, count := range p.world.Teleport.Calls() {
		if more := count - p.callsAtReady[method]; more > 0 {
			calls = append(calls, fmt.Sprintf("%s %d", method[strings.LastIndex(method, "/")+1:], more))
		}
	}
	slices.Sort(calls)
	return strings.Join(calls, ", ")
}

// invite says what one can do now.
func (p *playground) invite() {
	p.note("Everything stays up until Ctrl-C. In another terminal:")
	for _, line := range []string{
		"export KUBECONFIG=" + p.cluster.Info().Kubeconfig,
		"kubectl -n " + namespace + " apply -f deploy/samples/",
		"kubectl -n " + namespace + " get teleportrolesv7,teleportusers,teleportprovisiontokens",
		"kubectl -n " + namespace + " get events --watch",
		"kubectl explain teleportrolesv7.spec.allow",
		"curl -s " + p.world.Teleport.AdminURL() + "/resources/role/dev",
		"curl -s " + p.operatorURL("/readyz"),
		"curl -s " + p.operatorURL("/metrics") + " | grep teleport_operator",
	} {
		p.command(line)
	}
}

func (p *playground) operatorURL(path string) string {
	url, err := p.operator.URL(path)
	if err != nil {
		return "http://?" + path // it has been ready, so its ports are known
	}
	return url
}
