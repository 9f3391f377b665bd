package teleport

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/gravitational/trace"

	"github.com/gravitational/teleport/api/types"
)

const (
	jwtLeeway       = 10 * time.Second
	maxJWTLifetime  = 30 * time.Minute
	accountPrefix   = "system:serviceaccount:"
	staticJWKSLabel = "static_jwks"
)

// tokenAlgorithms are those that a token may be signed with.
var tokenAlgorithms = []jose.SignatureAlgorithm{
	jose.RS256, jose.RS384, jose.RS512, jose.ES256, jose.ES384, jose.ES512,
}

// serviceAccountClaims is what a projected service account token says beside the usual claims.
type serviceAccountClaims struct {
	jwt.Claims
	Kubernetes struct {
		Namespace string `json:"namespace"`
		Pod       *struct {
			Name string `json:"name"`
			UID  string `json:"uid"`
		} `json:"pod"`
	} `json:"kubernetes.io"`
}

// reviewKubernetesToken checks a service account token against the provision token's type and
// allow rules (facts/teleport-connection.md §4.2, §4.3).
func (s *Server) reviewKubernetesToken(token *types.ProvisionTokenV2, idToken string) error {
	config := token.Spec.Kubernetes
	switch config.Type {
	case types.KubernetesJoinTypeStaticJWKS:
		subject, err := s.reviewStaticJWKS(config.StaticJWKS.JWKS, idToken)
		if err != nil {
			return trace.Wrap(err, "reviewing kubernetes token with %s", staticJWKSLabel)
		}
		return allowServiceAccount(config, subject)
	case types.KubernetesJoinTypeInCluster, types.KubernetesJoinTypeUnspecified:
		subject, err := s.reviewInCluster(idToken)
		if err != nil {
			return trace.Wrap(err, "reviewing kubernetes token with %s", types.KubernetesJoinTypeInCluster)
		}
		return allowServiceAccount(config, subject)
	case kubernetesTypeOIDC:
		if !s.atLeast(firstWithKubernetesOIDC) {
			break
		}
		subject, err := s.reviewOIDC(issuerOf(config), idToken)
		if err != nil {
			return trace.Wrap(err, "reviewing kubernetes token with %s", kubernetesTypeOIDC)
		}
		return allowServiceAccount(config, subject)
	}
	return trace.BadParameter("unsupported kubernetes join method type (%s)", config.Type)
}

func allowServiceAccount(config *types.ProvisionTokenSpecV2Kubernetes, subject string) error {
	allowed := slices.ContainsFunc(config.Allow, func(rule *types.ProvisionTokenSpecV2Kubernetes_Rule) bool {
		return accountPrefix+rule.ServiceAccount == subject
	})
	if !allowed {
		return trace.AccessDenied("kubernetes token did not match any allow rules")
	}
	return nil
}

// reviewStaticJWKS answers the subject of a token that is signed by one of the keys, meant for
// this cluster, short-lived and bound to a pod.
func (s *Server) reviewStaticJWKS(keySet, idToken string) (string, error) {
	parsed, err := jwt.ParseSigned(idToken, tokenAlgorithms)
	if err != nil {
		return "", trace.BadParameter("parsing jwt: %v", err)
	}
	var keys jose.JSONWebKeySet
	if err := json.Unmarshal([]byte(keySet), &keys); err != nil {
		return "", trace.BadParameter("parsing provided jwks: %v", err)
	}
	var claims serviceAccountClaims
	if err := parsed.Claims(keys, &claims); err != nil {
		return "", trace.AccessDenied("validating jwt signature: %v", err)
	}
	err = claims.ValidateWithLeeway(jwt.Expected{
		AnyAudience: jwt.Audience{s.opts.ClusterName},
		Time:        s.now(),
	}, jwtLeeway)
	if err != nil {
		return "", trace.AccessDenied("validating jwt claims: %v", err)
	}
	return claims.Subject, claims.shortLivedAndBound("static_jwks joining requires the use of projected pod bound service account token", staticJWKSLabel)
}

// shortLivedAndBound refuses with the text unbound, or with one that names the join type.
func (c *serviceAccountClaims) shortLivedAndBound(unbound, joinType string) error {
	switch {
	case c.Kubernetes.Pod == nil || c.Kubernetes.Pod.Name == "":
		return trace.BadParameter("%s", unbound)
	case c.Expiry == nil:
		return trace.BadParameter("%s with `exp`", unbound)
	case c.IssuedAt == nil:
		return trace.BadParameter("%s with `iat`", unbound)
	case c.Expiry.Time().Sub(c.IssuedAt.Time()) > maxJWTLifetime:
		return trace.BadParameter("%s joining requires the use of a service account token with a TTL of less than %v", joinType, maxJWTLifetime)
	}
	return nil
}
