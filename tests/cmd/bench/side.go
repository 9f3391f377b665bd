package main

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"

	"github.com/teleport-operator-caf/tests/harness"
)

// workers create CRs at the same time, and as many write them on the plain side: as many as the
// operator has passes running.
const workers = 64

const kind = "TeleportRoleV7"

var roles = schema.GroupVersionResource{Group: harness.Group, Version: "v1", Resource: "teleportrolesv7"}

const roleSpec = `
options: {max_session_ttl: 8h0m0s}
allow:
  logins: [ubuntu, '{{internal.logins}}']
  node_labels: {env: [staging, test], team: platform}
  kubernetes_groups: [viewers]
  rules: [{resources: [session], verbs: [list, read]}]
`

// side creates CRs in one namespace and sees when they are Ready, whoever makes them so: the
// operator, or (client set) a plain client.
type side struct {
	namespace string
	crs       dynamic.ResourceInterface // as administrator
	watcher   rest.Interface            // likewise
	client    *plainClient
}

func newSide(w *harness.World, client *plainClient) *side {
	return &side{
		namespace: w.Namespace,
		crs:       w.Dynamic.Resource(roles).Namespace(w.Namespace),
		watcher:   w.Kube.Discovery().RESTClient(),
		client:    client,
	}
}

// burst creates n CRs at once and waits until all are Ready.
func (s *side) burst(ctx context.Context, prefix string, n int) (burst, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	seen, err := s.observe(ctx)
	if err != nil {
		return burst{}, err
	}
	begun := time.Now()
	if err := s.createAll(ctx, prefix, n); err != nil {
		return burst{}, err
	}
	created := time.Since(begun)
	readyAt, err := seen.waitReady(ctx, n)
	if err != nil {
		return burst{}, err
	}
	took := readyAt.Sub(begun)
	return burst{
		Seconds:       took.Seconds(),
		CreateSeconds: created.Seconds(),
		Rate:          float64(n) / took.Seconds(),
	}, nil
}

// createAll creates n CRs by all workers; on the plain side others take each on from there.
func (s *side) createAll(ctx context.Context, prefix string, n int) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	names, made := make(chan string), make(chan []byte, n)
	var creators, writers sync.WaitGroup
	for range workers {
		creators.Go(func() {
			for name := range names {
				object, err := s.create(ctx, name)
				if err != nil {
					cancel(err)
				}
				made <- object
			}
		})
		writers.Go(func() {
			for object := range made {
				if s.client == nil || ctx.Err() != nil {
					continue
				}
				if err := s.client.write(ctx, object); err != nil {
					cancel(err)
				}
			}
		})
	}
	for i := range n {
		names <- fmt.Sprintf("%s-%d", prefix, i)
	}
	close(names)
	creators.Wait()
	close(made)
	writers.Wait()
	return context.Cause(ctx)
}

// oneByOne creates n CRs, each when the one before is Ready.
func (s *side) oneByOne(ctx context.Context, prefix string, n int) (latencies, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	seen, err := s.observe(ctx)
	if err != nil {
		return latencies{}, err
	}
	var took []time.Duration
	for i := range n {
		begun := time.Now()
		object, err := s.create(ctx, fmt.Sprintf("%s-%d", prefix, i))
		if err != nil {
			return latencies{}, err
		}
		if s.client != nil {
			if err := s.client.write(ctx, object); err != nil {
				return latencies{}, err
			}
		}
		readyAt, err := seen.waitReady(ctx, i+1)
		if err != nil {
			return latencies{}, err
		}
		took = append(took, readyAt.Sub(begun))
	}
	return summarise(took), nil
}

// create answers the CR as stored, in JSON.
func (s *side) create(ctx context.Context, name string) ([]byte, error) {
	made, err := s.crs.Create(ctx, harness.CR(kind, name, roleSpec), metav1.CreateOptions{})
	if err != nil {
		return nil, fmt.Errorf("creating %s: %w", name, err)
	}
	return made.MarshalJSON()
}

// statusOf is what the operator wrote into a CR's status.
func (s *side) statusOf(ctx context.Context, name string) (json.RawMessage, error) {
	cr, err := s.crs.Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	return json.Marshal(cr.Object["status"])
}
