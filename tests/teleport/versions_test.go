package teleport

import (
	"testing"

	"github.com/coreos/go-semver/semver"
	"google.golang.org/grpc/codes"

	"github.com/gravitational/teleport/api/client/proto"
	"github.com/gravitational/teleport/api/types"
)

// The versions that the operator is tested with.
var testedVersions = []string{"14.3.33", "15.5.4", "16.5.18", "17.7.20", "18.1.0", "18.8.2", "19.0.1"}

// For each thing with an older and a newer call there is at least one in every version, and versions
// that have only the older and only the newer one.
func TestEveryVersionHasAWayToEachThing(t *testing.T) {
	t.Parallel()
	const users = "/teleport.users.v1.UsersService/"
	pairs := [][2]string{
		{authCalls + "UpsertRole", authCalls + "UpsertRoleV2"},
		{authCalls + "CreateUser", users + "CreateUser"},
		{authCalls + "GetUsers", users + "ListUsers"},
		{authCalls + "UpsertGithubConnector", authCalls + "UpsertGithubConnectorV2"},
		{authCalls + "UpsertTrustedCluster", "/teleport.trust.v1.TrustService/UpsertTrustedCluster"},
		{authCalls + "GetAuthPreference", "/teleport.clusterconfig.v1.ClusterConfigService/GetAuthPreference"},
	}
	for _, pair := range pairs {
		olderOnly, newerOnly := false, false
		for _, version := range testedVersions {
			at := *semver.New(version)
			older, newer := methodIn(at, pair[0]), methodIn(at, pair[1])
			if !older && !newer {
				t.Errorf("%s has neither of %v", version, pair)
			}
			olderOnly, newerOnly = olderOnly || (older && !newer), newerOnly || (newer && !older)
		}
		if !olderOnly || !newerOnly {
			t.Errorf("%v: no version with only the older (%v) or only the newer one (%v)", pair, olderOnly, newerOnly)
		}
	}
}

func TestServersBefore15KnowNoRevisions(t *testing.T) {
	t.Parallel()
	for version, revised := range map[string]bool{"14.3.33": false, "15.5.4": true} {
		w := newWorld(t, Options{ServerVersion: version})
		must(t, w.Apply([]byte("{kind: role, version: v7, metadata: {name: dev}}")))
		if got := w.Get(types.KindRole, "dev").GetRevision(); (got != "") != revised {
			t.Errorf("%s: revision %q", version, got)
		}
		// A stale revision is no conflict there.
		must(t, w.Apply([]byte("{kind: role, version: v7, metadata: {name: dev, revision: other}}")))
	}
}

// A method that a version lacks is refused as gRPC does, and counted.
func TestAMissingMethodIsUnimplemented(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{ServerVersion: "14.3.33"})
	conn := w.dial(t, w.direct())
	_, err := proto.NewAuthServiceClient(conn).UpsertRoleV2(call(t), &proto.UpsertRoleRequest{})
	wantStatus(t, err, codes.Unimplemented, "unknown method")
	if w.CallsOf("UpsertRoleV2") != 1 {
		t.Error("not counted")
	}
}
