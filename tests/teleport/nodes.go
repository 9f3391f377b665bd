package teleport

import (
	"context"

	"github.com/gravitational/trace"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/gravitational/teleport/api/client/proto"
	"github.com/gravitational/teleport/api/defaults"
	"github.com/gravitational/teleport/api/types"
)

// nodes are SSH servers of all subkinds; there is one namespace.
var nodes = func() collection[types.ServerV2] {
	c := legacy[types.ServerV2](types.KindNode)
	c.check = func(node *types.ServerV2) error {
		if node.Kind != types.KindNode {
			return trace.BadParameter("node: the kind is %q", node.Kind)
		}
		return trace.Wrap(node.CheckAndSetDefaults())
	}
	return c
}()

// GetNode answers one node, whatever its subkind.
func (a *authService) GetNode(ctx context.Context, request *types.ResourceInNamespaceRequest) (*types.ServerV2, error) {
	if err := checkNamespace(request.Namespace); err != nil {
		return nil, err
	}
	return nodes.get(ctx, a.Server, request.Name)
}

// UpsertNode creates or replaces a node. The answer has a lease only for one that expires.
func (a *authService) UpsertNode(ctx context.Context, node *types.ServerV2) (*types.KeepAlive, error) {
	stored, err := nodes.upsert(ctx, a.Server, node)
	if err != nil || stored.Expiry().IsZero() {
		return &types.KeepAlive{}, err
	}
	return &types.KeepAlive{
		Type: types.KeepAlive_NODE, Name: stored.GetName(), Namespace: stored.GetNamespace(),
		Expires: stored.Expiry(),
	}, nil
}

// DeleteNode removes a node.
func (a *authService) DeleteNode(ctx context.Context, request *types.ResourceInNamespaceRequest) (*emptypb.Empty, error) {
	if err := checkNamespace(request.Namespace); err != nil {
		return nil, err
	}
	return done(nodes.remove(ctx, a.Server, request.Name))
}

func checkNamespace(namespace string) error {
	switch namespace {
	case defaults.Namespace:
		return nil
	case "":
		return trace.BadParameter("missing parameter namespace")
	}
	return trace.NotFound("namespace %q is not found", namespace)
}

// ListResources answers one page of nodes; other kinds are not listed this way here. Only the
// filter by labels is applied.
func (a *authService) ListResources(ctx context.Context, request *proto.ListResourcesRequest) (*proto.ListResourcesResponse, error) {
	if request.ResourceType != types.KindNode {
		return nil, trace.NotImplemented("resource type %q is not listed by this test double", request.ResourceType)
	}
	if request.Limit <= 0 {
		return nil, trace.BadParameter("nonpositive parameter limit")
	}
	page, next, err := nodes.page(ctx, a.Server, int(request.Limit), request.StartKey)
	if err != nil {
		return nil, err
	}
	out := &proto.ListResourcesResponse{NextKey: next}
	for _, node := range page {
		if types.MatchLabels(node, request.Labels) {
			out.Resources = append(out.Resources, &proto.PaginatedResource{
				Resource: &proto.PaginatedResource_Node{Node: node},
			})
		}
	}
	return out, nil
}
