package teleport

import (
	"context"
	"strings"

	"github.com/gravitational/trace"
	"google.golang.org/protobuf/types/known/emptypb"

	workloadidentityv1 "github.com/gravitational/teleport/api/gen/proto/go/teleport/workloadidentity/v1"
	"github.com/gravitational/teleport/api/types"
)

var workloadIdentities = func() collection[workloadidentityv1.WorkloadIdentity] {
	c := modern[workloadidentityv1.WorkloadIdentity](types.KindWorkloadIdentity)
	c.check = checkWorkloadIdentity
	return c
}()

// checkWorkloadIdentity asks for a SPIFFE ID that is a path; templates in it are not parsed.
func checkWorkloadIdentity(identity *workloadidentityv1.WorkloadIdentity) error {
	switch {
	case identity.GetMetadata().GetName() == "":
		return trace.BadParameter("workload identity: metadata.name is missing")
	case identity.GetSpec().GetSpiffe().GetId() == "":
		return trace.BadParameter("workload identity: spec.spiffe.id is missing")
	case !strings.HasPrefix(identity.Spec.Spiffe.Id, "/"):
		return trace.BadParameter("workload identity: spec.spiffe.id must start with a /")
	}
	identity.Kind, identity.Version = types.KindWorkloadIdentity, types.V1
	return nil
}

// workloadIdentityService is teleport.workloadidentity.v1.WorkloadIdentityResourceService.
type workloadIdentityService struct {
	workloadidentityv1.UnimplementedWorkloadIdentityResourceServiceServer
	*Server
}

// GetWorkloadIdentity answers one.
func (w *workloadIdentityService) GetWorkloadIdentity(ctx context.Context, request *workloadidentityv1.GetWorkloadIdentityRequest) (*workloadidentityv1.WorkloadIdentity, error) {
	return workloadIdentities.get(ctx, w.Server, request.Name)
}

// ListWorkloadIdentities answers one page, sorted by name.
func (w *workloadIdentityService) ListWorkloadIdentities(ctx context.Context, request *workloadidentityv1.ListWorkloadIdentitiesRequest) (*workloadidentityv1.ListWorkloadIdentitiesResponse, error) {
	page, next, err := workloadIdentities.page(ctx, w.Server, int(request.PageSize), request.PageToken)
	return &workloadidentityv1.ListWorkloadIdentitiesResponse{WorkloadIdentities: page, NextPageToken: next}, err
}

// CreateWorkloadIdentity refuses one that exists.
func (w *workloadIdentityService) CreateWorkloadIdentity(ctx context.Context, request *workloadidentityv1.CreateWorkloadIdentityRequest) (*workloadidentityv1.WorkloadIdentity, error) {
	return workloadIdentities.create(ctx, w.Server, request.WorkloadIdentity)
}

// UpdateWorkloadIdentity refuses one that is missing or whose revision moved.
func (w *workloadIdentityService) UpdateWorkloadIdentity(ctx context.Context, request *workloadidentityv1.UpdateWorkloadIdentityRequest) (*workloadidentityv1.WorkloadIdentity, error) {
	return workloadIdentities.update(ctx, w.Server, request.WorkloadIdentity)
}

// UpsertWorkloadIdentity creates or replaces one.
func (w *workloadIdentityService) UpsertWorkloadIdentity(ctx context.Context, request *workloadidentityv1.UpsertWorkloadIdentityRequest) (*workloadidentityv1.WorkloadIdentity, error) {
	return workloadIdentities.upsert(ctx, w.Server, request.WorkloadIdentity)
}

// DeleteWorkloadIdentity removes one.
func (w *workloadIdentityService) DeleteWorkloadIdentity(ctx context.Context, request *workloadidentityv1.DeleteWorkloadIdentityRequest) (*emptypb.Empty, error) {
	return done(workloadIdentities.remove(ctx, w.Server, request.Name))
}
