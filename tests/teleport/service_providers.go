package teleport

import (
	"context"

	"github.com/gravitational/trace"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/gravitational/teleport/api/client/proto"
	"github.com/gravitational/teleport/api/types"
)

// serviceProviders are those of the SAML identity provider.
var serviceProviders = func() collection[types.SAMLIdPServiceProviderV1] {
	c := legacy[types.SAMLIdPServiceProviderV1](types.KindSAMLIdPServiceProvider)
	c.unconditional = true
	c.check = checkServiceProvider
	return c
}()

// checkServiceProvider validates, writes an entity descriptor if there is none, and rewrites the one
// that there is in its own layout, as a real server does (facts/operator-behaviour.md §3.1, §7.23).
func checkServiceProvider(provider *types.SAMLIdPServiceProviderV1) error {
	if err := provider.CheckAndSetDefaults(); err != nil {
		return trace.Wrap(err)
	}
	if provider.Spec.EntityDescriptor == "" {
		provider.Spec.EntityDescriptor = newDescriptor(provider.Spec.EntityID, provider.Spec.ACSURL)
	}
	entityID, laidOut, err := layOutDescriptor(provider.Spec.EntityDescriptor)
	if err != nil {
		return trace.BadParameter("service provider %q: invalid entity descriptor: %v", provider.GetName(), err)
	}
	if entityID != provider.Spec.EntityID {
		return trace.BadParameter("entity ID parsed from the entity descriptor does not match the entity ID in the SAML IdP service provider object")
	}
	provider.Spec.EntityDescriptor = laidOut
	return nil
}

// GetSAMLIdPServiceProvider answers one.
func (a *authService) GetSAMLIdPServiceProvider(ctx context.Context, request *proto.GetSAMLIdPServiceProviderRequest) (*types.SAMLIdPServiceProviderV1, error) {
	return serviceProviders.get(ctx, a.Server, request.Name)
}

// ListSAMLIdPServiceProviders answers one page, sorted by name.
func (a *authService) ListSAMLIdPServiceProviders(ctx context.Context, request *proto.ListSAMLIdPServiceProvidersRequest) (*proto.ListSAMLIdPServiceProvidersResponse, error) {
	page, next, err := serviceProviders.page(ctx, a.Server, int(request.Limit), request.NextKey)
	return &proto.ListSAMLIdPServiceProvidersResponse{ServiceProviders: page, NextKey: next}, err
}

// CreateSAMLIdPServiceProvider refuses one that exists.
func (a *authService) CreateSAMLIdPServiceProvider(ctx context.Context, provider *types.SAMLIdPServiceProviderV1) (*emptypb.Empty, error) {
	return nothing(serviceProviders.create(ctx, a.Server, provider))
}

// UpdateSAMLIdPServiceProvider refuses one that is missing.
func (a *authService) UpdateSAMLIdPServiceProvider(ctx context.Context, provider *types.SAMLIdPServiceProviderV1) (*emptypb.Empty, error) {
	return nothing(serviceProviders.update(ctx, a.Server, provider))
}

// DeleteSAMLIdPServiceProvider removes one.
func (a *authService) DeleteSAMLIdPServiceProvider(ctx context.Context, request *proto.DeleteSAMLIdPServiceProviderRequest) (*emptypb.Empty, error) {
	return done(serviceProviders.remove(ctx, a.Server, request.Name))
}
