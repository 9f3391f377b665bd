package teleport

import (
	"context"

	"github.com/gravitational/trace"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"

	usersv1 "github.com/gravitational/teleport/api/gen/proto/go/teleport/users/v1"
	"github.com/gravitational/teleport/api/types"
)

// addLaterLists serves the paged lists that came after the API module's version
// (facts/wire/services.json). An older server is had with a fault of the code UNIMPLEMENTED.
func addLaterLists(s *Server) error {
	lists := map[string]laterMethod{
		"/proto.AuthService/ListApps":                                 laterList(s, apps),
		"/proto.AuthService/ListDatabases":                            laterList(s, databases),
		"/proto.AuthService/ListLocks":                                laterList(s, locks),
		"/proto.AuthService/ListProvisionTokens":                      laterList(s, tokens),
		"/proto.AuthService/ListGithubConnectors":                     laterList(s, githubConnectors),
		"/proto.AuthService/ListOIDCConnectors":                       laterList(s, oidcConnectors),
		"/proto.AuthService/ListSAMLConnectors":                       laterList(s, samlConnectors),
		"/teleport.accesslist.v1.AccessListService/ListAccessListsV2": laterList(s, accessLists),
	}
	for path, method := range lists {
		s.addMethod(path, method)
	}
	return nil
}

// laterList answers one page. The requests and answers of all these calls look the same on the
// wire: 1 limit, 2 first key, 3 with_secrets; 1 resources, 2 next key. So the request is read as
// the one that looks like it too, and the answer is written by hand. Filters are not applied.
func laterList[T any](s *Server, of collection[T]) laterMethod {
	return laterMethod{
		request: func() proto.Message { return &usersv1.ListUsersRequest{} },
		serve: func(ctx context.Context, message proto.Message) (proto.Message, error) {
			request := message.(*usersv1.ListUsersRequest)
			verbs := []string{types.VerbList, types.VerbRead}
			hide := of.bare != nil && !request.WithSecrets
			if hide {
				verbs[1] = types.VerbReadNoSecrets
			}
			page, next, err := of.page(ctx, s, int(request.PageSize), request.PageToken, verbs...)
			if err != nil {
				return nil, err
			}
			if hide {
				page = each(page, of.bare)
			}
			return encodePage(page, next)
		},
	}
}

func encodePage[T any](page []*T, next string) (proto.Message, error) {
	var out []byte
	for _, resource := range page {
		body, err := marshal(resource)
		if err != nil {
			return nil, trace.Wrap(err)
		}
		out = protowire.AppendBytes(protowire.AppendTag(out, 1, protowire.BytesType), body)
	}
	out = protowire.AppendString(protowire.AppendTag(out, 2, protowire.BytesType), next)
	answer := &emptypb.Empty{}
	answer.ProtoReflect().SetUnknown(out)
	return answer, nil
}

// marshal knows both generations of messages.
func marshal(message any) ([]byte, error) {
	switch m := message.(type) {
	case proto.Message:
		return proto.Marshal(m)
	case interface{ Marshal() ([]byte, error) }:
		return m.Marshal()
	}
	return nil, trace.BadParameter("%T is no message", message)
}

func each[T any](in []*T, convert func(*T) *T) []*T {
	out := make([]*T, 0, len(in))
	for _, item := range in {
		out = append(out, convert(item))
	}
	return out
}
