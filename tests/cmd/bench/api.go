package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"

	"k8s.io/client-go/rest"
)

// api is the API server as one account reaches it, over one HTTP/2 connection. It knows nothing of
// objects, so that it takes little of the machine that it measures on.
type api struct {
	http *http.Client
	host string
}

func newAPI(config *rest.Config) (*api, error) {
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		return nil, err
	}
	return &api{client, config.Host}, nil
}

// Content types.
const (
	asJSON       = "application/json"
	asMergePatch = "application/merge-patch+json"
)

// do sends a request and answers the body; the error holds what the server says of a refusal.
func (a *api) do(ctx context.Context, method, path, contentType string, body []byte) ([]byte, error) {
	stream, err := a.stream(ctx, method, path, contentType, body)
	if err != nil {
		return nil, err
	}
	defer stream.Close()
	return io.ReadAll(stream)
}

// stream is do for an answer that has no end; the caller closes it.
func (a *api) stream(ctx context.Context, method, path, contentType string, body []byte) (io.ReadCloser, error) {
	request, err := http.NewRequestWithContext(ctx, method, a.host+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", asJSON)
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	answer, err := a.http.Do(request)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode/100 != 2 {
		defer answer.Body.Close()
		why, _ := io.ReadAll(io.LimitReader(answer.Body, 1000))
		return nil, fmt.Errorf("%s %s: %s: %s", method, path, answer.Status, why)
	}
	return answer.Body, nil
}
