package teleport

import (
	"context"

	"github.com/gravitational/trace"

	trustv1 "github.com/gravitational/teleport/api/gen/proto/go/teleport/trust/v1"
	"github.com/gravitational/teleport/api/types"
)

// GetCertAuthority answers the host or the user CA, without keys.
func (t *trustService) GetCertAuthority(ctx context.Context, request *trustv1.GetCertAuthorityRequest) (*types.CertAuthorityV2, error) {
	verb := types.VerbReadNoSecrets
	if request.IncludeKey {
		verb = types.VerbRead
	}
	if _, err := t.authorize(ctx, types.KindCertAuthority, verb); err != nil {
		return nil, err
	}
	kind := types.CertAuthType(request.Type)
	if (kind != types.HostCA && kind != types.UserCA) || request.Domain != t.opts.ClusterName {
		return nil, trace.NotFound("cert_authority %q of %q is not found", request.Type, request.Domain)
	}
	return t.authorityResource(kind), nil
}

// GetCertAuthorities answers all of one type: there is one.
func (t *trustService) GetCertAuthorities(ctx context.Context, request *trustv1.GetCertAuthoritiesRequest) (*trustv1.GetCertAuthoritiesResponse, error) {
	one, err := t.GetCertAuthority(ctx, &trustv1.GetCertAuthorityRequest{
		Type: request.Type, Domain: t.opts.ClusterName, IncludeKey: request.IncludeKey,
	})
	if err != nil {
		return nil, err
	}
	return &trustv1.GetCertAuthoritiesResponse{CertAuthoritiesV2: []*types.CertAuthorityV2{one}}, nil
}
