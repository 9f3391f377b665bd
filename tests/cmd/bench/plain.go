package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"k8s.io/client-go/tools/clientcmd"

	"github.com/teleport-operator-caf/tests/harness"
)

// plainClient does nothing but the writes that the operator does, with the same bodies, as an account
// with the same rights, over one HTTP/2 connection. It decodes only what the next write needs, so its
// rate is the API server's.
type plainClient struct {
	api     *api
	learned map[string]written // by kind
}

// written is what the operator wrote into a CR of some kind.
type written struct {
	status      map[string]any
	annotations map[string]any // those that the CR was not created with; nil: none
}

// stored is a CR as the API server answered it.
type stored struct {
	path string
	kind string
	body []byte
}

func newPlainClient(w *harness.World) (*plainClient, error) {
	config, err := clientcmd.BuildConfigFromFlags("", w.Kubeconfig())
	if err != nil {
		return nil, err
	}
	api, err := newAPI(config)
	return &plainClient{api, map[string]written{}}, err
}

// learnFrom reads a CR of each kind from the warming up of the operator's side.
func (c *plainClient) learnFrom(ctx context.Context, ours *side) error {
	for number, kind := range ours.kinds {
		name := warmUp(warmUps).name(number)
		body, err := ours.admin.do(ctx, http.MethodGet, ours.path(kind, name), "", nil)
		if err != nil {
			return err
		}
		var cr struct {
			Metadata struct {
				Annotations map[string]any `json:"annotations"`
			} `json:"metadata"`
			Status map[string]any `json:"status"`
		}
		if err := json.Unmarshal(body, &cr); err != nil {
			return fmt.Errorf("%s %s: %w", kind.CR, name, err)
		}
		for own := range kind.Custom(name, mark(number), "").GetAnnotations() {
			delete(cr.Metadata.Annotations, own)
		}
		c.learned[kind.CR] = written{cr.Status, cr.Metadata.Annotations}
	}
	return nil
}

// objectMeta is what the client reads of a CR, and the precondition of a write.
type objectMeta struct {
	UID             string `json:"uid"`
	ResourceVersion string `json:"resourceVersion"`
	Generation      int64  `json:"generation"`
}

func metaOf(body []byte) (objectMeta, error) {
	var cr struct {
		Metadata objectMeta `json:"metadata"`
	}
	err := json.Unmarshal(body, &cr)
	return cr.Metadata, err
}

// settle is what a new CR gets: the finalizer, then the status.
func (c *plainClient) settle(ctx context.Context, of stored) error {
	held, err := c.hold(ctx, of)
	if err != nil {
		return err
	}
	return c.report(ctx, held)
}

// hold adds the finalizer and answers the CR with it.
func (c *plainClient) hold(ctx context.Context, of stored) (stored, error) {
	metadata := map[string]any{"finalizers": []string{harness.Finalizer}}
	if more := c.learned[of.kind].annotations; len(more) > 0 {
		metadata["annotations"] = more
	}
	body, err := c.patch(ctx, of, "", metadata, nil)
	return stored{of.path, of.kind, body}, err
}

// report writes the status for the generation that the CR has.
func (c *plainClient) report(ctx context.Context, of stored) error {
	_, err := c.patch(ctx, of, "/status", map[string]any{}, c.learned[of.kind].status)
	return err
}

// release takes the finalizer off.
func (c *plainClient) release(ctx context.Context, of stored) error {
	_, err := c.patch(ctx, of, "", map[string]any{"finalizers": []string{}}, nil)
	return err
}

func (c *plainClient) patch(ctx context.Context, of stored, subresource string, metadata, status map[string]any) ([]byte, error) {
	base, err := metaOf(of.body)
	if err != nil {
		return nil, err
	}
	metadata["uid"], metadata["resourceVersion"] = base.UID, base.ResourceVersion
	content := map[string]any{"metadata": metadata}
	if status != nil {
		content["status"] = observedAt(status, base.Generation)
	}
	body, err := json.Marshal(content)
	if err != nil {
		return nil, err
	}
	return c.api.do(ctx, http.MethodPatch, of.path+subresource, asMergePatch, body)
}

// observedAt is the status with another observedGeneration in all of its conditions.
func observedAt(status map[string]any, generation int64) map[string]any {
	out := map[string]any{}
	for name, value := range status {
		if conditions, is := value.([]any); is && name == "conditions" {
			value = withGeneration(conditions, generation)
		}
		out[name] = value
	}
	return out
}

func withGeneration(conditions []any, generation int64) []any {
	out := slices.Clone(conditions)
	for i, each := range out {
		fields, is := each.(map[string]any)
		if !is {
			continue
		}
		changed := map[string]any{}
		for name, value := range fields {
			changed[name] = value
		}
		changed["observedGeneration"] = generation
		out[i] = changed
	}
	return out
}
