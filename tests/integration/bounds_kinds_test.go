package integration

import (
	"slices"
	"testing"

	"github.com/teleport-operator-caf/tests/cluster"
	"github.com/teleport-operator-caf/tests/harness"
)

// readBack are kinds whose writes Teleport answers with nothing, or not with the resource: the
// operator reads it once more to learn its revision.
var readBack = []string{
	"TeleportProvisionToken", "TeleportOpenSSHServerV2", "TeleportOpenSSHEICEServerV2", "TeleportAppV3",
	"TeleportDatabaseV3", "TeleportLockV2", "TeleportSAMLIdPServiceProviderV1",
}

// A new CR of any kind costs the finalizer and the status in Kubernetes; in Teleport a look and a
// write, and one more look where the write answers nothing.
func TestCallBoundsOfEveryKind(t *testing.T) {
	h := harness.NewTest(t)
	h.StartOperator()
	before := crRequests(h)
	for _, c := range kindCases {
		h.Create(c.custom(first))
	}
	for _, c := range kindCases {
		h.WaitReady(c.custom(first))
	}
	written := crRequests(h).Since(before)
	for _, c := range kindCases {
		plural := harness.Plural(c.cr)
		of := cluster.Counts{}
		for request, n := range written {
			if request.Resource == plural {
				of[request] = n
			}
		}
		for _, wanted := range []cluster.Request{
			{Verb: "POST", Group: harness.Group, Resource: plural}, // ours
			{Verb: "PATCH", Group: harness.Group, Resource: plural},
			{Verb: "PATCH", Group: harness.Group, Resource: plural, Subresource: "status"},
		} {
			if of[wanted] != 1 || len(of) != 3 {
				t.Errorf("writes for a new CR: %v, wanted one %v", of, wanted)
			}
		}
		bound := 2
		if slices.Contains(readBack, c.cr) {
			bound = 3
		}
		if calls, n := since(h.Teleport.CallsAbout(c.named()), nil); n != bound {
			t.Errorf("%d Teleport calls for a new %s, wanted %d: %v", n, c.cr, bound, calls)
		}
	}
}
