package harness

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// Metrics is one scrape of the operator.
type Metrics map[string]*dto.MetricFamily

// Scrape reads and parses /metrics.
func (op *Operator) Scrape(ctx context.Context) (Metrics, error) {
	bound, err := op.addresses()
	if err != nil {
		return nil, err
	}
	status, body, err := httpGet(ctx, "http://"+bound.Metrics+"/metrics")
	if err != nil {
		return nil, err
	}
	if status != http.StatusOK {
		return nil, fmt.Errorf("/metrics answers %d: %s", status, body)
	}
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("/metrics does not parse: %w", err)
	}
	return families, nil
}

// Sum adds up the series of a family that have all the labels given as "name", "value" pairs:
// counter or gauge values, and for a histogram its number of observations.
func (m Metrics) Sum(family string, labels ...string) float64 {
	sum := 0.0
	for _, metric := range m[family].GetMetric() {
		if hasLabels(metric, labels) {
			sum += metric.GetCounter().GetValue() + metric.GetGauge().GetValue() +
				metric.GetUntyped().GetValue() + float64(metric.GetHistogram().GetSampleCount())
		}
	}
	return sum
}

func hasLabels(metric *dto.Metric, wanted []string) bool {
	for i := 0; i+1 < len(wanted); i += 2 {
		found := false
		for _, pair := range metric.GetLabel() {
			found = found || (pair.GetName() == wanted[i] && pair.GetValue() == wanted[i+1])
		}
		if !found {
			return false
		}
	}
	return true
}
