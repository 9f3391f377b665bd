package teleport

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/gravitational/trace"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/gravitational/teleport/api/types"
)

// The join tokens of the type "oidc" name the issuer of service-account tokens, whose keys auth
// fetches by itself. The API module does not know the type yet: its configuration is kept as the
// unknown field that it is on the wire (facts/wire/messages.json).

const (
	kubernetesTypeOIDC = types.KubernetesJoinType("oidc")
	// Of types.ProvisionTokenSpecV2Kubernetes, and of its OIDCConfig.
	oidcConfigField, issuerField = protowire.Number(4), protowire.Number(1)
	maxDiscoveryBytes            = 1 << 20
)

// decodeToken reads a provision token with the fields that the API module does not know.
func decodeToken(body []byte) (*types.ProvisionTokenV2, error) {
	token, err := decodeInto[types.ProvisionTokenV2](body)
	if err != nil || token.Spec.Kubernetes == nil {
		return token, err
	}
	var newer struct {
		Spec struct {
			Kubernetes struct {
				OIDC *struct {
					Issuer string `json:"issuer"`
				} `json:"oidc"`
			} `json:"kubernetes"`
		} `json:"spec"`
	}
	if err := json.Unmarshal(body, &newer); err != nil {
		return nil, trace.Wrap(err)
	}
	if config := newer.Spec.Kubernetes.OIDC; config != nil {
		inner := protowire.AppendString(protowire.AppendTag(nil, issuerField, protowire.BytesType), config.Issuer)
		token.Spec.Kubernetes.XXX_unrecognized = protowire.AppendBytes(
			protowire.AppendTag(nil, oidcConfigField, protowire.BytesType), inner)
	}
	return token, nil
}

// checkToken validates; for the module a token of the newer type is one of the type without settings.
func checkToken(token *types.ProvisionTokenV2) error {
	config := token.Spec.Kubernetes
	if config == nil || config.Type != kubernetesTypeOIDC {
		return trace.Wrap(token.CheckAndSetDefaults())
	}
	if issuerOf(config) == "" {
		return trace.BadParameter("oidc.issuer: must be set when type is %q", kubernetesTypeOIDC)
	}
	config.Type = types.KubernetesJoinTypeInCluster
	err := token.CheckAndSetDefaults()
	config.Type = kubernetesTypeOIDC
	return trace.Wrap(err)
}

// issuerOf is the issuer of the configuration, "" when it has none.
func issuerOf(config *types.ProvisionTokenSpecV2Kubernetes) string {
	return string(bytesField(bytesField(config.XXX_unrecognized, oidcConfigField), issuerField))
}

// bytesField is the last value of a field of a message, nil when it is not there.
func bytesField(message []byte, wanted protowire.Number) (found []byte) {
	for len(message) > 0 {
		number, kind, length := protowire.ConsumeTag(message)
		if length < 0 {
			return nil
		}
		message = message[length:]
		size := protowire.ConsumeFieldValue(number, kind, message)
		if size < 0 {
			return nil
		}
		if number == wanted && kind == protowire.BytesType {
			found, _ = protowire.ConsumeBytes(message)
		}
		message = message[size:]
	}
	return found
}

// reviewOIDC answers the subject of a token of the issuer that is meant for this cluster, short-lived
// and bound to a pod.
func (s *Server) reviewOIDC(issuer, idToken string) (string, error) {
	claims, err := s.verifyOIDC(issuer, idToken)
	if err != nil {
		return "", trace.Wrap(err, "validating OIDC token")
	}
	return claims.Subject, claims.shortLivedAndBound("oidc joining requires the use of a projected pod bound service account token", "oidc")
}

func (s *Server) verifyOIDC(issuer, idToken string) (*serviceAccountClaims, error) {
	parsed, err := jwt.ParseSigned(idToken, tokenAlgorithms)
	if err != nil {
		return nil, trace.BadParameter("parsing jwt: %v", err)
	}
	keys, err := s.issuerKeys(issuer)
	if err != nil {
		return nil, trace.Wrap(err)
	}
	var claims serviceAccountClaims
	if err := parsed.Claims(*keys, &claims); err != nil {
		return nil, trace.AccessDenied("validating jwt signature: %v", err)
	}
	err = claims.ValidateWithLeeway(jwt.Expected{
		Issuer: issuer, AnyAudience: jwt.Audience{s.opts.ClusterName}, Time: s.now(),
	}, jwtLeeway)
	if err != nil {
		return nil, trace.AccessDenied("validating jwt claims: %v", err)
	}
	return &claims, nil
}

// issuerKeys discovers the issuer and fetches its keys.
func (s *Server) issuerKeys(issuer string) (*jose.JSONWebKeySet, error) {
	ctx, cancel := context.WithTimeout(context.Background(), kubernetesPatience)
	defer cancel()
	var discovered struct {
		Issuer string `json:"issuer"`
		Keys   string `json:"jwks_uri"`
	}
	where := strings.TrimSuffix(issuer, "/") + "/.well-known/openid-configuration"
	if err := s.fetchJSON(ctx, where, &discovered); err != nil {
		return nil, err
	}
	if discovered.Issuer != issuer {
		return nil, trace.BadParameter("issuer did not match the issuer returned by provider, expected %q got %q", issuer, discovered.Issuer)
	}
	keys := &jose.JSONWebKeySet{}
	return keys, s.fetchJSON(ctx, discovered.Keys, keys)
}

func (s *Server) fetchJSON(ctx context.Context, url string, out any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return trace.BadParameter("%v", err)
	}
	client := s.opts.IssuerClient
	if client == nil {
		client = &http.Client{Timeout: kubernetesPatience}
	}
	answer, err := client.Do(request)
	if err != nil {
		return trace.ConnectionProblem(err, "fetching %s", url)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxDiscoveryBytes))
	if err != nil || answer.StatusCode != http.StatusOK {
		return trace.BadParameter("fetching %s: %s %v", url, answer.Status, err)
	}
	if err := json.Unmarshal(body, out); err != nil {
		return trace.BadParameter("reading %s: %v", url, err)
	}
	return nil
}
