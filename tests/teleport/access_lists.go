package teleport

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/gravitational/teleport/api/client/proto"
	accesslistv1 "github.com/gravitational/teleport/api/gen/proto/go/teleport/accesslist/v1"
	headerv1 "github.com/gravitational/teleport/api/gen/proto/go/teleport/header/v1"
	"github.com/gravitational/teleport/api/types"
)

// accessLists: the message has its metadata in a header, so the store holds it in a wrapper. Its
// JSON and its rules are those of the module's Go type.
var accessLists = collection[accesslistv1.AccessList]{
	name: types.KindAccessList,
	wrap: func(list *accesslistv1.AccessList) types.Resource { return types.Resource153ToLegacy(accessList{list}) },
	unwrap: func(resource types.Resource) *accesslistv1.AccessList {
		return unwrap153[accessList](resource).AccessList
	},
	decode: decodeAccessList,
	encode: encodeAccessList,
	check:  checkAccessList,
	event: func(event types.Event) (*proto.Event, error) {
		list := unwrap153[accessList](event.Resource).AccessList
		return &proto.Event{Type: proto.Operation_PUT, Resource: &proto.Event_AccessList{AccessList: list}}, nil
	},
}

// accessList is the message as a types.Resource153.
type accessList struct{ *accesslistv1.AccessList }

func (a accessList) GetKind() string                 { return a.Header.GetKind() }
func (a accessList) GetSubKind() string              { return a.Header.GetSubKind() }
func (a accessList) GetVersion() string              { return a.Header.GetVersion() }
func (a accessList) GetMetadata() *headerv1.Metadata { return a.Header.GetMetadata() }

// accessListService is teleport.accesslist.v1.AccessListService, without members and reviews.
type accessListService struct {
	accesslistv1.UnimplementedAccessListServiceServer
	*Server
}

// GetAccessList answers one.
func (a *accessListService) GetAccessList(ctx context.Context, request *accesslistv1.GetAccessListRequest) (*accesslistv1.AccessList, error) {
	return accessLists.get(ctx, a.Server, request.Name)
}

// GetAccessLists is the unpaged list.
func (a *accessListService) GetAccessLists(ctx context.Context, _ *accesslistv1.GetAccessListsRequest) (*accesslistv1.GetAccessListsResponse, error) {
	all, err := accessLists.all(ctx, a.Server)
	return &accesslistv1.GetAccessListsResponse{AccessLists: all}, err
}

// ListAccessLists answers one page, sorted by name.
func (a *accessListService) ListAccessLists(ctx context.Context, request *accesslistv1.ListAccessListsRequest) (*accesslistv1.ListAccessListsResponse, error) {
	page, next, err := accessLists.page(ctx, a.Server, int(request.PageSize), request.NextToken)
	return &accesslistv1.ListAccessListsResponse{AccessLists: page, NextToken: next}, err
}

// UpsertAccessList creates or replaces one.
func (a *accessListService) UpsertAccessList(ctx context.Context, request *accesslistv1.UpsertAccessListRequest) (*accesslistv1.AccessList, error) {
	return accessLists.upsert(ctx, a.Server, request.AccessList)
}

// UpdateAccessList refuses one that is missing or whose revision moved.
func (a *accessListService) UpdateAccessList(ctx context.Context, request *accesslistv1.UpdateAccessListRequest) (*accesslistv1.AccessList, error) {
	return accessLists.update(ctx, a.Server, request.AccessList)
}

// DeleteAccessList removes one.
func (a *accessListService) DeleteAccessList(ctx context.Context, request *accesslistv1.DeleteAccessListRequest) (*emptypb.Empty, error) {
	return done(accessLists.remove(ctx, a.Server, request.Name))
}
