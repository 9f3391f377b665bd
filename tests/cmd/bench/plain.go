package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/teleport-operator-caf/tests/harness"
)

// plainClient does nothing but the two writes that the operator does for a new CR, with the same
// bodies, as the same account, over one HTTP/2 connection. It decodes only what the next write
// needs, so its rate is the API server's.
type plainClient struct {
	http   *http.Client
	base   string // of the CRs
	status json.RawMessage
}

func newPlainClient(w *harness.World) (*plainClient, error) {
	config, err := clientcmd.BuildConfigFromFlags("", w.Kubeconfig())
	if err != nil {
		return nil, err
	}
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		return nil, err
	}
	base := fmt.Sprintf("%s/apis/%s/%s/namespaces/%s/%s/",
		config.Host, roles.Group, roles.Version, w.Namespace, roles.Resource)
	return &plainClient{http: client, base: base}, nil
}

// useStatus: write this status from now on.
func (c *plainClient) useStatus(status json.RawMessage) { c.status = status }

type objectMeta struct {
	Name            string   `json:"name,omitempty"`
	UID             string   `json:"uid"`
	ResourceVersion string   `json:"resourceVersion"`
	Finalizers      []string `json:"finalizers,omitempty"`
}

type patchBody struct {
	Metadata objectMeta      `json:"metadata"`
	Status   json.RawMessage `json:"status,omitempty"`
}

// write adds the finalizer and then the status to a CR that was created.
func (c *plainClient) write(ctx context.Context, created []byte) error {
	var cr patchBody
	if err := json.Unmarshal(created, &cr); err != nil {
		return err
	}
	name := cr.Metadata.Name
	withFinalizer, err := c.patch(ctx, name, patchBody{Metadata: objectMeta{
		UID: cr.Metadata.UID, ResourceVersion: cr.Metadata.ResourceVersion,
		Finalizers: []string{harness.Finalizer},
	}})
	if err != nil {
		return err
	}
	_, err = c.patch(ctx, name+"/status", patchBody{
		Metadata: objectMeta{
			UID: withFinalizer.UID, ResourceVersion: withFinalizer.ResourceVersion,
		},
		Status: c.status,
	})
	return err
}

func (c *plainClient) patch(ctx context.Context, path string, body patchBody) (objectMeta, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return objectMeta{}, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPatch, c.base+path, bytes.NewReader(text))
	if err != nil {
		return objectMeta{}, err
	}
	request.Header.Set("Content-Type", "application/merge-patch+json")
	request.Header.Set("Accept", "application/json")
	answer, err := c.http.Do(request)
	if err != nil {
		return objectMeta{}, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		why, _ := io.ReadAll(io.LimitReader(answer.Body, 1000))
		return objectMeta{}, fmt.Errorf("PATCH %s: %s: %s", path, answer.Status, why)
	}
	var patched struct {
		Metadata objectMeta `json:"metadata"`
	}
	err = json.NewDecoder(answer.Body).Decode(&patched)
	return patched.Metadata, err
}
