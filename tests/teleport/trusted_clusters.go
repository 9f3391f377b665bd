package teleport

import (
	"context"

	"github.com/gravitational/trace"
	"google.golang.org/protobuf/types/known/emptypb"

	trustv1 "github.com/gravitational/teleport/api/gen/proto/go/teleport/trust/v1"
	"github.com/gravitational/teleport/api/types"
)

// trustedClusters are stored with their token; there is no peer that would have to agree. Of one
// that exists only what the module allows may change. No event carries them.
var trustedClusters = func() collection[types.TrustedClusterV2] {
	c := legacy[types.TrustedClusterV2](types.KindTrustedCluster)
	c.event = nil
	c.admit = func(_ view, _ writer, old, fresh *types.TrustedClusterV2) error {
		if old == nil {
			return nil
		}
		return trace.Wrap(old.CanChangeStateTo(fresh))
	}
	return c
}()

// GetTrustedCluster answers one trusted cluster.
func (a *authService) GetTrustedCluster(ctx context.Context, request *types.ResourceRequest) (*types.TrustedClusterV2, error) {
	return trustedClusters.get(ctx, a.Server, request.Name)
}

// GetTrustedClusters is the unpaged list; there is no other.
func (a *authService) GetTrustedClusters(ctx context.Context, _ *emptypb.Empty) (*types.TrustedClusterV2List, error) {
	all, err := trustedClusters.all(ctx, a.Server)
	return &types.TrustedClusterV2List{TrustedClusters: all}, err
}

// UpsertTrustedCluster is the older way to create or replace.
func (a *authService) UpsertTrustedCluster(ctx context.Context, cluster *types.TrustedClusterV2) (*types.TrustedClusterV2, error) {
	return trustedClusters.upsert(ctx, a.Server, cluster)
}

// DeleteTrustedCluster removes a trusted cluster.
func (a *authService) DeleteTrustedCluster(ctx context.Context, request *types.ResourceRequest) (*emptypb.Empty, error) {
	return done(trustedClusters.remove(ctx, a.Server, request.Name))
}

// trustService is the part of teleport.trust.v1.TrustService about trusted clusters.
type trustService struct {
	trustv1.UnimplementedTrustServiceServer
	*Server
}

// UpsertTrustedCluster creates or replaces a trusted cluster.
func (t *trustService) UpsertTrustedCluster(ctx context.Context, request *trustv1.UpsertTrustedClusterRequest) (*types.TrustedClusterV2, error) {
	return trustedClusters.upsert(ctx, t.Server, request.TrustedCluster)
}

// CreateTrustedCluster refuses one that exists.
func (t *trustService) CreateTrustedCluster(ctx context.Context, request *trustv1.CreateTrustedClusterRequest) (*types.TrustedClusterV2, error) {
	return trustedClusters.create(ctx, t.Server, request.TrustedCluster)
}

// UpdateTrustedCluster refuses one that is missing or whose revision moved.
func (t *trustService) UpdateTrustedCluster(ctx context.Context, request *trustv1.UpdateTrustedClusterRequest) (*types.TrustedClusterV2, error) {
	return trustedClusters.update(ctx, t.Server, request.TrustedCluster)
}
