package teleport

import (
	"bytes"

	"google.golang.org/grpc/encoding"
	_ "google.golang.org/grpc/encoding/proto" // registers the codec that this one stands before
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/gravitational/teleport/api/client/proto"
	"github.com/gravitational/teleport/api/types"
)

// A cluster that is newer than its clients answers fields, numbers of enums and events that they do not know.
// The switch FromTheFuture makes this one do so; it is on from version 19.

const (
	unknownNumber = 99 // of an enum
	unknownText   = "from the future"
	unknownKey    = "FromTheFuture"
)

// unknownFields are one of each kind, under numbers that no message has.
var unknownFields = func() []byte {
	out := protowire.AppendVarint(protowire.AppendTag(nil, 18_001, protowire.VarintType), unknownNumber)
	out = protowire.AppendString(protowire.AppendTag(out, 18_002, protowire.BytesType), unknownText)
	out = protowire.AppendFixed32(protowire.AppendTag(out, 18_003, protowire.Fixed32Type), unknownNumber)
	return protowire.AppendFixed64(protowire.AppendTag(out, 18_004, protowire.Fixed64Type), unknownNumber)
}()

// fromTheFuture says whether answers are to have what nobody knows.
func (s *Server) fromTheFuture() bool {
	return s.switches.get().FromTheFuture || s.atLeast(firstBeyondTheModule)
}

// futureCodec puts unknown fields behind every message that the server sends. A resource that came
// back with them does not get them twice.
type futureCodec struct {
	encoding.CodecV2
	server *Server
}

func (s *Server) codec() encoding.CodecV2 {
	return futureCodec{CodecV2: encoding.GetCodecV2("proto"), server: s}
}

// Marshal encodes an answer.
func (c futureCodec) Marshal(message any) (mem.BufferSlice, error) {
	encoded, err := c.CodecV2.Marshal(message)
	if err != nil || !c.server.fromTheFuture() || bytes.Contains(encoded.Materialize(), unknownFields) {
		return encoded, err
	}
	return append(encoded, mem.SliceBuffer(unknownFields)), nil
}

// futureFeatures are the cluster's, with what no client has heard of.
func futureFeatures(known *proto.Features) *proto.Features {
	out := *known //nolint:govet // a message of the older generation is a plain struct
	out.ProductType, out.SupportType = unknownNumber, unknownNumber
	out.Entitlements = map[string]*proto.EntitlementInfo{unknownKey: {Enabled: true, Limit: -1}}
	for name, info := range known.Entitlements {
		out.Entitlements[name] = info
	}
	return &out
}

// futureEvents are sent at the beginning of every stream: an operation and a resource that no client knows.
func futureEvents() []*proto.Event {
	unknownOperation := &proto.Event{Type: unknownNumber, Resource: &proto.Event_ResourceHeader{
		ResourceHeader: &types.ResourceHeader{Kind: types.KindRole, Metadata: types.Metadata{Name: unknownKey}},
	}}
	return []*proto.Event{unknownOperation, newerEvent(18_001, []byte(unknownText))}
}
