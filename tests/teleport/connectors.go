package teleport

import (
	"context"

	"github.com/gravitational/teleport/api/types"
)

// The three kinds of auth connector. They share one name in access rules, no event carries them, and
// who does not ask for secrets, or may not read them, gets connectors without.

var (
	githubConnectors = connectors[types.GithubConnectorV3](types.KindGithubConnector)
	oidcConnectors   = connectors[types.OIDCConnectorV3](types.KindOIDCConnector)
	samlConnectors   = connectors[types.SAMLConnectorV2](types.KindSAMLConnector)
)

func connectors[T any, P interface {
	*T
	legacyMessage
	Marshal() ([]byte, error)
	Unmarshal([]byte) error
	types.ResourceWithSecrets
}](name string) collection[T] {
	c := legacy[T, P](name)
	c.rule = types.KindAuthConnector
	c.event = nil
	c.bare = func(connector *T) *T {
		// The module's own function writes through pointers of what it is called on.
		copied := P(new(T))
		if body, err := P(connector).Marshal(); err != nil || copied.Unmarshal(body) != nil {
			return new(T) // cannot be: it came over the wire
		}
		return copied.WithoutSecrets().(P)
	}
	return c
}

// connectorOf answers one connector, with its secrets only if asked to.
func connectorOf[T any](ctx context.Context, s *Server, of collection[T], request *types.ResourceWithSecretsRequest) (*T, error) {
	if request.WithSecrets {
		return of.get(ctx, s, request.Name)
	}
	connector, err := of.get(ctx, s, request.Name, types.VerbReadNoSecrets)
	if err != nil {
		return nil, err
	}
	return of.bare(connector), nil
}

// connectorsOf answers all connectors of a kind, with their secrets only if asked to.
func connectorsOf[T any](ctx context.Context, s *Server, of collection[T], withSecrets bool) ([]*T, error) {
	if withSecrets {
		return of.all(ctx, s)
	}
	all, err := of.all(ctx, s, types.VerbList, types.VerbReadNoSecrets)
	return each(all, of.bare), err
}
