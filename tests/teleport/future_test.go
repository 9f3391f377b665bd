package teleport

import (
	"bytes"
	"testing"

	gogoproto "github.com/gogo/protobuf/proto"

	"github.com/gravitational/teleport/api/client/proto"
	"github.com/gravitational/teleport/api/types"
)

// From 19 on answers have fields, enum numbers and events that the API module does not know; it can
// read the rest.
func TestANewerServerAnswersWhatNobodyKnows(t *testing.T) {
	t.Parallel()
	for version, newer := range map[string]bool{"18.8.2": false, "19.0.1": true} {
		w := newWorld(t, Options{ServerVersion: version})
		auth := proto.NewAuthServiceClient(w.operator(t))
		ping, err := auth.Ping(call(t), &proto.PingRequest{})
		must(t, err)
		if (ping.ServerFeatures.ProductType == unknownNumber) != newer || ping.ClusterName != DefaultClusterName {
			t.Errorf("%s: ping %v", version, ping)
		}
		role, err := auth.GetRole(call(t), &proto.GetRoleRequest{Name: "operator"})
		must(t, err)
		if bytes.Contains(role.XXX_unrecognized, unknownFields) != newer || role.GetName() != "operator" {
			t.Errorf("%s: role %v", version, role)
		}
		// What comes back is not doubled.
		role, err = auth.UpsertRoleV2(call(t), &proto.UpsertRoleRequest{Role: role})
		must(t, err)
		encoded, err := gogoproto.Marshal(role)
		must(t, err)
		if count := bytes.Count(encoded, unknownFields); (count == 1) != newer || count > 1 {
			t.Errorf("%s: %d times", version, count)
		}

		stream, err := auth.WatchEvents(call(t), &proto.Watch{Kinds: []types.WatchKind{{Kind: types.KindRole}}})
		must(t, err)
		_, err = stream.Recv()
		must(t, err)
		must(t, w.Apply([]byte("{kind: role, version: v7, metadata: {name: dev}}")))
		first, err := stream.Recv()
		must(t, err)
		if (first.Type == unknownNumber) != newer {
			t.Errorf("%s: event %v", version, first)
		}
	}
}
