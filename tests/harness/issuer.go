package harness

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	authenticationv1 "k8s.io/api/authentication/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"

	"github.com/teleport-operator-caf/tests/cluster"
)

// What the test Teleport's auth service can ask of Kubernetes when it reviews join tokens of the types
// in_cluster and oidc.

// reviewToken asks the test cluster, as an auth service that runs in it does.
func (w *World) reviewToken(ctx context.Context, token string, audiences []string) (authenticationv1.TokenReviewStatus, error) {
	review, err := w.Kube.AuthenticationV1().TokenReviews().Create(ctx, &authenticationv1.TokenReview{
		Spec: authenticationv1.TokenReviewSpec{Token: token, Audiences: audiences},
	}, metav1.CreateOptions{})
	if err != nil {
		return authenticationv1.TokenReviewStatus{}, err
	}
	return review.Status, nil
}

// issuerClient reaches the issuer that the test cluster's tokens name. Its name leads nowhere, and the
// API server wants to know who asks, so requests go to the API server as the administrator's.
func issuerClient(config *rest.Config) (*http.Client, error) {
	transport, err := rest.TransportFor(config)
	if err != nil {
		return nil, fmt.Errorf("a way to the issuer of service-account tokens: %w", err)
	}
	server, err := url.Parse(config.Host)
	if err != nil {
		return nil, fmt.Errorf("address of the API server: %w", err)
	}
	return &http.Client{Transport: toAPIServer{transport, server}}, nil
}

type toAPIServer struct {
	http.RoundTripper
	server *url.URL
}

// RoundTrip sends what is for the issuer to the API server.
func (t toAPIServer) RoundTrip(request *http.Request) (*http.Response, error) {
	if strings.HasPrefix(request.URL.String(), cluster.Issuer) {
		request = request.Clone(request.Context())
		request.URL.Scheme, request.URL.Host = t.server.Scheme, t.server.Host
	}
	return t.RoundTripper.RoundTrip(request)
}
