package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// seenCR is as much of a CR as an observer looks at: the less, the less of the machine it takes.
type seenCR struct {
	Metadata struct {
		UID             string `json:"uid"`
		ResourceVersion string `json:"resourceVersion"`
		Generation      int64  `json:"generation"`
	} `json:"metadata"`
	Status struct {
		Conditions []struct {
			Type               string `json:"type"`
			Status             string `json:"status"`
			ObservedGeneration int64  `json:"observedGeneration"`
		} `json:"conditions"`
	} `json:"status"`
}

func (cr seenCR) ready() bool {
	for _, condition := range cr.Status.Conditions {
		if condition.Type == "Ready" {
			return condition.Status == "True" && condition.ObservedGeneration == cr.Metadata.Generation
		}
	}
	return false
}

// observer watches a namespace, as a GitOps controller does, and counts the CRs that became Ready
// since it began.
type observer struct {
	mu     sync.Mutex
	ready  map[string]bool // UIDs
	last   time.Time       // when the newest of them became so
	failed error
	moved  chan struct{} // holds at most one word
}

// observe begins at this moment and ends with ctx.
func (s *side) observe(ctx context.Context) (*observer, error) {
	list, err := s.crs.List(ctx, metav1.ListOptions{Limit: 1})
	if err != nil {
		return nil, err
	}
	o := &observer{ready: map[string]bool{}, moved: make(chan struct{}, 1)}
	go o.follow(ctx, s, list.GetResourceVersion())
	return o, nil
}

// follow resumes a watch that ends: the API server hangs up on a client that is too slow for a burst.
func (o *observer) follow(ctx context.Context, s *side, version string) {
	for {
		stream, err := s.watcher.Get().
			AbsPath("/apis", roles.Group, roles.Version, "namespaces", s.namespace, roles.Resource).
			Param("watch", "1").Param("resourceVersion", version).
			Stream(ctx)
		if err == nil {
			version, err = o.read(stream, version)
		}
		if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			o.take(seenCR{}, err)
			return
		}
	}
}

// read takes a stream to its end and answers up to where it came.
func (o *observer) read(stream io.ReadCloser, version string) (string, error) {
	defer stream.Close()
	decoder := json.NewDecoder(stream)
	for {
		var event struct {
			Type   string `json:"type"`
			Object seenCR `json:"object"`
		}
		if err := decoder.Decode(&event); err != nil {
			return version, err
		}
		if event.Type == "ERROR" {
			return version, errors.New("the API server does not go on with it")
		}
		version = event.Object.Metadata.ResourceVersion
		o.take(event.Object, nil)
	}
}

func (o *observer) take(cr seenCR, failed error) {
	o.mu.Lock()
	o.failed = failed
	if failed == nil && cr.ready() && !o.ready[cr.Metadata.UID] {
		o.ready[cr.Metadata.UID] = true
		o.last = time.Now()
	}
	o.mu.Unlock()
	select {
	case o.moved <- struct{}{}:
	default:
	}
}

// waitReady answers when the n-th CR became Ready.
func (o *observer) waitReady(ctx context.Context, n int) (time.Time, error) {
	for {
		o.mu.Lock()
		count, last, failed := len(o.ready), o.last, o.failed
		o.mu.Unlock()
		switch {
		case count >= n:
			return last, nil
		case failed != nil:
			return last, fmt.Errorf("watching: %w", failed)
		}
		select {
		case <-ctx.Done():
			return last, fmt.Errorf("%d of %d are Ready: %w", count, n, context.Cause(ctx))
		case <-o.moved:
		}
	}
}

// latencies of single CRs, create to Ready.
type latencies struct {
	P50 float64 `json:"p50_ms"`
	P99 float64 `json:"p99_ms"`
}

func summarise(took []time.Duration) latencies {
	slices.Sort(took)
	at := func(share float64) float64 {
		return float64(took[int(share*float64(len(took)-1))].Microseconds()) / 1000
	}
	return latencies{P50: at(0.50), P99: at(0.99)}
}
