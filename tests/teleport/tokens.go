package teleport

import (
	"context"

	"github.com/gravitational/trace"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/gravitational/teleport/api/client/proto"
	"github.com/gravitational/teleport/api/types"
)

var tokens = func() collection[types.ProvisionTokenV2] {
	c := legacy[types.ProvisionTokenV2](types.KindToken)
	c.decode, c.check = decodeToken, checkToken
	c.absent = func(name string) error {
		return trace.NotFound("provisioning token(%s) not found", masked(name))
	}
	return c
}()

// masked hides the first three quarters of a token's name, which may be a secret.
func masked(name string) string {
	out := []byte(name)
	for i := range len(out) * 3 / 4 {
		out[i] = '*'
	}
	return string(out)
}

// GetToken answers one provision token.
func (a *authService) GetToken(ctx context.Context, request *types.ResourceRequest) (*types.ProvisionTokenV2, error) {
	return tokens.get(ctx, a.Server, request.Name)
}

// GetTokens answers all provision tokens.
func (a *authService) GetTokens(ctx context.Context, _ *emptypb.Empty) (*types.ProvisionTokenV2List, error) {
	all, err := tokens.all(ctx, a.Server)
	return &types.ProvisionTokenV2List{ProvisionTokens: all}, err
}

// UpsertTokenV2 creates or replaces a provision token.
func (a *authService) UpsertTokenV2(ctx context.Context, request *proto.UpsertTokenV2Request) (*emptypb.Empty, error) {
	return nothing(tokens.upsert(ctx, a.Server, request.GetV2()))
}

// CreateTokenV2 refuses a token that exists.
func (a *authService) CreateTokenV2(ctx context.Context, request *proto.CreateTokenV2Request) (*emptypb.Empty, error) {
	return nothing(tokens.create(ctx, a.Server, request.GetV2()))
}

// DeleteToken removes a provision token.
func (a *authService) DeleteToken(ctx context.Context, request *types.ResourceRequest) (*emptypb.Empty, error) {
	return done(tokens.remove(ctx, a.Server, request.Name))
}
