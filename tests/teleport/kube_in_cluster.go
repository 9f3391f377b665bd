package teleport

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/gravitational/trace"
	authenticationv1 "k8s.io/api/authentication/v1"
)

const (
	kubernetesPatience = 10 * time.Second
	podNameExtra       = "authentication.kubernetes.io/pod-name"
	serviceAccounts    = "system:serviceaccounts"
)

// reviewInCluster answers the user of a token that auth's own Kubernetes cluster vouches for
// (facts/teleport-connection.md §4.2, §4.3).
func (s *Server) reviewInCluster(idToken string) (string, error) {
	if s.opts.ReviewToken == nil {
		return "", trace.BadParameter("failed to initialize in-cluster Kubernetes config: unable to load in-cluster configuration, KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT must be defined")
	}
	ctx, cancel := context.WithTimeout(context.Background(), kubernetesPatience)
	defer cancel()
	// Tokens for the cluster's name pass, and, as with older servers, those for the API server itself.
	status, err := s.opts.ReviewToken(ctx, idToken, []string{s.opts.ClusterName})
	if err == nil && !status.Authenticated {
		status, err = s.opts.ReviewToken(ctx, idToken, nil)
	}
	if err != nil {
		return "", trace.Wrap(err, "error during the Kubernetes TokenReview")
	}
	if !status.Authenticated {
		return "", trace.AccessDenied("kubernetes failed to validate token: %s", status.Error)
	}
	return boundServiceAccount(status.User)
}

func boundServiceAccount(user authenticationv1.UserInfo) (string, error) {
	name := user.Username
	switch {
	case !strings.HasPrefix(name, accountPrefix):
		return "", trace.BadParameter("token user is not a service account: %s", name)
	case len(strings.Split(name, ":")) != 4:
		return "", trace.BadParameter("token user has malformed service account name: %s", name)
	case !slices.Contains(user.Groups, serviceAccounts):
		return "", trace.BadParameter("token user '%s' does not belong to the '%s' group", name, serviceAccounts)
	case len(user.Extra[podNameExtra]) == 0:
		return "", trace.BadParameter("legacy SA tokens are not accepted as kubernetes version v1.22.0 supports bound tokens")
	}
	return name, nil
}
