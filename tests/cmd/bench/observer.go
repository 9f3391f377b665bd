package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/teleport-operator-caf/tests/workload"
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

// observer watches a namespace, as a GitOps controller does, and counts the CRs that an act was
// finished for since it began.
type observer struct {
	side *side
	what act

	mu     sync.Mutex
	done   map[string]bool // UIDs
	last   time.Time       // when the newest of them was seen to be so
	failed error
	moved  chan struct{} // holds at most one word
}

// observe begins at this moment and ends with ctx.
func (s *side) observe(ctx context.Context, what act) (*observer, error) {
	o := &observer{side: s, what: what, done: map[string]bool{}, moved: make(chan struct{}, 1)}
	for _, kind := range s.kinds {
		body, err := s.admin.do(ctx, http.MethodGet, s.collection(kind)+"?limit=1", "", nil)
		if err != nil {
			return nil, err
		}
		list, err := metaOf(body)
		if err != nil {
			return nil, err
		}
		go o.follow(ctx, kind, list.ResourceVersion)
	}
	return o, nil
}

// follow resumes a watch that ends: the API server hangs up on a client that is too slow for a burst.
func (o *observer) follow(ctx context.Context, kind workload.Kind, version string) {
	for {
		stream, err := o.side.admin.stream(ctx, http.MethodGet,
			o.side.collection(kind)+"?watch=1&resourceVersion="+version, "", nil)
		if err == nil {
			version, err = o.read(stream, version)
		}
		if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			o.take("", seenCR{}, err)
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
		o.take(event.Type, event.Object, nil)
	}
}

func (o *observer) take(event string, cr seenCR, failed error) {
	o.mu.Lock()
	if failed != nil {
		o.failed = failed
	} else if o.what.done(event, cr) && !o.done[cr.Metadata.UID] {
		o.done[cr.Metadata.UID] = true
		o.last = time.Now()
	}
	o.mu.Unlock()
	select {
	case o.moved <- struct{}{}:
	default:
	}
}

// wait answers when the act was finished for the n-th CR.
func (o *observer) wait(ctx context.Context, n int) (time.Time, error) {
	for {
		o.mu.Lock()
		count, last, failed := len(o.done), o.last, o.failed
		o.mu.Unlock()
		switch {
		case count >= n:
			return last, nil
		case failed != nil:
			return last, fmt.Errorf("watching: %w", failed)
		}
		select {
		case <-ctx.Done():
			return last, fmt.Errorf("%s: %d of %d are done: %w", o.what.name, count, n, context.Cause(ctx))
		case <-o.moved:
		}
	}
}
