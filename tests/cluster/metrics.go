package cluster

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"k8s.io/client-go/kubernetes"
)

// Request names one sort of request that the API server counts.
type Request struct {
	Verb        string // as the API server's metric has it: POST, PUT, PATCH, APPLY, DELETE, LIST …
	Group       string // "" is the core group
	Resource    string // plural
	Subresource string // "" or "status", …
}

func (r Request) String() string {
	name := r.Resource
	if r.Group != "" {
		name += "." + r.Group
	}
	if r.Subresource != "" {
		name += "/" + r.Subresource
	}
	return r.Verb + " " + name
}

// Counts says how often each sort of request was answered, with whatever code.
type Counts map[Request]int

// Since answers what came on top of an earlier count; sorts that did not move are left out.
func (c Counts) Since(earlier Counts) Counts {
	moved := Counts{}
	for request, n := range c {
		if more := n - earlier[request]; more != 0 {
			moved[request] = more
		}
	}
	return moved
}

// Of answers the sum over the requests that keep says yes to.
func (c Counts) Of(keep func(Request) bool) int {
	sum := 0
	for request, n := range c {
		if keep(request) {
			sum += n
		}
	}
	return sum
}

// RequestCounts reads the API server's own counter of answered requests. It is cluster-wide: a test
// that compares two readings must be the only one that talks to the cluster between them.
func (c *Cluster) RequestCounts(ctx context.Context) (Counts, error) {
	series, err := c.series(ctx, "apiserver_request_total")
	if err != nil {
		return nil, err
	}
	counts := Counts{}
	for _, metric := range series {
		labels := labelsOf(metric)
		request := Request{labels["verb"], labels["group"], labels["resource"], labels["subresource"]}
		counts[request] += int(metric.GetCounter().GetValue())
	}
	return counts, nil
}

// OpenWatches counts the watches of a group that are open now, by resource (plural).
func (c *Cluster) OpenWatches(ctx context.Context, group string) (map[string]int, error) {
	series, err := c.series(ctx, "apiserver_longrunning_requests")
	if err != nil {
		return nil, err
	}
	open := map[string]int{}
	for _, metric := range series {
		labels := labelsOf(metric)
		if labels["verb"] == "WATCH" && labels["group"] == group {
			open[labels["resource"]] += int(metric.GetGauge().GetValue())
		}
	}
	return open, nil
}

// series of one of the API server's metrics; none if it has not counted anything yet.
func (c *Cluster) series(ctx context.Context, name string) ([]*dto.Metric, error) {
	client, err := kubernetes.NewForConfig(c.config)
	if err != nil {
		return nil, err
	}
	text, err := client.Discovery().RESTClient().Get().AbsPath("/metrics").DoRaw(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the API server's metrics: %w", err)
	}
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("the API server's metrics: %w", err)
	}
	return families[name].GetMetric(), nil
}

func labelsOf(metric *dto.Metric) map[string]string {
	labels := map[string]string{}
	for _, pair := range metric.GetLabel() {
		labels[pair.GetName()] = pair.GetValue()
	}
	return labels
}

// WriteCounts is RequestCounts without what only reads.
func (c *Cluster) WriteCounts(ctx context.Context) (Counts, error) {
	all, err := c.RequestCounts(ctx)
	for request := range all {
		if strings.Contains("GET LIST WATCH CONNECT", request.Verb) {
			delete(all, request)
		}
	}
	return all, err
}
