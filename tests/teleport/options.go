package teleport

import (
	"context"
	"net/http"
	"strings"

	authenticationv1 "k8s.io/api/authentication/v1"

	"github.com/gravitational/teleport/api/client/proto"
	"github.com/gravitational/teleport/api/types"
)

// Options says which cluster to pretend to be. The zero value is a usable cluster.
type Options struct {
	// ClusterName is the logical name, not a host name. Default "test.example.com".
	ClusterName string
	// Dir receives web-ca.pem, host-ca.pem and ssh-host-ca.pub, and nothing else. Empty: no files.
	Dir string
	// ServerVersion is what find, Ping and the header "version" say. Default "18.8.2". Up to 16 it
	// also switches GenerateUserCerts to the single public key field; it decides which ways to join
	// exist, too.
	ServerVersion string
	// SignatureSuite chooses the keys that clients are told to make. Default "balanced-v1", and
	// none for versions up to 16.
	SignatureSuite types.SignatureAlgorithmSuite
	// Features is what Ping announces. Default: DefaultFeatures().
	Features *proto.Features
	// ReviewToken asks the Kubernetes cluster that auth runs in about a token of the type in_cluster. No
	// audiences mean the API server's own. Default: auth runs in none.
	ReviewToken func(ctx context.Context, token string, audiences []string) (authenticationv1.TokenReviewStatus, error)
	// IssuerClient fetches the keys of the issuers that join tokens of the type oidc name. Default: one
	// with the system's roots.
	IssuerClient *http.Client
	// Resources are stored at start, past all access rules: YAML documents as `tctl create` takes.
	Resources []byte
}

// Defaults of Options.
const (
	DefaultClusterName   = "test.example.com"
	DefaultServerVersion = "18.8.2"
)

func (o Options) withDefaults() Options {
	if o.ClusterName == "" {
		o.ClusterName = DefaultClusterName
	}
	if o.ServerVersion == "" {
		o.ServerVersion = DefaultServerVersion
	}
	unset := o.SignatureSuite == types.SignatureAlgorithmSuite_SIGNATURE_ALGORITHM_SUITE_UNSPECIFIED
	if unset && majorOf(o.ServerVersion) >= 17 {
		o.SignatureSuite = types.SignatureAlgorithmSuite_SIGNATURE_ALGORITHM_SUITE_BALANCED_V1
	}
	if o.Features == nil {
		o.Features = DefaultFeatures()
	}
	return o
}

// DefaultFeatures is an Enterprise licence with everything that a kind of the operator asks for.
func DefaultFeatures() *proto.Features {
	return FeaturesOf("OIDC", "SAML", "Policy", "Identity", "AccessLists")
}

// FeaturesOf is what Ping answers for a licence with these entitlements, the plain booleans of
// older clients included (facts/teleport-connection.md §8). Without any it is the OSS edition. A name
// with a "-" in front is announced as off, which some clients tell from a name that is missing.
func FeaturesOf(entitlements ...string) *proto.Features {
	features := &proto.Features{
		Kubernetes:   true,
		App:          true,
		DB:           true,
		Desktop:      true,
		Entitlements: map[string]*proto.EntitlementInfo{},
	}
	for _, name := range []string{"K8s", "App", "DB", "Desktop"} {
		features.Entitlements[name] = &proto.EntitlementInfo{Enabled: true}
	}
	for _, name := range entitlements {
		if off, is := strings.CutPrefix(name, "-"); is {
			features.Entitlements[off] = &proto.EntitlementInfo{}
			continue
		}
		features.Entitlements[name] = &proto.EntitlementInfo{Enabled: true}
		switch strings.ToLower(name) {
		case "oidc":
			features.OIDC = true
		case "saml":
			features.SAML = true
		case "identity":
			features.IdentityGovernance = true
		case "accesslists", "advancedaccessworkflows":
			features.AdvancedAccessWorkflows = true
		}
	}
	return features
}
