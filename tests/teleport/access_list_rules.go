package teleport

import (
	"encoding/json"

	"github.com/gravitational/trace"
	"google.golang.org/protobuf/proto"

	accesslistv1 "github.com/gravitational/teleport/api/gen/proto/go/teleport/accesslist/v1"
	"github.com/gravitational/teleport/api/types/accesslist"
	convert "github.com/gravitational/teleport/api/types/accesslist/convert/v1"
)

// checkAccessList lets the module's Go type validate and fill in defaults, among them the first
// audit date. Its converters drop fields that the module does not know; those are put back.
func checkAccessList(list *accesslistv1.AccessList) error {
	if list.GetHeader().GetMetadata() == nil {
		return trace.BadParameter("access list: metadata is missing")
	}
	checked, err := convert.FromProto(list)
	if err != nil {
		return trace.Wrap(err)
	}
	filled := convert.ToProto(checked)
	newer := list.ProtoReflect().GetUnknown()
	newerSpec := list.Spec.ProtoReflect().GetUnknown()
	proto.Reset(list)
	proto.Merge(list, filled)
	list.ProtoReflect().SetUnknown(newer)
	list.Spec.ProtoReflect().SetUnknown(newerSpec)
	return nil
}

func decodeAccessList(body []byte) (*accesslistv1.AccessList, error) {
	list, err := decodeInto[accesslist.AccessList](body)
	if err != nil {
		return nil, err
	}
	return convert.ToProto(list), nil
}

// encodeAccessList has no fields newer than the module: its Go type has no place for them.
func encodeAccessList(list *accesslistv1.AccessList) ([]byte, error) {
	out, err := convert.FromProto(list, convert.WithOwnersIneligibleStatusField(list.Spec.Owners))
	if err != nil {
		return nil, trace.Wrap(err)
	}
	return json.Marshal(out)
}
