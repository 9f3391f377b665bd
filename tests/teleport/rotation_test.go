package teleport

import (
	"slices"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/gravitational/teleport/api/client/proto"
	"github.com/gravitational/teleport/api/types"
)

// At the end of a rotation of the user CA certificates of the old one are refused; until then both are good.
func TestUserCARotates(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	old := w.joined(t)
	for _, phase := range RotationPhases {
		must(t, w.ping(t, old))
		must(t, w.RotateCA(types.UserCA, phase))
		must(t, w.ping(t, w.joined(t)))
	}
	if code := status.Code(w.ping(t, old)); code != codes.Unavailable {
		t.Errorf("the old CA's certificate: %v", code)
	}
}

func TestARotationRollsBack(t *testing.T) {
	t.Parallel()
	for _, kind := range []types.CertAuthType{types.HostCA, types.UserCA} {
		for end := 1; end < len(RotationPhases); end++ {
			w := newWorld(t, Options{})
			before, old := w.direct(), w.joined(t)
			for _, phase := range slices.Concat(RotationPhases[:end], []string{phaseRollback, phaseStandby}) {
				must(t, w.RotateCA(kind, phase))
			}
			_, err := proto.NewAuthServiceClient(w.dial(t, before, old)).Ping(call(t), &proto.PingRequest{})
			must(t, err)
			must(t, w.RotateCA(kind, phaseInit))
			if err := w.RotateCA(kind, phaseUpdateServers); err == nil {
				t.Error("a phase was left out")
			}
		}
	}
}

// Watchers with the bot identity hear of every phase of both CAs.
func TestRotationsAreToldToWatchers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	stream, err := proto.NewAuthServiceClient(w.dial(t, w.direct(), w.joined(t))).WatchEvents(call(t), &proto.Watch{
		Kinds: []types.WatchKind{{Kind: types.KindCertAuthority, Filter: map[string]string{
			"host": DefaultClusterName, "user": DefaultClusterName,
		}}},
	})
	must(t, err)
	_, err = stream.Recv()
	must(t, err)
	for _, kind := range []types.CertAuthType{types.HostCA, types.UserCA} {
		for _, phase := range RotationPhases {
			must(t, w.RotateCA(kind, phase))
			event, err := stream.Recv()
			must(t, err)
			ca := event.GetCertAuthority()
			if ca.GetType() != kind || ca.GetRotation().Phase != phase {
				t.Errorf("%s %s: event %v", kind, phase, event)
			}
			trusted := len(ca.GetTrustedTLSKeyPairs())
			if (trusted == 2) != (phase != phaseStandby) {
				t.Errorf("%s %s: %d keys", kind, phase, trusted)
			}
		}
	}
}
